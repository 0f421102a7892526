import { findFreePort } from '../../scripts/local/local-port.ts';
import type { Bench } from '../measurements/measurement.ts';
import { type OpenProgram, openProgram } from './open-program.ts';

/** A program of the bench that listens. */
export interface OpenServer extends OpenProgram {
  readonly url: string;
}

/** The scripted model, in a process of its own: it must not share an event loop with whoever reads from it. */
export function openModel(bench: Bench): Promise<OpenServer> {
  return openServer(bench, 'model', {});
}

/** The floor: a bare Express and SDK proxy in front of that model. */
export function openProxy(bench: Bench, modelUrl: string): Promise<OpenServer> {
  return openServer(bench, 'proxy', { ANTHROPIC_BASE_URL: modelUrl });
}

async function openServer(
  { dir }: Bench,
  name: 'model' | 'proxy',
  env: Readonly<Record<string, string>>,
): Promise<OpenServer> {
  const port = await findFreePort();
  const program = await openProgram({
    name,
    logDir: dir,
    entry: `bench/programs/${name}/main.ts`,
    env,
    args: ['--port', String(port)],
  });
  return { ...program, url: `http://127.0.0.1:${port}` };
}
