import type { Client } from '@bakerst/client';
import type { ConversationId } from '@bakerst/contracts';
import type { RunStreams, Sent } from '../live/run-streams.ts';
import { untilItPasses } from '../live/until-it-passes.ts';
import { isLate, type Outbox, renew, toChatInput, type Unsent } from './outbox.ts';

/** A message on its way to the brain. */
export interface Outgoing {
  readonly unsent: Unsent;
  readonly state: 'sending' | 'waiting' | 'refused';
  /** Left out where it is refused because it is too old. */
  readonly error?: unknown;
  /** Set once it is stored; it is shown until the conversation itself shows it. */
  readonly sent?: Sent;
}

/** Sends messages one after the other, as they were written; survives the page that it was made for. */
export interface Sender {
  list(): readonly Outgoing[];
  /** Resolves once the message is stored; rejects when it was refused, and it is kept until `drop` or `again`. */
  send(unsent: Unsent): Promise<Sent>;
  /** Goes on with what a page before this one has left; a page that still sends it uses the same key. */
  resume(): void;
  again(key: string): void;
  /** Forgets a message that was refused, or that is shown elsewhere by now. */
  drop(key: string): void;
  subscribe(listener: () => void): () => void;
}

export interface SenderDeps {
  readonly streams: Pick<RunStreams, 'send'>;
  readonly outbox: Outbox;
  readonly client: Pick<Client, 'createConversation' | 'changeConversation'>;
  readonly now: () => number;
  /** Hears why a message was refused. */
  readonly onRefused: (error: unknown) => void;
}

export function createSender({ streams, outbox, client, now, onRefused }: SenderDeps): Sender {
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
      onRefused(error);
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
  const sendUnlessLate = (unsent: Unsent): void => {
    if (isLate(unsent, now())) put({ unsent, state: 'refused' });
    else send(unsent).catch(() => undefined);
  };
  return {
    list: () => outgoing,
    send,
    resume: () => outbox.list().forEach(sendUnlessLate),
    again(key) {
      const found = outgoing.find(({ unsent }) => unsent.key === key);
      // Whoever asks twice has it sent once.
      if (found?.state !== 'refused') return;
      const isOld = isLate(found.unsent, now());
      if (isOld) drop(key);
      sendUnlessLate(isOld ? renew(found.unsent, now()) : found.unsent);
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
  { key, beginKey = key, model, persona }: Unsent,
): Promise<ConversationId> {
  const { id } = await client.createConversation(
    {},
    { idempotencyKey: `${beginKey}-conversation` },
  );
  const chosen = {
    ...(model !== undefined && { model }),
    ...(persona !== undefined && { persona }),
  };
  if (Object.keys(chosen).length > 0) await client.changeConversation(id, chosen);
  return id;
}
