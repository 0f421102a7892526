import { FactCategory } from '@bakerst/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { PagedList } from '../components/paged-list.tsx';
import { Failure } from '../components/states.tsx';
import { useSettled } from '../components/use-settled.ts';
import { texts } from '../texts/index.ts';
import { FactRow } from './fact-row.tsx';
import { useFactActions, useFacts } from './use-facts.ts';

const OPTIONS = FactCategory.options.map((name) => [name, texts.memory.categories[name]] as const);

export function FactsView() {
  const [words, setWords] = useState('');
  const [category, setCategory] = useState<FactCategory>();
  const list = useFacts(useSettled(words.trim()), category);
  return (
    <>
      <AddFact />
      <div className="mt-4 flex flex-wrap gap-3">
        <input
          type="search"
          aria-label={texts.memory.search}
          placeholder={texts.memory.search}
          value={words}
          maxLength={200}
          onChange={(event) => setWords(event.target.value)}
          className="min-w-48 grow rounded-xl border border-strong-line bg-raised px-4 py-2"
        />
        <Choice
          label={texts.memory.category}
          value={category}
          any={texts.jobs.any}
          options={OPTIONS}
          onChange={setCategory}
        />
      </div>
      <div className="mt-2">
        <PagedList
          list={list}
          none={
            words.trim() === '' && category === undefined ? texts.memory.none : texts.nothingFound
          }
        >
          {(fact) => <FactRow key={fact.id} fact={fact} />}
        </PagedList>
      </div>
    </>
  );
}

function AddFact() {
  const [text, setText] = useState('');
  const [category, setCategory] = useState<FactCategory>('general');
  const { store } = useFactActions();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    store.mutate({ text, category }, { onSuccess: () => setText('') });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        aria-label={texts.memory.addLabel}
        placeholder={texts.memory.addLabel}
        dir="auto"
        required
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-w-48 grow rounded-xl border border-strong-line bg-raised px-4 py-2"
      />
      <Choice
        label={texts.memory.category}
        value={category === 'general' ? undefined : category}
        any={texts.memory.categories.general}
        options={OPTIONS.filter(([name]) => name !== 'general')}
        onChange={(chosen) => setCategory(chosen ?? 'general')}
      />
      <Button look="main" type="submit" disabled={store.isPending || text.trim() === ''}>
        {texts.memory.add}
      </Button>
      {store.isError && <Failure error={store.error} />}
    </form>
  );
}
