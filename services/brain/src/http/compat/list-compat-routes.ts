import { Api, Named } from '@bakerst/contracts';
import {
  type Conversation,
  type Message,
  unknownConversation,
} from '../../conversations/conversation.ts';
import type { ConversationStore } from '../../conversations/ports.ts';
import type { Job } from '../../jobs/job.ts';
import { unknownJob } from '../../jobs/job-actions.ts';
import { toJobView } from '../../jobs/job-view.ts';
import type { JobStore } from '../../jobs/ports.ts';
import type { Scope } from '../../principals/principal.ts';
import { type ResolveDeps, resolveScope } from '../../principals/resolve-tenant.ts';
import { parseQuery } from '../parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../route.ts';
import { toIso } from '../to-iso.ts';
import { findNamed } from './choose-conversation.ts';

const CONVERSATIONS = 50;
const JOBS = 100;
/** The last messages of a conversation; whoever wants more asks page by page, elsewhere. */
const MESSAGES = 1_000;

export interface ListCompatRoutesDeps {
  readonly conversations: ConversationStore;
  readonly jobs: Pick<JobStore, 'find' | 'list'>;
  readonly resolve: ResolveDeps;
}

/** BK-09 and BK-10: lists without pages. */
export function createListCompatRoutes(deps: ListCompatRoutesDeps): readonly Route[] {
  const readScope = ({ request, principal }: RouteCall): Scope =>
    resolveScope(deps.resolve, principal, parseQuery(Named, request.query));
  return [
    {
      endpoint: Api.compatConversations,
      async handle(call) {
        const window = { after: undefined, limit: CONVERSATIONS };
        const filter = { archived: undefined, pinned: undefined, deleted: undefined };
        const found = deps.conversations.list(readScope(call), filter, window);
        sendJson(call.response, Api.compatConversations.answers[200], found.map(toConversation));
      },
    },
    { endpoint: Api.compatMessages, handle: async (call) => answerMessages(deps, call) },
    {
      endpoint: Api.compatJobs,
      async handle(call) {
        const filter = { status: undefined, type: undefined, runId: undefined };
        const window = { beforeSeq: undefined, limit: JOBS };
        const found = deps.jobs.list(readScope(call), filter, window);
        const shown = found.map(({ job }) => toStatus(job));
        sendJson(call.response, Api.compatJobs.answers[200], shown);
      },
    },
    {
      endpoint: Api.compatJobStatus,
      async handle(call) {
        const job = deps.jobs.find(readScope(call), String(call.request.params['id']));
        if (job === undefined) throw unknownJob();
        sendJson(call.response, Api.compatJobStatus.answers[200], toStatus(job));
      },
    },
  ];
}

function answerMessages(deps: ListCompatRoutesDeps, call: RouteCall): void {
  const { request, response, principal } = call;
  const scope = resolveScope(deps.resolve, principal, parseQuery(Named, request.query));
  const known = findNamed(deps.conversations, scope, String(request.params['id']));
  if (known === undefined) throw unknownConversation();
  const window = { after: undefined, order: 'newest', limit: MESSAGES } as const;
  const messages = deps.conversations.listMessages(known.id, window).toReversed();
  sendJson(response, Api.compatMessages.answers[200], {
    conversation: toConversation(known),
    messages: messages.map((message) => toMessage(known, message)),
  });
}

function toConversation({ id, title, createdAt, updatedAt }: Conversation) {
  return { id, title: title ?? null, created_at: toIso(createdAt), updated_at: toIso(updatedAt) };
}

function toMessage({ id }: Conversation, { seq, role, content, createdAt }: Message) {
  return { id: `${id}.${seq}`, conversation_id: id, role, content, created_at: toIso(createdAt) };
}

function toStatus(job: Job) {
  const { id, worker_id, created_at, started_at, finished_at, error, ...view } = toJobView(job);
  return {
    jobId: id,
    type: view.type,
    status: view.status,
    workerId: worker_id,
    result: view.result,
    error: error?.message ?? null,
    createdAt: created_at,
    startedAt: started_at,
    finishedAt: finished_at,
  };
}
