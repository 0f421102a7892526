import type { AttachmentView } from '@bakerst/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { File, FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../client.ts';
import { download } from '../components/download.ts';
import { formatBytes, formatTime } from '../components/format.ts';
import { useFailureNotice } from '../components/notice.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { texts } from '../texts/index.ts';
import type { Question } from './thread.ts';

/** What a person has said. */
export function QuestionView({
  question: { text, at, attachments },
}: {
  readonly question: Question;
}) {
  return (
    <div className="flex flex-col items-end gap-1.5" title={formatTime(at)}>
      <h2 className="sr-only">{texts.chat.you}</h2>
      {attachments.length > 0 && (
        <ul className="flex flex-wrap justify-end gap-2">
          {attachments.map((attachment) => (
            <li key={attachment.id}>
              <Attached attachment={attachment} />
            </li>
          ))}
        </ul>
      )}
      {text !== '' && (
        <div className="max-w-[85%] rounded-2xl rounded-ee-md bg-accent-soft px-4 py-2.5">
          {text.includes('```') ? (
            <Markdown text={text} />
          ) : (
            <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
              {text}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Attached({ attachment }: { readonly attachment: AttachmentView }) {
  if (attachment.kind === 'image') return <AttachedImage attachment={attachment} />;
  return <AttachedFile attachment={attachment} />;
}

/** The bytes of a file; they come with the cookie, which an address alone would not prove. */
function useFileUrl(
  { id, media_type: type }: AttachmentView,
  isWanted: boolean,
): string | undefined {
  const client = useClient();
  const file = useQuery({
    queryKey: ['attachment', id],
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => client.readAttachment(id),
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (file.data === undefined) return;
    const made = URL.createObjectURL(new Blob([new Uint8Array(file.data)], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file.data, type]);
  return url;
}

function AttachedImage({ attachment }: { readonly attachment: AttachmentView }) {
  const url = useFileUrl(attachment, true);
  if (url === undefined) return <AttachedFile attachment={attachment} />;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      <img
        src={url}
        alt={attachment.name}
        className="max-h-56 max-w-full rounded-xl border border-line object-contain"
      />
    </a>
  );
}

function AttachedFile({ attachment }: { readonly attachment: AttachmentView }) {
  const { id, name, size, kind, media_type: type } = attachment;
  const client = useClient();
  const save = useMutation({
    mutationFn: async () =>
      download(name, new Blob([new Uint8Array(await client.readAttachment(id))], { type })),
    onError: useFailureNotice(),
  });
  const Icon = kind === 'text' ? FileText : File;
  return (
    <button
      type="button"
      title={texts.chat.saveFile(name)}
      disabled={save.isPending}
      onClick={() => save.mutate()}
      className="inline-flex items-center gap-2 rounded-lg border border-line bg-raised px-3 py-2 text-sm hover:bg-sunken"
    >
      <Icon size={15} aria-hidden className="text-soft" />
      {texts.chat.file(name, formatBytes(size))}
    </button>
  );
}
