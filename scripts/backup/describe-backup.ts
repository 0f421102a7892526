import { type Backup, sizeOf } from '@bakerst/kit/backups';

const MB = 1_000_000;

/** One line for a person: name, size, why it was made, by which bakerst. */
export function describeBackup({ name, manifest }: Backup): string {
  const megabytes = (sizeOf(manifest) / MB).toFixed(1);
  const { reason, version, schema_version } = manifest;
  return `${name}  ${megabytes} MB, ${reason.replace('_', ' ')}, bakerst ${version}, schema ${schema_version}`;
}
