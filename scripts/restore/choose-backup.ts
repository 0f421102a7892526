import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupsDir, listBackups } from '@bakerst/kit/backups';
import { StartError } from '@bakerst/kit/start-error';

/** The directory of the backup that is meant: `latest`, a name in the data directory, or a path. Throws StartError. */
export async function chooseBackup(dataDir: string, named: string): Promise<string> {
  if (named === 'latest') {
    const [newest] = await listBackups(dataDir);
    if (newest !== undefined) return newest.dir;
    throw new StartError(`there is no backup in ${backupsDir(dataDir)}: name the path of one`);
  }
  const places = [join(backupsDir(dataDir), named), resolve(named)];
  const found = places.find((place) => existsSync(join(place, 'manifest.json')));
  if (found !== undefined) return found;
  throw new StartError(
    `${named} is no backup: npm run backup -- --list shows those of ${dataDir}, any other one is named by its path`,
  );
}
