import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupManifest } from '@bakerst/kit/backups';
import { StartError } from '@bakerst/kit/start-error';

/** Throws StartError for a backup whose database only a newer bakerst can read; an older one is migrated at the next start. */
export function refuseNewerSchema(root: string, { schema_version, version }: BackupManifest): void {
  const known = readKnownSchema(root);
  if (schema_version <= known) return;
  throw new StartError(
    `the backup was made by bakerst ${version}, with schema ${schema_version}; this one knows schemas up to ${known}: restore it with that version or a newer one`,
  );
}

function readKnownSchema(root: string): number {
  const versions = readdirSync(join(root, 'services/brain/src/storage/migrations'))
    .map((name) => Number(/^(\d{3})-.*\.sql$/.exec(name)?.[1]))
    .filter((version) => !Number.isNaN(version));
  return Math.max(...versions);
}
