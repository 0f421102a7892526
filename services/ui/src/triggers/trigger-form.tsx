import { TriggerPreset } from '@bakerst/contracts/schedules';
import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { Failure } from '../components/states.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { SecretOnce } from './secret-once.tsx';
import { useTriggerActions } from './use-triggers.ts';

const words = texts.triggers;
const OPTIONS = TriggerPreset.options
  .filter((name) => name !== 'generic')
  .map((name) => [name, words.presetIs[name]] as const);

export function TriggerForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('');
  const [preset, setPreset] = useState<TriggerPreset>('generic');
  const [message, setMessage] = useState('');
  const { create } = useTriggerActions();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ name, preset, action: { type: 'run', message } });
  };
  if (create.data !== undefined)
    return (
      <div className="my-3 rounded-xl border border-line p-3">
        <SecretOnce trigger={create.data} />
        <Button onClick={onDone}>{texts.close}</Button>
      </div>
    );
  return (
    <form onSubmit={submit} className="my-3 grid gap-2 rounded-xl border border-line p-3">
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={name}
        onChange={setName}
        maxLength={64}
        required
      />
      <TextField
        label={words.template}
        value={message}
        onChange={setMessage}
        maxLength={10_000}
        isLong
        required
      />
      <div className="flex flex-wrap items-center gap-3">
        <Choice
          label={words.preset}
          value={preset === 'generic' ? undefined : preset}
          any={words.presetIs.generic}
          options={OPTIONS}
          onChange={(chosen) => setPreset(chosen ?? 'generic')}
        />
        <span className="grow" />
        <Button onClick={onDone}>{texts.cancel}</Button>
        <Button look="main" type="submit" disabled={create.isPending}>
          {texts.save}
        </Button>
      </div>
      {create.isError && <Failure error={create.error} />}
    </form>
  );
}
