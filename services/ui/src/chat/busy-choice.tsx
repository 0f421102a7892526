import { texts } from '../texts/index.ts';
import type { Unsent } from './outbox.ts';

export type OnBusyChoice = Unsent['onBusy'];

const CHOICES = ['queue', 'steer', 'interrupt'] as const satisfies readonly OnBusyChoice[];

interface BusyChoiceProps {
  readonly value: OnBusyChoice;
  readonly onChange: (value: OnBusyChoice) => void;
}

/** What is to be done with a message while an answer is being written. */
export function BusyChoice({ value, onChange }: BusyChoiceProps) {
  return (
    <fieldset className="flex flex-wrap items-center gap-1 px-2 pt-2 text-xs">
      <legend className="sr-only">{texts.chat.busyLabel}</legend>
      {CHOICES.map((choice) => {
        const { name, hint } = texts.chat.busy[choice];
        return (
          <label
            key={choice}
            title={hint}
            className="cursor-pointer rounded-md border border-line px-2 py-1 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="on-busy"
              className="sr-only"
              checked={value === choice}
              onChange={() => onChange(choice)}
            />
            {name}
          </label>
        );
      })}
      <span className="text-soft">{texts.chat.busy[value].hint}</span>
    </fieldset>
  );
}
