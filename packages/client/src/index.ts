export { ApiError } from './api-error.ts';
export type { CallOptions, Cancelling, ClientOptions, FollowOptions } from './create-call.ts';
export {
  type ChatInput,
  type Client,
  createClient,
  type JobQuery,
  type RunQuery,
} from './create-client.ts';
export type { NamedUser, PageQuery } from './named.ts';
export {
  type ReceivedEvent,
  readEvents,
  readUserEvents,
  type UnreadableDelivery,
} from './read-events.ts';
