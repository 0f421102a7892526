import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDataDir } from '@bakerst/kit/data-dir';
import { EX_CONFIG, StartError } from '@bakerst/kit/start-error';
import { untilAborted } from '../local/until-aborted.ts';
import type { Terminal } from '../terminal.ts';
import { announceWhenReady } from './announce-when-ready.ts';
import type { StartPageBuild } from './build-page.ts';
import { holdDataDir } from './hold-data-dir.ts';
import { type OpenOfflineModel, openSystem } from './open-system.ts';
import type { Settings } from './read-settings.ts';
import type { StopRequest } from './stop-request.ts';

export interface SupervisorDeps {
  readonly terminal: Terminal;
  readonly stopRequest: StopRequest;
  readonly openOfflineModel: OpenOfflineModel;
  readonly startPageBuild: StartPageBuild;
  /** From now on the terminal does not show this text. */
  readonly hide: (secret: string) => void;
}

/**
 * Brings the whole system up, keeps it running and takes it down when that is asked for.
 * Answers the exit code: 0, or 78, with a sentence on standard error, when something must be set up differently.
 */
export async function runSupervisor(deps: SupervisorDeps, settings: Settings): Promise<number> {
  try {
    await using open = new AsyncDisposableStack();
    return await supervise(deps, settings, open);
  } catch (cause) {
    if (isAbort(cause, deps.stopRequest.stop)) return 0;
    if (!(cause instanceof StartError)) throw cause;
    deps.terminal.complain(cause.message);
    return EX_CONFIG;
  }
}

async function supervise(
  { terminal, stopRequest, hide, ...parts }: SupervisorDeps,
  settings: Settings,
  open: AsyncDisposableStack,
): Promise<number> {
  const { say } = terminal;
  const signal = stopRequest.stop;
  const dataDir = prepareDataDir(settings.dataDir);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const advice = 'stop that one first (Ctrl-C there, or kill its pid)';
  open.use(await holdDataDir(dataDir, { url: settings.url, advice, signal }));
  const system = { settings, ...parts, say, hide, signal };
  const programs = await openSystem(system, dataDir, open);
  stopRequest.kill.addEventListener('abort', () => {
    for (const program of programs) program.kill();
  });
  const isOver = new AbortController();
  open.defer(() => isOver.abort());
  const end = Promise.race([...programs.map(({ refused }) => refused), untilAborted(signal)]);
  const announced = announceWhenReady({ programs, settings, dataDir }, terminal, isOver.signal);
  const refusal = await Promise.race([end, announced.then(() => end)]);
  if (refusal !== undefined) {
    terminal.complain(refusal);
    return EX_CONFIG;
  }
  say(`stopping (${signal.reason}); Ctrl-C ends it without waiting for running work`);
  return 0;
}

/** Whether a step of the start gave up because it was asked to stop. */
function isAbort(cause: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return cause === signal.reason || (cause instanceof Error && cause.name === 'AbortError');
}
