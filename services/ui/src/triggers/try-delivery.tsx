import type { TriggerTestView } from '@bakerst/contracts/schedules';
import { useState } from 'react';
import { describeAction } from '../actions/describe-action.ts';
import { Button } from '../components/button.tsx';
import { Failure } from '../components/states.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { useTriggerActions } from './use-triggers.ts';

const words = texts.triggers;

/** Shows what a payload would fire, or delivers it. */
export function TryDelivery({ name }: { readonly name: string }) {
  const [text, setText] = useState('{}');
  const { test } = useTriggerActions();
  const payload = parse(text);
  const send = (fire: boolean): void => {
    if (payload !== undefined) test.mutate({ name, body: { payload: payload.value, fire } });
  };
  return (
    <div className="mt-2 grid gap-2">
      <TextField label={words.payload} value={text} onChange={setText} maxLength={100_000} isLong />
      <div className="flex flex-wrap gap-2">
        <Button disabled={payload === undefined || test.isPending} onClick={() => send(false)}>
          {words.look}
        </Button>
        <Button disabled={payload === undefined || test.isPending} onClick={() => send(true)}>
          {words.fire}
        </Button>
      </div>
      {payload === undefined && <p className="text-sm text-bad">{words.notJson}</p>}
      {test.data !== undefined && (
        <p role="status" className="rounded-lg bg-sunken px-3 py-2 text-sm wrap-anywhere">
          {toWords(test.data)}
        </p>
      )}
      {test.isError && <Failure error={test.error} />}
    </div>
  );
}

function toWords({ passes, action, problem, delivery_id: delivery }: TriggerTestView): string {
  if (!passes) return words.filtered;
  if (delivery !== null && problem === null) return words.delivered;
  return problem ?? words.would(action === null ? '' : describeAction(action));
}

function parse(text: string): { readonly value: ReturnType<typeof JSON.parse> } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
