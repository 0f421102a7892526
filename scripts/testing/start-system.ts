import { join } from 'node:path';
import { findFreePort } from '../local/local-port.ts';
import { makeDir } from './make-dir.ts';
import { processesInGroup } from './processes-in-group.ts';
import { type StartedProgram, startProgram } from './start-program.ts';

export interface SystemOptions {
  readonly natsServer: string;
  readonly dataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface StartedSystem extends StartedProgram {
  readonly dataDir: string;
  readonly port: number;
  /** The pid of the process of the system whose command line matches, not of its children. */
  pidOf(command: RegExp): number;
}

/** The supervisor with a real nats-server and stand-ins for the services, in a process group of its own. */
export async function startSystem(options: SystemOptions): Promise<StartedSystem> {
  const { natsServer, dataDir = join(makeDir(), 'data'), env } = options;
  const port = options.port ?? (await findFreePort());
  const entry = join(import.meta.dirname, 'start-stand-in.ts');
  const program = startProgram(process.execPath, {
    args: ['--conditions=bakerst-source', entry],
    env: {
      NATS_SERVER: natsServer,
      BAKERST_DATA_DIR: dataDir,
      PORT: String(port),
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.cache/compile'),
      ...env,
    },
  });
  return {
    ...program,
    dataDir,
    port,
    pidOf: (pattern) => {
      const all = processesInGroup(program.pid).filter(({ command }) => pattern.test(command));
      // A shell's subshells have its command line, and may have lower numbers.
      const found = all.find(({ parent }) => all.every(({ pid }) => pid !== parent));
      if (found === undefined) throw new Error(`no ${pattern} runs:\n${program.output()}`);
      return found.pid;
    },
  };
}
