import { ApiError } from '@bakerst/client';
import { Pin } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { formatBytes } from '../components/format.ts';
import { useNotice } from '../components/notice.tsx';
import { Failure } from '../components/states.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { texts } from '../texts/index.ts';
import { type Section, useNotebookActions } from './use-notebook.ts';

export function NotebookSection({ section }: { readonly section: Section }) {
  const [isEditing, setEditing] = useState(false);
  const { name, content, bytes, pinned } = section;
  return (
    <section aria-label={name} className="mb-3 rounded-xl border border-line bg-raised p-4">
      <header className="flex flex-wrap items-center gap-2">
        {pinned && <Pin size={14} aria-hidden className="text-accent" />}
        <h2 dir="auto" className="font-semibold wrap-anywhere">
          {name}
        </h2>
        <span className="grow text-xs text-soft">{formatBytes(bytes)}</span>
        <Actions section={section} onEdit={() => setEditing(true)} />
      </header>
      {isEditing ? (
        <Editor section={section} onDone={() => setEditing(false)} />
      ) : (
        content !== '' && (
          <div className="mt-2 text-sm">
            <Markdown text={content} />
          </div>
        )
      )}
    </section>
  );
}

interface ActionsProps {
  readonly section: Section;
  readonly onEdit: () => void;
}

function Actions({ section, onEdit }: ActionsProps) {
  const { write, remove } = useNotebookActions();
  const notify = useNotice();
  const { name, content, pinned, updated_at: seen } = section;
  const removeIt = (): void =>
    remove.mutate(
      { name, seen },
      {
        onSuccess: () =>
          notify({
            text: texts.conversations.wasDeleted(name),
            onUndo: () => write.mutate({ name, content, pinned, seen: null }),
          }),
      },
    );
  return (
    <>
      <Button look="quiet" onClick={onEdit}>
        {texts.memory.edit}
      </Button>
      <Button look="quiet" onClick={() => write.mutate({ name, pinned: !pinned })}>
        {pinned ? texts.memory.unpin : texts.memory.pin}
      </Button>
      <Button look="quiet" onClick={removeIt}>
        {texts.delete}
      </Button>
      {remove.isError && <Failure error={remove.error} />}
      {write.isError && <Failure error={write.error} />}
    </>
  );
}

interface EditorProps {
  readonly section: Section;
  readonly onDone: () => void;
}

/** What is written here stays until it is saved or given up, whatever happens to the section elsewhere. */
function Editor({ section, onDone }: EditorProps) {
  const [begun, setBegun] = useState(section);
  const [text, setText] = useState(section.content);
  const { write } = useNotebookActions();
  const isChanged = section.updated_at !== begun.updated_at;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    write.mutate(
      { name: section.name, content: text, seen: begun.updated_at },
      { onSuccess: onDone },
    );
  };
  const isConflict = write.error instanceof ApiError && write.error.status === 409;
  return (
    <form onSubmit={submit} className="mt-2">
      <textarea
        aria-label={texts.memory.sectionText}
        dir="auto"
        rows={8}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full rounded-lg border border-strong-line bg-ground px-3 py-2 font-mono text-sm"
      />
      {(isChanged || isConflict) && (
        <p
          role="alert"
          className="mt-2 flex flex-wrap items-center gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm"
        >
          <span className="grow">{texts.memory.changedElsewhere}</span>
          <Button
            onClick={() => {
              setBegun(section);
              setText(section.content);
              write.reset();
            }}
          >
            {texts.memory.loadNew}
          </Button>
        </p>
      )}
      {write.isError && !isConflict && <Failure error={write.error} />}
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={onDone}>{texts.cancel}</Button>
        <Button look="main" type="submit" disabled={write.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
