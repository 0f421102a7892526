import { type RefObject, useEffect, useId, useRef } from 'react';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly maxLength: number;
  readonly required?: boolean;
  /** Several lines. */
  readonly isLong?: boolean;
  /** A time of the reader's own zone instead of any text. */
  readonly type?: 'datetime-local';
  /** Said beneath the field. */
  readonly note?: string | undefined;
  /** What is wrong with what it holds. */
  readonly problem?: string | undefined;
}

const LOOK =
  'w-full rounded-lg border border-strong-line bg-ground px-3 py-1.5 text-ink aria-invalid:border-bad';

/** A text with its name above it. */
export function TextField({
  label,
  value,
  onChange,
  hint,
  isLong = false,
  note,
  problem,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const own = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useFocusOn(own, problem);
  const about = problem ?? note;
  const field = {
    ...rest,
    ref: own,
    id,
    value,
    placeholder: hint,
    dir: 'auto',
    className: LOOK,
    ...(problem !== undefined && { 'aria-invalid': true }),
    ...(about !== undefined && { 'aria-describedby': `${id}-about` }),
  } as const;
  return (
    <div className="grid content-start gap-1 text-sm text-soft">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea {...field} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...field} onChange={(event) => onChange(event.target.value)} />
      )}
      {problem === undefined && note !== undefined && <p id={`${id}-about`}>{note}</p>}
      {problem !== undefined && (
        <p id={`${id}-about`} role="alert" className="text-bad">
          {label}: {problem}
        </p>
      )}
    </div>
  );
}

/** Whoever is told that something is wrong is taken to where it is. */
function useFocusOn(field: RefObject<HTMLElement | null>, problem: string | undefined): void {
  useEffect(() => {
    if (problem !== undefined) field.current?.focus();
  }, [field, problem]);
}
