export { ApiError } from './api-error.ts';
export {
  type CallOptions,
  type ChatInput,
  type Client,
  type ClientOptions,
  createClient,
  type FollowOptions,
  type JobQuery,
  type NamedUser,
  type PageQuery,
  type RunQuery,
} from './create-client.ts';
export { type ReceivedEvent, readEvents, readUserEvents } from './read-events.ts';
