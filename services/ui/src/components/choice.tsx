import { useId } from 'react';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  /** What choosing nothing is called. */
  readonly any: string;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T | undefined) => void;
}

/** One of a few things, or none of them. */
export function Choice<T extends string>({ label, value, any, options, onChange }: ChoiceProps<T>) {
  return (
    <label className="inline-flex items-center gap-1.5 text-sm text-soft">
      <span className="max-md:sr-only">{label}</span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(options.find(([name]) => name === event.target.value)?.[0])}
        className="min-h-9 max-w-32 md:max-w-44 rounded-lg border border-line bg-raised px-2 text-ink"
      >
        <option value="">{any}</option>
        <Options options={options} />
      </select>
    </label>
  );
}

interface OneOfProps<T extends string> extends Pick<ChoiceProps<T>, 'label' | 'options'> {
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few things, in a form: its name above it. */
export function OneOf<T extends string>({ label, value, options, onChange }: OneOfProps<T>) {
  const id = useId();
  return (
    <div className="grid content-start gap-1 text-sm text-soft">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find(([name]) => name === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
        className="min-h-9 w-full rounded-lg border border-strong-line bg-ground px-2 text-ink"
      >
        <Options options={options} />
      </select>
    </div>
  );
}

function Options({ options }: Pick<ChoiceProps<string>, 'options'>) {
  return options.map(([name, words]) => (
    <option key={name} value={name}>
      {words}
    </option>
  ));
}
