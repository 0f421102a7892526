import { z } from 'zod';
import { QueuedMessagePatch } from '../chat.ts';
import { RunHalted, RunPage, RunStatus, RunStepPage, RunView } from '../run.ts';
import { StreamEvent } from '../stream-event.ts';
import { UserEvent } from '../user-event.ts';
import { endpoint } from './endpoint.ts';
import { ListQuery, Named } from './query.ts';

export const runsApi = {
  listRuns: endpoint({
    method: 'get',
    path: '/api/v1/runs',
    tag: 'runs',
    summary: 'Runs, newest first',
    query: ListQuery.extend({
      status: RunStatus.optional(),
      conversation_id: z.string().max(128).optional(),
    }),
    answers: { 200: RunPage },
  }),
  getRun: endpoint({
    method: 'get',
    path: '/api/v1/runs/{id}',
    tag: 'runs',
    summary: 'A run with its answer',
    query: Named,
    answers: { 200: RunView },
    errors: ['NOT_FOUND'],
  }),
  listSteps: endpoint({
    method: 'get',
    path: '/api/v1/runs/{id}/steps',
    tag: 'runs',
    summary: 'The stored steps of a run, oldest first',
    query: ListQuery,
    answers: { 200: RunStepPage },
    errors: ['NOT_FOUND'],
  }),
  followRun: endpoint({
    method: 'get',
    path: '/api/v1/runs/{id}/events',
    tag: 'runs',
    summary: 'What happens in a run, until its end',
    query: Named,
    isResumable: true,
    answers: {
      200: { media: 'text/event-stream', schema: StreamEvent },
      204: { media: 'none' },
    },
    errors: ['NOT_FOUND', 'STREAM_LIMIT'],
  }),
  haltRun: endpoint({
    method: 'post',
    path: '/api/v1/runs/{id}/halt',
    tag: 'runs',
    summary: 'Stops a run: once this has answered, no tool call of it begins any more',
    query: Named,
    body: Named,
    isBodyOptional: true,
    answers: { 200: RunHalted },
    errors: ['NOT_FOUND'],
  }),
  changeQueuedMessage: endpoint({
    method: 'patch',
    path: '/api/v1/runs/{id}',
    tag: 'runs',
    summary: 'Says something else in a message that still waits for its turn',
    query: Named,
    body: QueuedMessagePatch,
    answers: { 200: RunView },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  watchEvents: endpoint({
    method: 'get',
    path: '/api/v1/events',
    tag: 'runs',
    summary: "What happens to a user's runs, jobs and conversations, from now on",
    query: Named,
    answers: { 200: { media: 'text/event-stream', schema: UserEvent } },
    errors: ['STREAM_LIMIT'],
  }),
} as const;
