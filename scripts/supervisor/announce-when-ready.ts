import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';
import { untilAborted } from '../local/until-aborted.ts';
import type { KeptProgram } from '../programs/keep-running.ts';
import type { Terminal } from '../terminal.ts';
import { announceTelegram } from './announce-telegram.ts';
import { describeSystem, keyAdvice } from './describe-system.ts';
import { makeSignInLink } from './make-sign-in-link.ts';
import { isReady, type ModelHealth, readModelHealth } from './read-health.ts';
import type { Settings } from './read-settings.ts';

const READY_LOOK_EVERY_MS = 25;
const SAY_EVERY_MS = 5000;
/** The brain asks the model's server in its own time; so long its answer is waited for. */
const ACCESS_LOOKS = 10;
const ACCESS_LOOK_EVERY_MS = 2000;

/** The user that a first start makes. */
const OWNER = 'owner';

interface StartedSystem {
  readonly programs: readonly KeptProgram[];
  readonly settings: Settings;
  readonly dataDir: string;
}

/** Tells the person that the system is ready, once it is, and how to go on; falls silent when the signal is aborted. */
export async function announceWhenReady(
  { programs, settings, dataDir }: StartedSystem,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  await reportMissing(programs, terminal, signal);
  while (!signal.aborted && !(await isReady(settings.url)))
    await sleepUnlessAborted(READY_LOOK_EVERY_MS, signal);
  const model = await readModelHealth(settings.url);
  const link = await makeOwnersLink(settings, dataDir);
  if (signal.aborted) return;
  const tookMs = performance.now();
  terminal.print(describeSystem({ settings, dataDir, model, link, tookMs }));
  // An idle process is not collected: what only the start needed would stay (2 to 4 MB; node --expose-gc).
  globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' });
  await Promise.all([
    announceTelegram({ settings, dataDir, user: OWNER }, terminal, signal),
    tellRefusal({ model, settings }, terminal, signal),
  ]);
}

interface TriedModel {
  readonly model: ModelHealth | undefined;
  readonly settings: Settings;
}

async function tellRefusal(
  { model, settings }: TriedModel,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (await turnsOutRefused(model, settings.url, signal))
    terminal.complain(`the key was refused; ${keyAdvice(settings.root, { isRefused: true })}`);
}

/** The start goes on without one: npm run link makes another try. */
async function makeOwnersLink(settings: Settings, dataDir: string): Promise<string | undefined> {
  try {
    return await makeSignInLink(settings, dataDir, { user: OWNER });
  } catch {
    return undefined; // NOTE: the block says how to get one.
  }
}

/** Resolves when every program has said that it is ready; until then names those that have not, now and then. */
async function reportMissing(
  programs: readonly KeptProgram[],
  { say }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Set(programs.map(({ name }) => name));
  const timer = setInterval(
    () => say(`still starting, waiting for ${[...missing].join(', ')}`),
    SAY_EVERY_MS,
  );
  const arrivals = programs.map(({ name, ready }) => ready.then(() => missing.delete(name)));
  await Promise.race([Promise.all(arrivals), untilAborted(signal)]);
  clearInterval(timer);
}

/** Whether a key that was not tried yet at the start is refused soon after it. */
async function turnsOutRefused(
  atStart: ModelHealth | undefined,
  url: string,
  signal: AbortSignal,
): Promise<boolean> {
  let model = atStart;
  for (let looks = 0; looks < ACCESS_LOOKS && model?.access === 'unknown'; looks += 1) {
    await sleepUnlessAborted(ACCESS_LOOK_EVERY_MS, signal);
    if (signal.aborted) return false;
    model = await readModelHealth(url);
    if (model?.access === 'refused') return true;
  }
  return false;
}
