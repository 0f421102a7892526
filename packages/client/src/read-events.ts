import { EventId, StreamEvent } from '@bakerst/contracts';
import { createParser } from 'eventsource-parser';

/** An event of a run with its place, by which a lost stream is resumed. */
export interface ReceivedEvent {
  readonly id: EventId | undefined;
  readonly event: StreamEvent;
}

/** Reads the events of a stream until it ends; one of an unknown type is left out. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedEvent> {
  const received: ReceivedEvent[] = [];
  const parser = createParser({
    onEvent({ id, data }) {
      const event = StreamEvent.safeParse(JSON.parse(data));
      if (event.success) received.push({ id: EventId.safeParse(id).data, event: event.data });
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* received.splice(0);
  }
}
