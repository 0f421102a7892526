import { join } from 'node:path';
import type { Route } from '../http/route.ts';
import { createStreamLimit } from '../http/stream-limit.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Surroundings } from '../surroundings.ts';
import { createAttachmentRoutes } from './attachment-routes.ts';
import type { GarbageDeps } from './collect-garbage.ts';
import { createDiskAttachmentFiles } from './disk-attachment-files.ts';
import type { AttachmentFiles } from './ports.ts';
import { createSqliteAttachmentStore } from './sqlite-attachment-store.ts';
import { createSqliteOrphanRemover } from './sqlite-orphan-remover.ts';

/** Uploads of one user at a time. */
const UPLOADS = 4;

/** The feature, built on its adapters. */
export interface Attachments extends GarbageDeps {
  readonly routes: readonly Route[];
}

export function createAttachments(around: Surroundings, resolve: ResolveDeps): Attachments {
  const { clock, log, newId } = around;
  const store = createSqliteAttachmentStore(around);
  const files = openAttachmentFiles(around);
  return {
    store,
    files,
    clock,
    log,
    removeOrphan: createSqliteOrphanRemover({ ...around, files }),
    routes: createAttachmentRoutes({
      store,
      files,
      clock,
      newId,
      resolve,
      uploads: createStreamLimit(UPLOADS, 'uploads'),
    }),
  };
}

/** Where this installation keeps them. */
export function openAttachmentFiles({ config }: Surroundings): AttachmentFiles {
  return createDiskAttachmentFiles(join(config.dataDir, 'attachments'));
}
