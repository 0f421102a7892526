import type { JobStatus } from '@bakerst/contracts';
import { texts } from '../texts/index.ts';

const LOOKS: Readonly<Record<JobStatus, string>> = {
  queued: 'bg-sunken text-soft',
  dispatched: 'bg-sunken text-soft',
  received: 'bg-accent-soft text-accent',
  running: 'bg-accent-soft text-accent pulse',
  completed: 'text-good',
  failed: 'bg-bad-soft text-bad',
  interrupted: 'bg-warn-soft text-warn',
  halted: 'bg-sunken text-soft',
  dead: 'bg-bad-soft text-bad',
};

export function StatusBadge({ status }: { readonly status: JobStatus }) {
  return (
    <span
      className={`shrink-0 rounded-full border border-line px-2 py-0.5 text-xs ${LOOKS[status]}`}
    >
      {texts.jobs.status[status]}
    </span>
  );
}
