import { text } from 'node:stream/consumers';
import { startProgram } from './program.ts';

export interface ScriptEnd {
  readonly code: number | null;
  /** All that it has written, to standard output and error. */
  readonly output: string;
}

/** Runs one of the npm commands to its end, as `npm run` does. */
export async function runScript(
  name: 'backup' | 'restore',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ScriptEnd> {
  const { child, exited } = startProgram({ entry: `scripts/${name}.ts`, args, env });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error(`${name} was started without pipes`);
  const [code, printed, complained] = await Promise.all([exited, text(stdout), text(stderr)]);
  return { code, output: `${printed}${complained}` };
}
