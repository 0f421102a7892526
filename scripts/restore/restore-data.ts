import { join } from 'node:path';
import { DATABASE, verifyBackup } from '@bakerst/kit/backups';
import { prepareDataDir } from '@bakerst/kit/data-dir';
import { describeBackup } from '../backup/describe-backup.ts';
import { toStartError } from '../backup/to-start-error.ts';
import { holdDataDir } from '../supervisor/hold-data-dir.ts';
import type { Settings } from '../supervisor/read-settings.ts';
import type { Terminal } from '../terminal.ts';
import { chooseBackup } from './choose-backup.ts';
import { describeContent } from './describe-content.ts';
import { emptyNats, endOwnServer } from './empty-nats.ts';
import { keepAside } from './keep-aside.ts';
import { refuseNewerSchema } from './known-schema.ts';
import { stageFiles } from './put-back.ts';
import { refuseOpenDatabase } from './refuse-open-database.ts';

export interface RestoreDeps {
  readonly terminal: Terminal;
  readonly settings: Pick<Settings, 'root' | 'dataDir' | 'natsUrl'>;
}

/**
 * Brings a data directory back to a backup. Throws StartError, and has changed nothing then, while the system runs, for a
 * backup that is damaged or of a newer version, and without room. The brain ends what is unfinished when it starts.
 */
export async function restoreData(deps: RestoreDeps, named: string): Promise<void> {
  const { say, print } = deps.terminal;
  const { root, natsUrl } = deps.settings;
  const dataDir = prepareDataDir(deps.settings.dataDir);
  const advice = 'stop it first, then restore';
  using _held = await holdDataDir(dataDir, { url: undefined, advice });
  refuseOpenDatabase(join(dataDir, DATABASE));
  const dir = await chooseBackup(dataDir, named);
  say(`checking ${dir}`);
  const manifest = await verifyBackup(dir).catch(toStartError);
  refuseNewerSchema(root, manifest);
  const content = describeContent(dir);
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  say('copying it');
  await using staged = await stageFiles(dataDir, { dir, manifest }, stamp).catch(toStartError);
  if (natsUrl !== undefined) await emptyNats(natsUrl);
  await endOwnServer(dataDir);
  const aside = await keepAside(dataDir, stamp).catch(toStartError);
  await staged.putBack();
  say(`restored ${describeBackup({ name: manifest.created_at, dir, manifest })}`);
  for (const line of content) print(line);
  if (aside !== undefined) say(`what was there is in ${aside}; delete it when you need it no more`);
  say('go on with: npm start');
}
