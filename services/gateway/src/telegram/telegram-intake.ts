import type { Clock, Logger } from '@bakerst/kit';
import type { Received, ReceivedMessage } from '../channel.ts';
import { joinMessages } from '../messages/join-messages.ts';
import type { ReceivedPiece } from './telegram-updates.ts';

/** How long the next message of an album may take to come. */
export const ALBUM_MS = 1_000;

export interface IntakeDeps {
  /** Resolves when it has been taken for good; it may take its time. */
  readonly take: (received: Received) => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** Takes what comes in, chats at once, in the order of each chat. */
export interface Intake {
  /** Resolves when the update has been taken; rejects when it must come again. */
  add(piece: ReceivedPiece): Promise<void>;
  /** Acts when it is the turn of what belongs to a chat. */
  inOrder<T>(chat: string, act: () => Promise<T>): Promise<T>;
}

interface Album {
  readonly pieces: ReceivedPiece[];
  readonly taken: Promise<void>;
}

export function createIntake({ take, clock }: IntakeDeps): Intake {
  const tails = new Map<string, Promise<void>>();
  const albums = new Map<string, Album>();

  function inOrder<T>(chat: string, act: () => Promise<T>): Promise<T> {
    const turn = (tails.get(chat) ?? Promise.resolve()).then(act);
    const tail = turn.then(toNothing, toNothing);
    tails.set(chat, tail);
    void tail.then(() => {
      if (tails.get(chat) === tail) tails.delete(chat);
    });
    return turn;
  }

  function addToAlbum(name: string, piece: ReceivedPiece, message: ReceivedMessage): Promise<void> {
    const open = albums.get(name);
    if (open !== undefined) {
      if (open.pieces.every(({ updateId }) => updateId !== piece.updateId)) open.pieces.push(piece);
      return open.taken;
    }
    const pieces = [piece];
    const taken = inOrder(message.chat.id, async () => {
      for (let known = 0; known < pieces.length; ) {
        known = pieces.length;
        await clock.sleep(ALBUM_MS);
      }
      albums.delete(name);
      if (pieces.some(({ isAddressed }) => isAddressed)) await take(joinAlbum(pieces, message));
    });
    albums.set(name, { pieces, taken });
    return taken;
  }

  return {
    inOrder,
    add(piece) {
      const { received, album } = piece;
      // A button is not to wait for what was said before it: it may be the one that stops that.
      if (received.type === 'press') return take(received);
      if (album === undefined) return inOrder(received.chat.id, () => take(received));
      return addToAlbum(`${received.chat.id}/${album}`, piece, received);
    },
  };
}

/** The pieces of an album, however they came, in their order; `first` is any of them. */
export function joinAlbum(
  pieces: readonly ReceivedPiece[],
  first: ReceivedMessage,
): ReceivedMessage {
  const [head = first, ...others] = pieces
    .toSorted((one, other) => one.updateId - other.updateId)
    .flatMap(({ received }) => (received.type === 'message' ? [received] : []));
  return joinMessages(head, ...others);
}

function toNothing(): undefined {
  return undefined;
}
