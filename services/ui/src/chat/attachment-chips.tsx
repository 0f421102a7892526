import { LoaderCircle, Paperclip, X } from 'lucide-react';
import { formatBytes } from '../components/format.ts';
import { texts } from '../texts/index.ts';
import type { Upload } from './drafts.ts';
import type { Uploads } from './use-attachments.ts';

/** The files of the next message. */
export function AttachmentChips({ uploads, remove }: Pick<Uploads, 'uploads' | 'remove'>) {
  if (uploads.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5 px-3 pt-3">
      {uploads.map((upload) => (
        <li key={upload.key}>
          <Chip upload={upload} onRemove={() => remove(upload.key)} />
        </li>
      ))}
    </ul>
  );
}

interface ChipProps {
  readonly upload: Upload;
  readonly onRemove: () => void;
}

function Chip({ upload: { name, size, id, problem }, onRemove }: ChipProps) {
  const isUploading = id === undefined && problem === undefined;
  const Icon = isUploading ? LoaderCircle : Paperclip;
  return (
    <span
      className={`inline-flex max-w-72 items-center gap-1.5 rounded-lg border border-line py-1 ps-2.5 pe-1 text-xs ${problem === undefined ? 'bg-ground' : 'bg-bad-soft'}`}
    >
      <Icon size={13} aria-hidden className={`shrink-0 ${isUploading ? 'animate-spin' : ''}`} />
      <span className="truncate">{texts.chat.file(name, formatBytes(size))}</span>
      {isUploading && <span className="sr-only">{texts.chat.uploading(name)}</span>}
      {problem !== undefined && (
        <span role="alert" className="text-bad">
          {problem}
        </span>
      )}
      <button
        type="button"
        aria-label={texts.chat.remove(name)}
        onClick={onRemove}
        className="rounded p-1 hover:bg-line/60"
      >
        <X size={13} />
      </button>
    </span>
  );
}
