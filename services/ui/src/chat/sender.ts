import type { Client } from '@bakerst/client';
import type { ConversationId } from '@bakerst/contracts';
import type { RunStreams, Sent } from '../live/run-streams.ts';
import { untilItPasses } from '../live/until-it-passes.ts';
import { type Outbox, toChatInput, type Unsent } from './outbox.ts';

/** A message on its way to the brain. */
export interface Outgoing {
  readonly unsent: Unsent;
  readonly state: 'sending' | 'waiting' | 'refused';
  readonly error?: unknown;
  /** Set once it is stored; it is shown until the conversation itself shows it. */
  readonly sent?: Sent;
}

/** Sends messages one after the other, as they were written; survives the page that it was made for. */
export interface Sender {
  list(): readonly Outgoing[];
  /** Resolves once the message is stored; rejects when it was refused, and it is kept until `drop` or `again`. */
  send(unsent: Unsent): Promise<Sent>;
  again(key: string): void;
  /** Forgets a message that was refused, or that is shown elsewhere by now. */
  drop(key: string): void;
  subscribe(listener: () => void): () => void;
}

export interface SenderDeps {
  readonly streams: RunStreams;
  readonly outbox: Outbox;
  readonly client: Pick<Client, 'createConversation' | 'changeConversation'>;
}

export function createSender({ streams, outbox, client }: SenderDeps): Sender {
  let outgoing: readonly Outgoing[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<() => void>();
  const put = (change: Outgoing): void => {
    const { key } = change.unsent;
    outgoing = outgoing.some(({ unsent }) => unsent.key === key)
      ? outgoing.map((one) => (one.unsent.key === key ? change : one))
      : [...outgoing, change];
    for (const listener of listeners) listener();
  };
  const drop = (key: string): void => {
    outbox.remove(key);
    outgoing = outgoing.filter(({ unsent }) => unsent.key !== key);
    for (const listener of listeners) listener();
  };
  const transmit = async (unsent: Unsent): Promise<Sent> => {
    try {
      const onWaiting = (error: unknown): void => put({ unsent, state: 'waiting', error });
      const conversationId =
        unsent.conversationId ?? (await untilItPasses(() => begin(client, unsent), { onWaiting }));
      const stored = { ...unsent, conversationId };
      const sent = await streams.send(toChatInput(stored), { key: unsent.key, onWaiting });
      outbox.remove(unsent.key);
      put({ unsent: stored, state: 'sending', sent });
      return sent;
    } catch (error) {
      put({ unsent, state: 'refused', error });
      throw error;
    }
  };
  const send = (unsent: Unsent): Promise<Sent> => {
    outbox.put(unsent);
    put({ unsent, state: 'sending' });
    const result = last.then(() => transmit(unsent));
    last = result.catch(() => undefined);
    return result;
  };
  return {
    list: () => outgoing,
    send,
    again(key) {
      const found = outgoing.find(({ unsent }) => unsent.key === key);
      // Whoever asks twice has it sent once.
      if (found?.state === 'refused') send(found.unsent).catch(() => undefined);
    },
    drop,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The same message makes the same conversation, however often it is sent. */
async function begin(
  client: SenderDeps['client'],
  { key, model, persona }: Unsent,
): Promise<ConversationId> {
  const { id } = await client.createConversation({}, { idempotencyKey: `${key}-conversation` });
  const chosen = {
    ...(model !== undefined && { model }),
    ...(persona !== undefined && { persona }),
  };
  if (Object.keys(chosen).length > 0) await client.changeConversation(id, chosen);
  return id;
}
