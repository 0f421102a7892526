import type { AttachmentId } from '@bakerst/contracts';
import { useCallback, useState } from 'react';
import { useClient } from '../client.ts';
import { newKey } from '../components/new-key.ts';
import { toWords } from '../components/states.tsx';

/** A file that goes with the next message. */
export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly id?: AttachmentId;
  readonly problem?: string;
}

export interface Uploads {
  readonly uploads: readonly Upload[];
  readonly isUploading: boolean;
  add(files: Iterable<File>): void;
  remove(key: string): void;
  clear(): void;
}

/** Uploads files while the message is still being written. */
export function useAttachments(): Uploads {
  const client = useClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = useCallback((key: string, more: Partial<Upload>) => {
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...more } : one)));
  }, []);
  const upload = async (key: string, file: File): Promise<void> => {
    try {
      const { id } = await client.createAttachment(file, { name: file.name });
      change(key, { id });
    } catch (err) {
      change(key, { problem: toWords(err) });
    }
  };
  const drop = (key: string): void => setUploads((all) => all.filter((one) => one.key !== key));
  return {
    uploads,
    isUploading: uploads.some(({ id, problem }) => id === undefined && problem === undefined),
    add(files) {
      for (const file of files) {
        const key = newKey();
        setUploads((all) => [...all, { key, name: file.name, size: file.size }]);
        void upload(key, file);
      }
    },
    remove(key) {
      const id = uploads.find((one) => one.key === key)?.id;
      drop(key);
      // One that stays is taken away within a day.
      if (id !== undefined) client.deleteAttachment(id).catch(() => undefined);
    },
    clear: () => setUploads([]),
  };
}
