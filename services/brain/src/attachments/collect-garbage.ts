import type { Clock, Logger } from '@bakerst/kit';
import type { AttachmentFiles, AttachmentStore, RemoveOrphan } from './ports.ts';

const HOUR_MS = 60 * 60_000;
/** The first look comes when the start is long over. */
const FIRST_MS = 60_000;
/** How long an attachment waits for its message. */
const UNUSED_MS = 24 * HOUR_MS;
/** How long an upload may take before it counts as cut short. */
const UPLOAD_MS = HOUR_MS;

export interface GarbageDeps {
  readonly store: Pick<AttachmentStore, 'removeUnused'>;
  readonly files: AttachmentFiles;
  readonly removeOrphan: RemoveOrphan;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes away, soon after the start and every hour, the files that nobody needs. */
export function watchGarbage(deps: GarbageDeps): Disposable {
  const first = deps.clock.after(FIRST_MS, () => void collectGarbage(deps));
  const later = deps.clock.every(HOUR_MS, () => void collectGarbage(deps));
  return {
    [Symbol.dispose]() {
      first[Symbol.dispose]();
      later[Symbol.dispose]();
    },
  };
}

/** Never throws: what fails is tried again an hour later. */
export async function collectGarbage(deps: GarbageDeps): Promise<void> {
  const { store, files, removeOrphan, clock, log } = deps;
  try {
    await store.removeUnused(clock.now() - UNUSED_MS);
    await files.removeLeftovers(clock.now() - UPLOAD_MS);
    for (const hash of await files.listOlder(clock.now() - UPLOAD_MS)) await removeOrphan(hash);
  } catch (err) {
    log.warn({ err }, 'unused attachments not taken away yet');
  }
}
