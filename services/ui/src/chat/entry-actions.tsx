import { useMutation } from '@tanstack/react-query';
import { Pencil, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { CopyButton } from '../components/copy-button.tsx';
import { texts } from '../texts/index.ts';
import { EditDialog } from './edit-dialog.tsx';
import type { Entry } from './thread.ts';
import { useThreadActions } from './thread-actions.tsx';

interface EntryActionsProps {
  readonly entry: Entry;
  readonly isLast: boolean;
  readonly isOn: boolean;
}

/** What can be done with a message and its answer, once there is one. */
export function EntryActions({ entry, isLast, isOn }: EntryActionsProps) {
  const { runId, question, answer, run } = entry;
  const [isEditing, setEditing] = useState(false);
  const { retry } = useThreadActions();
  const again = useMutation({ mutationFn: () => retry(entry) });
  if (isOn || run?.status === 'queued') return null;
  const isShown = isLast
    ? ''
    : 'opacity-0 group-hover/answer:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100';
  return (
    <div className={`mt-1 flex items-center gap-1 text-xs text-soft transition-opacity ${isShown}`}>
      {answer !== undefined && answer !== '' && <CopyButton text={answer} />}
      {question !== undefined && (
        <IconButton
          label={texts.chat.retry}
          disabled={again.isPending}
          onClick={() => again.mutate()}
          className="size-7"
        >
          <RotateCcw size={14} />
        </IconButton>
      )}
      {question?.seq !== undefined && (
        <IconButton label={texts.chat.edit} onClick={() => setEditing(true)} className="size-7">
          <Pencil size={14} />
        </IconButton>
      )}
      {run !== undefined && <Cost run={run} />}
      {isEditing && question !== undefined && (
        <EditDialog key={runId} question={question} onClose={() => setEditing(false)} />
      )}
    </div>
  );
}

const TOKENS = new Intl.NumberFormat();

function Cost({ run: { usage, cost_usd: cost } }: { readonly run: NonNullable<Entry['run']> }) {
  const tokens = usage.input_tokens + usage.output_tokens;
  if (tokens === 0) return null;
  return (
    <span className="ms-1">
      {texts.chat.usage(
        TOKENS.format(tokens),
        cost === null || cost === 0 ? undefined : `$${cost.toFixed(4)}`,
      )}
    </span>
  );
}
