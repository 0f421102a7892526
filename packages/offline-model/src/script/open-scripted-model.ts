import type { Pace } from '../reply/reply.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  openModelServer,
} from '../server/open-model-server.ts';
import type { ReceivedRequest } from '../server/received-request.ts';
import { createScriptResponder } from './create-script-responder.ts';
import type { Script } from './script.ts';

export interface ScriptedModelOptions extends Omit<ModelServerOptions, 'onReceived' | 'onEnded'> {
  readonly replies: Script;
  /** Pace of the replies that name none; at once unless told otherwise. */
  readonly pace?: Pace;
}

/** A model that says what a test wants and keeps what it was asked, in memory and without limit. */
export interface ScriptedModel extends ModelServer {
  /** Every `POST /v1/messages` so far, refused ones included, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** How many of them are still being answered. */
  readonly openCount: number;
  /** Resolves as soon as `count` requests have come in, with the last of these; rejects when the model is closed before. */
  waitForRequest(count: number): Promise<ReceivedRequest>;
  /** Resolves as soon as the answer to the `count`th request has ended; its `outcome` says how. */
  waitForEnd(count: number): Promise<ReceivedRequest>;
}

interface Waiter {
  isReady(): boolean;
  readonly index: number;
  resolve(received: ReceivedRequest): void;
  reject(error: Error): void;
}

export async function openScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const { replies, pace, ...server } = options;
  const requests: ReceivedRequest[] = [];
  const waiters = new Set<Waiter>();
  const settle = (): void => {
    for (const waiter of waiters) if (resolveIfReady(waiter, requests)) waiters.delete(waiter);
  };
  const model = await openModelServer(createScriptResponder(replies, pace), {
    ...server,
    onReceived(received) {
      requests.push(received);
      settle();
    },
    onEnded: settle,
  });
  const wait = (count: number, isReady: () => boolean): Promise<ReceivedRequest> => {
    const { promise, resolve, reject } = Promise.withResolvers<ReceivedRequest>();
    waiters.add({ index: count - 1, isReady, resolve, reject });
    settle();
    return promise;
  };
  return {
    url: model.url,
    requests,
    get openCount() {
      return requests.filter(({ outcome }) => outcome === 'open').length;
    },
    waitForRequest: (count) => wait(count, () => requests.length >= count),
    waitForEnd: (count) => wait(count, () => (requests[count - 1]?.outcome ?? 'open') !== 'open'),
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      for (const { index, reject } of waiters)
        reject(new Error(`the model was closed before request ${index + 1}`));
      waiters.clear();
    },
  };
}

function resolveIfReady(waiter: Waiter, requests: readonly ReceivedRequest[]): boolean {
  const received = requests[waiter.index];
  if (received === undefined || !waiter.isReady()) return false;
  waiter.resolve(received);
  return true;
}
