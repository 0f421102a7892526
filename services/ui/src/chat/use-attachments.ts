import { useClient } from '../client.ts';
import { newKey } from '../components/new-key.ts';
import { toWords } from '../components/states.tsx';
import type { Upload } from './drafts.ts';
import { useDraft, useDrafts } from './drafts-provider.tsx';

export interface Uploads {
  readonly uploads: readonly Upload[];
  readonly isUploading: boolean;
  /** One of them did not arrive, and would be missing in the message. */
  readonly hasFailed: boolean;
  add(files: Iterable<File>): void;
  remove(key: string): void;
}

/** Uploads files while the message of a place is still being written. */
export function useAttachments(place: string): Uploads {
  const client = useClient();
  const drafts = useDrafts();
  const { uploads } = useDraft(place);
  const upload = async (key: string, file: File): Promise<void> => {
    try {
      const { id } = await client.createAttachment(file, { name: file.name });
      drafts.changeUpload(key, { id });
    } catch (err) {
      drafts.changeUpload(key, { problem: toWords(err) });
    }
  };
  return {
    uploads,
    isUploading: uploads.some(({ id, problem }) => id === undefined && problem === undefined),
    hasFailed: uploads.some(({ problem }) => problem !== undefined),
    add(files) {
      for (const file of files) {
        const key = newKey();
        drafts.add(place, { uploads: [{ key, name: file.name, size: file.size }] });
        void upload(key, file);
      }
    },
    remove(key) {
      const id = uploads.find((one) => one.key === key)?.id;
      drafts.change(place, { uploads: uploads.filter((one) => one.key !== key) });
      // One that stays is taken away within a day.
      if (id !== undefined) client.deleteAttachment(id).catch(() => undefined);
    },
  };
}
