import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { formatShortTime, formatTime } from '../components/format.ts';
import { useFailureNotice, useNotice } from '../components/notice.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { type Fact, useFactActions, useFactHistory } from './use-facts.ts';

type Open = 'correct' | 'history' | undefined;

/** A fact, who said it and when, and what can be done with it. */
export function FactRow({ fact }: { readonly fact: Fact }) {
  const [open, setOpen] = useState<Open>();
  const { forget, store } = useFactActions();
  const notify = useNotice();
  const onError = useFailureNotice();
  const { id, text, category, source, created_at: at } = fact;
  const forgetIt = (): void =>
    forget.mutate(id, {
      onSuccess: () =>
        notify({
          text: texts.memory.forgotten,
          // By then this row is gone, and with it whoever would hear of a failure.
          onUndo: () => void store.mutateAsync({ text, category }).catch(onError),
        }),
    });
  const toggle = (what: Open): void => setOpen(open === what ? undefined : what);
  return (
    <li className="py-3">
      <p dir="auto" className="wrap-anywhere">
        {text}
      </p>
      <div className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-soft">
        <span className="rounded-full border border-line px-2 py-0.5">
          {texts.memory.categories[category]}
        </span>
        <span>{source.name ?? texts.memory.nameOfWho(source.kind)}</span>
        <time dateTime={at} title={formatTime(at)}>
          {formatShortTime(at)}
        </time>
        <span className="ms-auto flex">
          <Button look="quiet" aria-expanded={open === 'correct'} onClick={() => toggle('correct')}>
            {texts.memory.correct}
          </Button>
          <Button look="quiet" aria-expanded={open === 'history'} onClick={() => toggle('history')}>
            {texts.memory.history}
          </Button>
          <Button look="quiet" disabled={forget.isPending} onClick={forgetIt}>
            {texts.memory.forget}
          </Button>
        </span>
      </div>
      {forget.isError && <Failure error={forget.error} />}
      {open === 'correct' && <Correct fact={fact} onDone={() => setOpen(undefined)} />}
      {open === 'history' && <History id={id} />}
    </li>
  );
}

interface CorrectProps {
  readonly fact: Fact;
  readonly onDone: () => void;
}

function Correct({ fact, onDone }: CorrectProps) {
  const [text, setText] = useState(fact.text);
  const { correct } = useFactActions();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    correct.mutate({ id: fact.id, text }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="mt-2 flex flex-wrap gap-2">
      <input
        aria-label={texts.memory.correction}
        dir="auto"
        required
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-w-48 grow rounded-lg border border-strong-line bg-ground px-3 py-1.5"
      />
      <Button onClick={onDone}>{texts.cancel}</Button>
      <Button look="main" type="submit" disabled={correct.isPending || text.trim() === ''}>
        {texts.save}
      </Button>
      {correct.isError && <Failure error={correct.error} />}
    </form>
  );
}

function History({ id }: { readonly id: string }) {
  const history = useFactHistory(id, true);
  const { restore } = useFactActions();
  if (history.isPending) return <Loading />;
  if (history.isError) return <Failure error={history.error} />;
  return (
    <ol className="mt-2 border-s-2 border-line ps-3 text-sm">
      {history.data.history.map((change) => (
        <li
          key={`${change.fact_id}-${change.at}`}
          className="flex flex-wrap items-center gap-2 py-1"
        >
          <span className="min-w-0 grow">
            <span dir="auto" className="wrap-anywhere">
              {change.text}
            </span>
            <span className="block text-xs text-soft">
              {change.source.name ?? texts.memory.nameOfWho(change.source.kind)} ·{' '}
              <time dateTime={change.at}>{formatTime(change.at)}</time>
            </span>
          </span>
          {change.fact_id !== id && (
            <Button
              look="quiet"
              disabled={restore.isPending}
              onClick={() => restore.mutate(change.fact_id)}
            >
              {texts.memory.restore}
            </Button>
          )}
        </li>
      ))}
      {restore.isError && <Failure error={restore.error} />}
    </ol>
  );
}
