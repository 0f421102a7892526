import { AppError } from '@bakerst/kit';
import { ArgumentPattern } from '@bakerst/kit/command-list';
import { z } from 'zod';

/** A program that servers may be started with, as the operator has written it. */
export const AllowedProgram = z.strictObject({
  name: z.string().regex(/^[\w.+-]{1,64}$/),
  /** Absolute path, or the name of one beside Node or in /usr/local/bin, /usr/bin, /bin of the worker. */
  command: z.string().min(1).max(1_024),
  /** What it gets first, always. */
  arguments: z.array(z.string().max(1_024)).max(32).default([]),
  /** Each argument that a server adds must match one of these regular expressions as a whole. */
  further_arguments: z.array(ArgumentPattern).default([]),
  /** Names of the variables that a server may set. */
  env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)).default([]),
});
export type AllowedProgram = z.infer<typeof AllowedProgram>;

/** What a server wants to be started with. */
interface WantedProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramList {
  /** Throws AppError AUTHORIZATION_ERROR, reason COMMAND_NOT_ALLOWED, for what the operator has not listed. */
  check(wanted: WantedProgram): { readonly command: string; readonly args: readonly string[] };
}

export function createProgramList(programs: readonly AllowedProgram[]): ProgramList {
  const byName = new Map(programs.map((program) => [program.name, program]));
  return {
    check({ program, args, env }) {
      const allowed = byName.get(program);
      if (allowed === undefined) throw notAllowed(`only ${listNames(byName)} may be started`);
      const strange = args.find(
        (arg) => !allowed.further_arguments.some((pattern) => pattern.test(arg)),
      );
      if (strange !== undefined)
        throw notAllowed(`${program} may not get the argument ${JSON.stringify(strange)}`);
      const foreign = Object.keys(env).find((name) => !allowed.env.includes(name));
      if (foreign !== undefined) throw notAllowed(`${program} may not get the variable ${foreign}`);
      return { command: allowed.command, args: [...allowed.arguments, ...args] };
    },
  };
}

function listNames(byName: ReadonlyMap<string, unknown>): string {
  return byName.size === 0
    ? 'programs of MCP.json, which names none,'
    : [...byName.keys()].join(', ');
}

function notAllowed(message: string): AppError {
  return new AppError('AUTHORIZATION_ERROR', message, { reason: 'COMMAND_NOT_ALLOWED' });
}
