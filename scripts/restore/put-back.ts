import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ATTACHMENTS,
  type BackupManifest,
  copyPrivately,
  DATABASE,
  DIRECTORY_MODE,
  requireRoom,
  sizeOf,
  sync,
} from '@bakerst/kit/backups';

/** Files of a backup beside the places that they are about to take. */
export interface StagedFiles extends AsyncDisposable {
  /** Lets each take its place at once, the database last. */
  putBack(): Promise<void>;
}

/** Copies the files of a backup into the data directory, where nobody finds them yet. Throws BackupError NO_ROOM. */
export async function stageFiles(
  dataDir: string,
  backup: { readonly dir: string; readonly manifest: BackupManifest },
  stamp: string,
): Promise<StagedFiles> {
  const { dir, manifest } = backup;
  requireRoom(dataDir, sizeOf(manifest));
  const stage = join(dataDir, `restoring-${stamp}`);
  await using staged = new AsyncDisposableStack();
  staged.defer(() => rm(stage, { recursive: true, force: true }));
  await mkdir(join(stage, ATTACHMENTS), { recursive: true, mode: DIRECTORY_MODE });
  for (const { path } of manifest.files) await copyPrivately(join(dir, path), join(stage, path));
  const open = staged.move();
  return {
    async putBack() {
      const paths = manifest.files.map(({ path }) => path);
      for (const path of paths.filter((each) => each !== DATABASE)) {
        await mkdir(dirname(join(dataDir, path)), { recursive: true, mode: DIRECTORY_MODE });
        await rename(join(stage, path), join(dataDir, path));
      }
      await rename(join(stage, DATABASE), join(dataDir, DATABASE));
      await sync(dataDir);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
