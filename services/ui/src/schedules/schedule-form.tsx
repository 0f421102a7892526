import { OnMissed, Overlap } from '@bakerst/contracts/schedules';
import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { Failure } from '../components/states.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { type Schedule, useScheduleActions } from './use-schedules.ts';

interface ScheduleFormProps {
  /** The one that is changed; without it one is made. */
  readonly schedule?: Schedule;
  readonly onDone: () => void;
}

const words = texts.schedules;
const ON_MISSED = OnMissed.options.map((name) => [name, words.onMissedIs[name]] as const);
const OVERLAP = Overlap.options.map((name) => [name, words.overlapIs[name]] as const);

interface Draft {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly message: string;
  readonly onMissed: OnMissed | undefined;
  readonly overlap: Overlap | undefined;
}

export function ScheduleForm({ schedule, onDone }: ScheduleFormProps) {
  const [draft, setDraft] = useState<Draft>(toDraft(schedule));
  const { create, change } = useScheduleActions();
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { cron, message } = draft;
    const settings = toSettings(draft);
    const action = { type: 'run', message } as const;
    if (schedule === undefined) create.mutate({ ...settings, cron, action }, { onSuccess: onDone });
    else {
      const before = toDraft(schedule);
      const patch = {
        ...settings,
        ...(cron !== before.cron && { cron }),
        ...(message !== before.message && { action }),
      };
      change.mutate({ id: schedule.id, patch }, { onSuccess: onDone });
    }
  };
  const failed = [create, change].find(({ isError }) => isError);
  return (
    <form onSubmit={submit} className="my-3 grid gap-2 rounded-xl border border-line p-3">
      <Fields draft={draft} set={set} isNew={schedule === undefined} />
      <Policies draft={draft} set={set} />
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={onDone}>{texts.cancel}</Button>
        <Button look="main" type="submit" disabled={create.isPending || change.isPending}>
          {texts.save}
        </Button>
      </div>
      {failed !== undefined && <Failure error={failed.error} />}
    </form>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
}

function Fields({ draft, set, isNew }: PartProps & { readonly isNew: boolean }) {
  return (
    <>
      <TextField
        label={words.name}
        value={draft.name}
        onChange={(name) => set({ name })}
        maxLength={200}
        required
      />
      <TextField
        label={words.cron}
        value={draft.cron}
        onChange={(cron) => set({ cron })}
        hint={words.cronHint}
        maxLength={200}
        required={isNew}
      />
      <TextField
        label={words.zone}
        value={draft.zone}
        onChange={(zone) => set({ zone })}
        hint={ownZone()}
        maxLength={64}
      />
      <TextField
        label={words.message}
        value={draft.message}
        onChange={(message) => set({ message })}
        maxLength={10_000}
        isLong
        required={isNew}
      />
    </>
  );
}

function Policies({ draft, set }: PartProps) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Choice
        label={words.onMissed}
        value={draft.onMissed}
        any={words.usual}
        options={ON_MISSED}
        onChange={(onMissed) => set({ onMissed })}
      />
      <Choice
        label={words.overlap}
        value={draft.overlap}
        any={words.usual}
        options={OVERLAP}
        onChange={(overlap) => set({ overlap })}
      />
    </div>
  );
}

function toDraft(schedule: Schedule | undefined): Draft {
  const message = schedule?.action['message'];
  return {
    name: schedule?.name ?? '',
    cron: schedule?.cron ?? '',
    zone: schedule?.time_zone ?? '',
    message: typeof message === 'string' ? message : '',
    onMissed: schedule?.on_missed,
    overlap: schedule?.overlap,
  };
}

function toSettings({ name, zone, onMissed, overlap }: Draft) {
  const timeZone = zone.trim() === '' ? ownZone() : zone.trim();
  return { name, time_zone: timeZone, on_missed: onMissed, overlap };
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
