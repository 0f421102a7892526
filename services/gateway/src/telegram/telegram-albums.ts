import type { Clock, Logger } from '@bakerst/kit';
import type { Update } from 'grammy/types';
import type { ReceivedMessage } from '../channel.ts';
import type { Note, Noted } from '../messages/note.ts';
import { END, idOf, parseSlot, type Slot, toAlbum, toChat, toKey } from './telegram-album-slots.ts';
import type { Downloads } from './telegram-files.ts';
import { ALBUM_MS, type Intake, joinAlbum } from './telegram-intake.ts';
import type { ReceivedPiece, UpdateParts } from './telegram-updates.ts';

/** An album holds ten; what came too late begins another one behind it. */
const MOST_SLOTS = 50;
const NO_ROOM_WAIT_MS = 5_000;

/** Notes at the brain. */
export interface Notes {
  /** Whether anything of whoever has said that is kept at all. */
  isKnown(message: ReceivedMessage): Promise<boolean>;
  /** What was noted first under the key; undefined where nothing can be. */
  put(message: ReceivedMessage, note: Note): Promise<Noted | undefined>;
}

type Read = (update: Update) => ReceivedPiece | undefined;

interface AlbumsDeps {
  readonly notes: Notes;
  readonly intake: Intake;
  readonly take: (message: ReceivedMessage) => Promise<void>;
  readonly read: (update: Update, toFile: UpdateParts['toFile']) => ReceivedPiece | undefined;
  readonly downloads: Pick<Downloads, 'open'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/**
 * Albums whose pieces come one by one, each only after the one before was confirmed. They are put into slots at the brain,
 * `<chat>/<album>/0` and so on, where the first one to come stays; an end in the next slot closes an album, and what comes
 * later begins another one behind it. The first slot is pending until its album was taken, so that any gateway can go on.
 */
export interface Albums {
  /** Resolves when the update is kept, and need not come again; false for one that cannot be, or is of no album. */
  keep(update: Update): Promise<boolean>;
  /** Takes the album whose first slot holds this; resolves when that was done, or cannot be. */
  takePending(value: string, signal: AbortSignal): Promise<void>;
}

/** An album that is not taken yet, as far as it was met here. */
interface Joining {
  readonly head: Slot;
  /** Goes up with each piece that comes, and with each that was kept. */
  signs: number;
  readonly kept: Set<number | undefined>;
  lastSlot: number;
  /** False where there was no room to close it: it is to be tried again, and its chat goes on meanwhile. */
  readonly taken: Promise<boolean>;
}

export function createAlbums(deps: AlbumsDeps): Albums {
  const { notes, downloads, clock, stopping } = deps;
  const coming = createComing();
  const joinings = createJoinings(deps, coming.has);

  async function put(message: ReceivedMessage, update: Update): Promise<boolean> {
    const joining = joinings.find(update);
    if (joining?.kept.has(idOf(update)) === true) return true;
    if (joining !== undefined) joining.signs += 1;
    const kept = await putPiece(notes, { message, update }, joining);
    if (kept === undefined) return false;
    if (kept.isDone) return true;
    const next = joinings.begin(kept.head);
    next.signs += 1;
    next.lastSlot = Math.max(next.lastSlot, kept.slot);
    next.kept.add(idOf(update));
    return true;
  }

  return {
    async keep(update) {
      using files = downloads.open(toChat(update));
      const piece = deps.read(update, files.toFile);
      if (piece?.album === undefined || piece.received.type !== 'message') return false;
      using _coming = coming.begin(toAlbum(update));
      if (!(await notes.isKnown(piece.received))) return false;
      return await put(piece.received, update);
    },
    async takePending(value, signal) {
      const head = parseSlot(value);
      if (head === undefined) return;
      for (;;) {
        const joining = joinings.begin(head);
        const isTaken = await joining.taken.catch(() => {
          stopping.throwIfAborted();
          return true;
        });
        joinings.end(joining);
        if (isTaken) return;
        await clock.sleep(NO_ROOM_WAIT_MS, signal);
      }
    },
  };
}

/** The albums that are not taken yet, of each the last one that was begun. */
function createJoinings(deps: AlbumsDeps, isComing: (album: string) => boolean) {
  const { intake, log, stopping } = deps;
  const joinings = new Map<string, Joining>();

  function begin(head: Slot): Joining {
    const album = toAlbum(head.update);
    const known = joinings.get(album);
    if (known?.head.slot === head.slot) return known;
    const take = async (): Promise<boolean> => {
      await waitForMore(deps, joining, () => isComing(album));
      return await takeAlbum(deps, head);
    };
    // Not before it is known here: its turn may be at once.
    const taken = Promise.resolve().then(() => intake.inOrder(toChat(head.update), take));
    const kept = new Set([idOf(head.update)]);
    const joining: Joining = { head, signs: 1, kept, lastSlot: head.slot, taken };
    joinings.set(album, joining);
    taken.catch((err: unknown) => {
      if (!stopping.aborted) log.error({ err, album }, 'album could not be taken');
    });
    return joining;
  }

  return {
    begin,
    find: (update: Update): Joining | undefined => joinings.get(toAlbum(update)),
    end(joining: Joining): void {
      const album = toAlbum(joining.head.update);
      if (joinings.get(album) === joining) joinings.delete(album);
    },
  };
}

/** The albums of which pieces are under way: the next one of such an album is not brought before. */
function createComing() {
  const counts = new Map<string, number>();
  return {
    has: (album: string): boolean => counts.has(album),
    begin(album: string): Disposable {
      counts.set(album, (counts.get(album) ?? 0) + 1);
      return {
        [Symbol.dispose]: () => {
          const left = (counts.get(album) ?? 1) - 1;
          if (left === 0) counts.delete(album);
          else counts.set(album, left);
        },
      };
    },
  };
}

async function takeAlbum(deps: AlbumsDeps, head: Slot): Promise<boolean> {
  using files = deps.downloads.open(toChat(head.update));
  const pieces = await closeAlbum(deps, head, (update) => deps.read(update, files.toFile));
  if (pieces === undefined) return false;
  const [first] = pieces;
  const isMeant = pieces.some(({ isAddressed }) => isAddressed);
  if (isMeant && first?.received.type === 'message')
    await deps.take(joinAlbum(pieces, first.received));
  return true;
}

async function waitForMore(
  { clock, stopping }: AlbumsDeps,
  joining: Joining,
  isComing: () => boolean,
): Promise<void> {
  for (let known = 0; known < joining.signs || isComing(); ) {
    known = joining.signs;
    await clock.sleep(ALBUM_MS, stopping);
  }
}

interface Piece {
  readonly message: ReceivedMessage;
  readonly update: Update;
}

interface Kept {
  readonly head: Slot;
  readonly slot: number;
  /** Its album was taken already. */
  readonly isDone: boolean;
}

/** Puts a piece into the first slot that is free, unless it is in one already. */
async function putPiece(
  notes: Notes,
  { message, update }: Piece,
  known: Joining | undefined,
): Promise<Kept | undefined> {
  let head = known && { ...known.head, isDone: false };
  for (let slot = known === undefined ? 0 : known.lastSlot + 1; slot < MOST_SLOTS; slot += 1) {
    const value = JSON.stringify({ slot, update });
    const note = { key: toKey(update, slot), value, isPending: head === undefined };
    const noted = await notes.put(message, note);
    if (noted === undefined) return undefined;
    const there = parseSlot(noted.value);
    if (there === undefined) {
      head = undefined;
      continue;
    }
    head ??= { ...there, isDone: noted.isDone };
    if (idOf(there.update) === idOf(update)) return { head, slot, isDone: head.isDone };
  }
  return undefined;
}

/** All pieces of an album: none comes to it from then on. Undefined where there is no room to note that. */
async function closeAlbum(
  { notes, log }: AlbumsDeps,
  head: Slot,
  read: Read,
): Promise<readonly ReceivedPiece[] | undefined> {
  const first = read(head.update);
  if (first?.received.type !== 'message') return [];
  const pieces = [first];
  for (let slot = head.slot + 1; slot < MOST_SLOTS; ) {
    const noted = await notes.put(first.received, { key: toKey(head.update, slot), value: END });
    if (noted === undefined) {
      log.warn({ album: toAlbum(head.update) }, 'no room to close an album, trying again');
      return undefined;
    }
    const there = parseSlot(noted.value);
    if (there === undefined) break;
    const piece = read(there.update);
    if (piece !== undefined) pieces.push(piece);
    slot += 1;
  }
  return pieces;
}
