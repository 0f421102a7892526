export { ApiError } from './api-error.ts';
export {
  type CallOptions,
  type ChatInput,
  type Client,
  type ClientOptions,
  createClient,
  type FollowOptions,
  type NamedUser,
} from './create-client.ts';
export { type ReceivedEvent, readEvents } from './read-events.ts';
