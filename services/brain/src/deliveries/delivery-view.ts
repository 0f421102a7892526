import type { JobId } from '@bakerst/contracts';
import type { ChannelDelivery, DeliveryContent } from '@bakerst/contracts/channels';
import { toIso } from '../http/to-iso.ts';
import type { Job } from '../jobs/job.ts';
import type { Delivery, DeliverySubject, OutgoingText } from './delivery.ts';
import { describeJob } from './describe-job.ts';

export type FindJob = (id: JobId) => Job | undefined;

/** A delivery as a gateway gets it. */
export function toDeliveryView(delivery: Delivery, findJob: FindJob): ChannelDelivery {
  const { id, tenant, chat, replyTo, subject, parts, status, revision, createdAt } = delivery;
  return {
    id,
    org: tenant?.org ?? null,
    user_id: tenant?.user ?? null,
    chat,
    reply_to: replyTo ?? null,
    content: toContent(subject, findJob),
    parts: [...parts],
    status,
    revision,
    created_at: toIso(createdAt),
  };
}

function toContent(subject: DeliverySubject, findJob: FindJob): DeliveryContent {
  switch (subject.kind) {
    case 'run':
      return { type: 'run', run_id: subject.runId };
    case 'job':
      return toTextContent(toOutcome(findJob(subject.jobId)));
    case 'text':
      return toTextContent(subject);
    default:
      return subject satisfies never;
  }
}

function toTextContent({ text, buttons }: OutgoingText): DeliveryContent {
  return { type: 'text', text, ...(buttons.length > 0 && { buttons: [...buttons] }) };
}

/** Jobs that ended long ago are taken away. */
function toOutcome(job: Job | undefined): OutgoingText {
  return job === undefined ? { text: 'A job of yours has ended.', buttons: [] } : describeJob(job);
}
