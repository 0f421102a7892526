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
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
