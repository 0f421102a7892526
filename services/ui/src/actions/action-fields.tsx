import { OneOf } from '../components/choice.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { ACTION_KINDS, type ActionDraft } from './action-draft.ts';
import type { Field } from './problem.ts';

const words = texts.action;
const KINDS = ACTION_KINDS.map((kind) => [kind, words.kind[kind]] as const);

interface ActionFieldsProps {
  readonly draft: ActionDraft;
  readonly onChange: (draft: ActionDraft) => void;
  /** Said beneath the text. */
  readonly note?: string | undefined;
  readonly problemOf: (field: Field) => string | undefined;
}

/** What fires: a message or a job of any kind. */
export function ActionFields({ draft, onChange, note, problemOf }: ActionFieldsProps) {
  const { kind, text, server, more } = draft;
  const set = (part: Partial<ActionDraft>): void => onChange({ ...draft, ...part });
  return (
    <>
      <OneOf label={words.what} value={kind} options={KINDS} onChange={(to) => set({ kind: to })} />
      {kind === 'mcp' && (
        <TextField
          label={words.server}
          value={server}
          onChange={(to) => set({ server: to })}
          maxLength={64}
          problem={problemOf('server')}
        />
      )}
      <TextField
        label={words.text[kind]}
        value={text}
        onChange={(to) => set({ text: to })}
        maxLength={65_536}
        isLong={kind === 'run' || kind === 'agent' || kind === 'code'}
        note={note}
        problem={problemOf('text')}
      />
      <TextField
        label={words.more}
        value={more}
        onChange={(to) => set({ more: to })}
        hint={words.moreHint[kind]}
        maxLength={200_000}
        isLong
        problem={problemOf('more')}
      />
    </>
  );
}
