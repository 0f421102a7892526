import { useId } from 'react';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly maxLength: number;
  readonly required?: boolean;
  /** Several lines. */
  readonly isLong?: boolean;
}

const LOOK = 'w-full rounded-lg border border-strong-line bg-ground px-3 py-1.5 text-ink';

/** A text with its name above it. */
export function TextField({
  label,
  value,
  onChange,
  hint,
  isLong = false,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const field = { ...rest, id, value, placeholder: hint, dir: 'auto', className: LOOK } as const;
  return (
    <div className="grid gap-1 text-sm text-soft">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea {...field} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...field} onChange={(event) => onChange(event.target.value)} />
      )}
    </div>
  );
}
