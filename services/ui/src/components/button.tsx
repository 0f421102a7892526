import type { ComponentProps, ReactNode } from 'react';

const LOOKS = {
  plain: 'border border-line bg-raised hover:bg-sunken text-ink',
  main: 'bg-accent text-accent-ink hover:opacity-90',
  quiet: 'text-soft hover:text-ink hover:bg-sunken',
  bad: 'border border-line text-bad hover:bg-bad-soft',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS;
}

export function Button({ look = 'plain', className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex min-h-9 items-center justify-center gap-1.5 rounded-lg px-3 text-sm font-medium transition-colors disabled:cursor-default disabled:opacity-50 ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does, for those who do not see the icon, and as its tooltip. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-soft transition-colors hover:bg-sunken hover:text-ink disabled:cursor-default disabled:opacity-40 ${className}`}
      {...rest}
    />
  );
}
