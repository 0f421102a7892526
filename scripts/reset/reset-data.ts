import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDataDir } from '@bakerst/kit/data-dir';
import { holdDataDir } from '../supervisor/hold-data-dir.ts';
import type { Terminal } from '../terminal.ts';
import { ownEntries } from './own-entries.ts';

export interface ResetDeps {
  readonly terminal: Terminal;
  /** Whether the person agrees to the question. */
  readonly ask: (question: string) => Promise<boolean>;
}

/**
 * Deletes what bakerst keeps in the data directory, once the person agrees. Answers the exit code: 1 when nothing was deleted because they do not.
 * Throws StartError while the system runs there.
 */
export async function resetData({ terminal, ask }: ResetDeps, dir: string): Promise<number> {
  if (!existsSync(dir)) {
    terminal.say(`there is no ${dir}, nothing to delete`);
    return 0;
  }
  const dataDir = prepareDataDir(dir);
  const advice = 'stop it first, then reset';
  using _held = await holdDataDir(dataDir, { url: undefined, advice });
  const entries = ownEntries(readdirSync(dataDir));
  if (entries.length === 0) {
    terminal.say(`nothing of bakerst is in ${dataDir}`);
    return 0;
  }
  terminal.print(`This deletes, in ${dataDir}, for good:\n  ${entries.join('\n  ')}`);
  terminal.print('That is all conversations, jobs, tokens, logs and backups.');
  if (!(await ask('Delete them? Type yes: '))) {
    terminal.say('nothing was deleted');
    return 1;
  }
  for (const entry of entries) rmSync(join(dataDir, entry), { recursive: true, force: true });
  terminal.say('deleted; the next npm start begins anew');
  return 0;
}
