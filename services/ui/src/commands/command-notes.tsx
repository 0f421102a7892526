import { X } from 'lucide-react';
import { IconButton } from '../components/button.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { texts } from '../texts/index.ts';
import type { Commands } from './use-commands.ts';

/** What commands have said, until it is put away. */
export function CommandNotes({ notes, dismiss }: Pick<Commands, 'notes' | 'dismiss'>) {
  if (notes.length === 0) return null;
  return (
    <div
      role="log"
      aria-label={texts.palette.commands}
      className="mx-auto max-h-[45vh] w-full max-w-3xl shrink-0 overflow-y-auto px-3 pb-2"
    >
      {notes.map(({ key, text }) => (
        <div
          key={key}
          className="mt-2 flex items-start gap-2 rounded-xl border border-line bg-raised py-2 ps-4 pe-1 text-sm"
        >
          <div className="min-w-0 grow py-1">
            <Markdown text={text} />
          </div>
          <IconButton label={texts.close} onClick={() => dismiss(key)} className="size-8">
            <X size={15} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
