import { isTerminalRun, type RunView } from '@bakerst/contracts';
import { memo, useEffect } from 'react';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { useLive, useLiveRun } from '../live/live-provider.tsx';
import type { LiveRun } from '../live/run-streams.ts';
import { texts } from '../texts/index.ts';
import { PartsView, StoredAnswer } from './answer-view.tsx';
import { EntryActions } from './entry-actions.tsx';
import { QuestionView } from './question-view.tsx';
import { RunStateLine } from './run-state-line.tsx';
import type { Entry } from './thread.ts';
import { UncertainCards } from './uncertain-card.tsx';

interface EntryViewProps {
  readonly entry: Entry;
  /** The last of its conversation. */
  readonly isLast: boolean;
}

/** One message with its answer, as it is at this moment. */
export const EntryView = memo(function EntryView({ entry, isLast }: EntryViewProps) {
  const { runId, question, run } = entry;
  const { streams } = useLive();
  const live = useLiveRun(runId);
  const isOn = run !== undefined && !isTerminalRun(run.status);
  const hasBegun = isOn && run.status !== 'queued';
  useEffect(() => {
    if (hasBegun) streams.follow(runId);
  }, [hasBegun, runId, streams]);
  useEffect(() => () => streams.leave(runId), [runId, streams]);
  return (
    <article
      data-run={runId}
      className="py-3 [contain-intrinsic-size:auto_12rem] [content-visibility:auto] data-target:rounded-xl data-target:bg-accent-soft/50"
    >
      {question !== undefined && <QuestionView question={question} />}
      <div className="group/answer mt-4">
        <ErrorBoundary fallback={<PlainAnswer entry={entry} live={live} />}>
          <Answer entry={entry} live={live} />
        </ErrorBoundary>
        {run?.status === 'uncertain' && <UncertainCards runId={runId} />}
        {run !== undefined && (
          <RunStateLine run={run} attachments={entry.question?.attachments ?? []} live={live} />
        )}
        <EntryActions entry={entry} isLast={isLast} isOn={isOn} />
      </div>
    </article>
  );
});

interface AnswerProps {
  readonly entry: Entry;
  readonly live: LiveRun | undefined;
}

/** The bare words of an answer that cannot be set. */
function PlainAnswer({ entry: { answer }, live }: AnswerProps) {
  const words = live?.screen.parts.flatMap((part) => (part.kind === 'text' ? part.text : []));
  return (
    <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
      {answer ?? words?.join('\n\n')}
    </p>
  );
}

/** What is seen live is shown for as long as the page is there; only a page that comes later asks for what is stored. */
function Answer({ entry: { runId, answer, run }, live }: AnswerProps) {
  const ended = live?.screen.ending !== undefined;
  if (live !== undefined && !isOutdated(live, run) && (live.screen.parts.length > 0 || !ended)) {
    return (
      <>
        <PartsView parts={live.screen.parts} isOn={!ended} />
        {!ended && isThinking(live, run) && <Thinking />}
      </>
    );
  }
  return (
    <StoredAnswer
      runId={runId}
      answer={answer}
      version={`${run?.status} ${run?.turns}`}
      hasSteps={run !== undefined && run.turns > 1}
    />
  );
}

/** It has ended as uncertain, and has gone on and come to another end since then. */
function isOutdated({ screen: { ending } }: LiveRun, run: RunView | undefined): boolean {
  const hadDoubts = ending?.kind === 'complete' && ending.response.status === 'uncertain';
  return hadDoubts && run !== undefined && isTerminalRun(run.status) && run.status !== 'uncertain';
}

/** Nothing is being written, and no tool shows that it works. */
function isThinking({ screen }: LiveRun, run: RunView | undefined): boolean {
  if (run?.status === 'queued') return false;
  const last = screen.parts.at(-1);
  return (
    last === undefined ||
    (last.kind === 'tool' && last.answer !== undefined) ||
    last.kind === 'steered'
  );
}

function Thinking() {
  return (
    <p role="status" className="pulse text-sm text-soft">
      {texts.chat.thinking} …
    </p>
  );
}
