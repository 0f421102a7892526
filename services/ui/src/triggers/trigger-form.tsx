import { TriggerPreset } from '@bakerst/contracts/schedules';
import { ActionFields } from '../actions/action-fields.tsx';
import { type FieldsProps, useDraft } from '../actions/use-draft.ts';
import { Button } from '../components/button.tsx';
import { OneOf } from '../components/choice.tsx';
import { EditForm } from '../components/edit-form.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { SecretOnce } from './secret-once.tsx';
import {
  readTriggerDraft,
  readTriggerPatch,
  type TriggerDraft,
  toTriggerDraft,
} from './trigger-draft.ts';
import { type Trigger, useTriggerActions } from './use-triggers.ts';

const words = texts.triggers;
const PRESETS = TriggerPreset.options.map((name) => [name, words.presetIs[name]] as const);

/** Makes a trigger, and shows its secret. */
export function NewTrigger({ onDone }: { readonly onDone: () => void }) {
  const { create } = useTriggerActions();
  const { form, ...fields } = useDraft({
    start: toTriggerDraft(undefined),
    read: readTriggerDraft,
    save: (body) => create.mutate(body),
    saving: create,
  });
  if (create.data !== undefined)
    return (
      <div className="my-3 rounded-xl border border-line p-3">
        <SecretOnce trigger={create.data} />
        <Button onClick={onDone}>{texts.close}</Button>
      </div>
    );
  const { draft, set, problemOf } = fields;
  return (
    <EditForm {...form} onCancel={onDone}>
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={draft.name}
        onChange={(name) => set({ name })}
        maxLength={64}
        problem={problemOf('name')}
      />
      <Fields {...fields} />
    </EditForm>
  );
}

interface ChangeTriggerProps {
  readonly trigger: Trigger;
  readonly onDone: () => void;
}

export function ChangeTrigger({ trigger, onDone }: ChangeTriggerProps) {
  const { change } = useTriggerActions();
  const { form, ...fields } = useDraft({
    start: toTriggerDraft(trigger),
    read: (draft) => readTriggerPatch(trigger, draft),
    save: (body) => change.mutate({ name: trigger.name, body }, { onSuccess: onDone }),
    saving: change,
  });
  return (
    <EditForm {...form} onCancel={onDone}>
      <Fields {...fields} />
    </EditForm>
  );
}

function Fields({ draft, set, problemOf }: FieldsProps<TriggerDraft>) {
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2">
        <OneOf
          label={words.preset}
          value={draft.preset}
          options={PRESETS}
          onChange={(preset) => set({ preset })}
        />
        <TextField
          label={words.perMinute}
          value={draft.perMinute}
          onChange={(perMinute) => set({ perMinute })}
          maxLength={3}
          problem={problemOf('perMinute')}
        />
      </div>
      <TextField
        label={words.filter}
        value={draft.filter}
        onChange={(filter) => set({ filter })}
        hint={words.filterHint}
        maxLength={20_000}
        isLong
        problem={problemOf('filter')}
      />
      <ActionFields
        draft={draft.action}
        onChange={(action) => set({ action })}
        note={words.template}
        problemOf={problemOf}
      />
    </>
  );
}
