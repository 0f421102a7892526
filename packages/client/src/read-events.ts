import { CompatEvent, EventId, JsonRpc, StreamEvent, UserEvent } from '@bakerst/contracts';
import { ChannelDelivery, DeliveryEvent } from '@bakerst/contracts/channels';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';

/** An event of a run with its place, by which a lost stream is resumed. */
export interface ReceivedEvent {
  readonly id: EventId | undefined;
  readonly event: StreamEvent;
}

/** A delivery that is not as it should be: whoever serves the channel can only say that it has failed. */
export interface UnreadableDelivery {
  readonly type: 'unreadable';
  readonly id: string;
}

const NamedDelivery = z.object({
  type: z.literal('delivery'),
  delivery: ChannelDelivery.pick({ id: true }),
});

interface Message {
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Reads the events of a run's stream until it ends; one of an unknown type is left out. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedEvent> {
  for await (const { id, data } of readMessages(untilSilent(body))) {
    const event = StreamEvent.safeParse(data);
    if (event.success) yield { id: EventId.safeParse(id).data, event: event.data };
  }
}

/** Reads the events of a user's stream until it ends; one of an unknown type is left out. */
export async function* readUserEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<UserEvent> {
  for await (const { data } of readMessages(untilSilent(body))) {
    const event = UserEvent.safeParse(data);
    if (event.success) yield event.data;
  }
}

/** What is to be sent on a channel, until the stream ends; one of an unknown type is left out. */
export async function* readDeliveryEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<DeliveryEvent | UnreadableDelivery> {
  for await (const { data } of readMessages(untilSilent(body))) {
    const event = DeliveryEvent.safeParse(data);
    if (event.success) yield event.data;
    const named = event.success ? undefined : NamedDelivery.safeParse(data).data;
    if (named !== undefined) yield { type: 'unreadable', id: named.delivery.id };
  }
}

/** The same for the stream of `POST /chat/stream`. */
export async function* readCompatEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<CompatEvent> {
  for await (const { data } of readMessages(readChunks(body))) {
    const event = CompatEvent.safeParse(data);
    if (event.success) yield event.data;
  }
}

/** What a server of MCP answers, until it has answered all. */
export async function* readJsonRpc(body: ReadableStream<Uint8Array>): AsyncGenerator<JsonRpc> {
  for await (const { data } of readMessages(readChunks(body))) {
    const answer = JsonRpc.safeParse(data);
    if (answer.success) yield answer.data;
  }
}

/** A stream of the brain speaks every 15 s at least, in comments if it has nothing to say. */
const SILENCE_MS = 40_000;

/** @throws TypeError once a stream is silent for so long that it must be dead, whatever the network says. */
async function* untilSilent(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => silence.reject(new TypeError('the stream is silent')),
        SILENCE_MS,
      );
      const { done, value } = await Promise.race([reader.read(), silence.promise]).finally(() =>
        clearTimeout(timer),
      );
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

async function* readMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  const received: Message[] = [];
  const parser = createParser({
    onEvent: ({ id, data }) => void received.push({ id, data: JSON.parse(data) }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* received.splice(0);
  }
}

/** By hand, for not every browser iterates over streams; whoever stops reading ends the request. */
async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // One that has failed, or has ended, has nothing to be cancelled.
    await reader.cancel().catch(() => undefined);
  }
}
