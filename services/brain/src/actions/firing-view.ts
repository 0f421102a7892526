import type { FiringView } from '@bakerst/contracts/schedules';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
import type { Firing } from './ports.ts';

export function toFiringView(firing: Firing): FiringView {
  return {
    id: firing.id,
    scheduled_at: toIsoOrNull(firing.scheduledAt),
    at: toIso(firing.at),
    status: firing.status,
    reason: firing.reason ?? null,
    count: firing.count,
    run_id: firing.runId ?? null,
    job_id: firing.jobId ?? null,
    conversation_id: firing.conversationId ?? null,
    outcome: firing.outcome ?? null,
  };
}
