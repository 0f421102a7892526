import { OnMissed, Overlap } from '@bakerst/contracts/schedules';
import { ActionFields } from '../actions/action-fields.tsx';
import { type FieldsProps, useDraft } from '../actions/use-draft.ts';
import { OneOf } from '../components/choice.tsx';
import { EditForm } from '../components/edit-form.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import {
  ownZone,
  readScheduleDraft,
  readSchedulePatch,
  type ScheduleDraft,
  type TimesKind,
  toScheduleDraft,
} from './schedule-draft.ts';
import { type Schedule, useScheduleActions } from './use-schedules.ts';

const words = texts.schedules;
const KINDS: readonly TimesKind[] = ['cron', 'every', 'at'];
const TIMES = KINDS.map((kind) => [kind, words.timesAre[kind]] as const);
const ON_MISSED = OnMissed.options.map((name) => [name, words.onMissedIs[name]] as const);
const OVERLAP = Overlap.options.map((name) => [name, words.overlapIs[name]] as const);

export function NewSchedule({ onDone }: { readonly onDone: () => void }) {
  const { create } = useScheduleActions();
  const { form, ...fields } = useDraft({
    start: toScheduleDraft(undefined),
    read: readScheduleDraft,
    save: (body) => create.mutate(body, { onSuccess: onDone }),
    saving: create,
  });
  return (
    <EditForm {...form} onCancel={onDone}>
      <Fields {...fields} />
    </EditForm>
  );
}

interface ChangeScheduleProps {
  readonly schedule: Schedule;
  readonly onDone: () => void;
}

export function ChangeSchedule({ schedule, onDone }: ChangeScheduleProps) {
  const { change } = useScheduleActions();
  const { form, ...fields } = useDraft({
    start: toScheduleDraft(schedule),
    read: (draft) => readSchedulePatch(schedule, draft),
    save: (patch) => change.mutate({ id: schedule.id, patch }, { onSuccess: onDone }),
    saving: change,
  });
  return (
    <EditForm {...form} onCancel={onDone}>
      <Fields {...fields} />
    </EditForm>
  );
}

type Props = FieldsProps<ScheduleDraft>;

function Fields(props: Props) {
  const { draft, set, problemOf } = props;
  return (
    <>
      <TextField
        label={words.name}
        value={draft.name}
        onChange={(name) => set({ name })}
        maxLength={200}
        problem={problemOf('name')}
      />
      <Times {...props} />
      <ActionFields
        draft={draft.action}
        onChange={(action) => set({ action })}
        problemOf={problemOf}
      />
      <Policies {...props} />
    </>
  );
}

function Times({ draft: { times, when, zone }, set, problemOf }: Props) {
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <OneOf
        label={words.times}
        value={times}
        options={TIMES}
        onChange={(kind) => set({ times: kind, when: '' })}
      />
      <TextField
        key={times}
        label={words.when[times]}
        value={when}
        onChange={(text) => set({ when: text })}
        hint={words.whenHint[times]}
        maxLength={200}
        {...(times === 'at' && { type: 'datetime-local' })}
        problem={problemOf('when')}
      />
      {times === 'cron' && (
        <TextField
          label={words.zone}
          value={zone}
          onChange={(text) => set({ zone: text })}
          hint={ownZone()}
          maxLength={64}
          problem={problemOf('zone')}
        />
      )}
    </div>
  );
}

function Policies({ draft, set, problemOf }: Props) {
  return (
    <div className="grid gap-3 md:grid-cols-3">
      <OneOf
        label={words.onMissed}
        value={draft.onMissed}
        options={ON_MISSED}
        onChange={(onMissed) => set({ onMissed })}
      />
      <TextField
        label={words.grace}
        value={draft.grace}
        onChange={(grace) => set({ grace })}
        maxLength={20}
        problem={problemOf('grace')}
      />
      <OneOf
        label={words.overlap}
        value={draft.overlap}
        options={OVERLAP}
        onChange={(overlap) => set({ overlap })}
      />
    </div>
  );
}
