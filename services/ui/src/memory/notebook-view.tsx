import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { formatBytes } from '../components/format.ts';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { NotebookSection } from './notebook-section.tsx';
import { useNotebook, useNotebookActions } from './use-notebook.ts';

export function NotebookView() {
  const notebook = useNotebook();
  if (notebook.isPending) return <Loading />;
  if (notebook.isError)
    return <Failure error={notebook.error} onRetry={() => void notebook.refetch()} />;
  const { sections, bytes, max_bytes: maxBytes } = notebook.data;
  const used = texts.memory.used(formatBytes(bytes), formatBytes(maxBytes));
  return (
    <>
      <div className="mb-3 flex items-center gap-3 text-sm text-soft">
        <meter aria-label={used} min={0} max={maxBytes} value={bytes} className="h-2 w-40" />
        {used}
      </div>
      {sections.length === 0 && <Empty>{texts.memory.noSections}</Empty>}
      {sections.map((section) => (
        <NotebookSection key={section.name} section={section} />
      ))}
      <NewSection />
    </>
  );
}

function NewSection() {
  const [name, setName] = useState('');
  const { write } = useNotebookActions();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    write.mutate({ name, content: '', seen: null }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit} className="mt-4 flex flex-wrap gap-2">
      <input
        aria-label={texts.memory.sectionName}
        placeholder={texts.memory.sectionName}
        dir="auto"
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
        className="min-w-40 grow rounded-lg border border-strong-line bg-raised px-3 py-1.5"
      />
      <Button type="submit" disabled={write.isPending || name.trim() === ''}>
        {texts.memory.newSection}
      </Button>
      {write.isError && <Failure error={write.error} />}
    </form>
  );
}
