import type { RunId } from '@bakerst/contracts';
import type { ChannelAction, ChannelChat, ChannelName, Sender } from '@bakerst/contracts/channels';
import type { FormattedText } from './text/formatted-text.ts';

/** What a button does. */
export type Press =
  | { readonly type: 'action'; readonly action: ChannelAction }
  /** Shows of a long answer what comes behind its first so many messages. */
  | { readonly type: 'more'; readonly runId: RunId; readonly from: number };

export interface Button {
  readonly label: string;
  readonly press: Press;
}

/** A message as it is to look. */
export interface Outgoing {
  /** There is room for the addresses of its links, too: it goes as plain text where its looks are refused. */
  readonly text: FormattedText;
  /** Id of the message that it answers. */
  readonly replyTo?: string | undefined;
  /** In rows. */
  readonly buttons?: readonly (readonly Button[])[] | undefined;
}

export interface OutgoingFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
  readonly caption: string;
  readonly buttons?: readonly (readonly Button[])[] | undefined;
}

/**
 * What became of a message. `not_sent`: certainly not, and another try may do better; `unknown`: it may have been sent;
 * `refused`: the channel will never take it.
 */
export type Sent =
  | { readonly status: 'sent'; readonly messageId: string }
  | { readonly status: 'unknown' | 'refused'; readonly why: string }
  | {
      readonly status: 'not_sent';
      readonly why: string;
      /** How long the channel asks to wait before another try. */
      readonly retryAfterMs?: number | undefined;
    };

/**
 * The same of a change, which may be tried any number of times; `gone`: there is no such message to be changed; `refused`:
 * it stays as it is, certainly.
 */
export type Changed =
  | { readonly status: 'changed' }
  | { readonly status: 'refused' | 'gone'; readonly why: string }
  | {
      readonly status: 'not_changed';
      readonly why: string;
      /** How long the channel asks to wait before another try. */
      readonly retryAfterMs?: number | undefined;
    };

/** A file that somebody has sent. */
export interface ReceivedFile {
  readonly name: string;
  /** Undefined where the channel does not say. */
  readonly size: number | undefined;
  /** Throws when it cannot be had, or nobody waits for it any more; AppError TIMEOUT_ERROR where another try is of no use. */
  download(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

interface From {
  readonly sender: Sender;
  readonly chat: ChannelChat;
}

/** Somebody said something. */
export interface ReceivedMessage extends From {
  readonly type: 'message';
  /** The same whenever the channel tells of it again. */
  readonly key: string;
  readonly messageId: string;
  readonly text: string;
  /** The words that it is a reply to, marked as those of whoever said them. */
  readonly repliesTo?: string | undefined;
  readonly files: readonly ReceivedFile[];
  /** What it holds that nobody here understands. */
  readonly strange: 'voice' | 'other' | undefined;
  /** The messages that this one was put together from; when it is told again there may be more of them. */
  readonly pieces?: readonly ReceivedMessage[];
}

/** Somebody pressed a button. */
export interface ReceivedPress extends From {
  readonly type: 'press';
  readonly key: string;
  /** Of the message with the button. */
  readonly messageId: string;
  /** Undefined for a button of nobody here. */
  readonly press: Press | undefined;
  /** Tells whoever pressed it what came of that; never throws. */
  answer(text: string): Promise<void>;
}

export type Received = ReceivedMessage | ReceivedPress;

/** The account under which the assistant is on a channel. */
export interface Bot {
  readonly id: string;
  /** Without the @. */
  readonly username: string;
}

/** A command as the channel offers it. */
export interface OfferedCommand {
  readonly name: string;
  readonly summary: string;
}

/** Why receiving ends where another gateway has taken over: nothing is confirmed to the channel any more. */
export class TurnLost extends Error {
  override readonly name = 'TurnLost';
}

/**
 * Somewhere people talk. An adapter keeps to the channel's pace by itself, in one chat as in all, and tells what became of
 * a message instead of throwing.
 */
export interface Channel {
  readonly name: ChannelName;
  /** Longest text of a message, in UTF-16 units. */
  readonly maxChars: number;
  /** Throws AppError AUTHENTICATION_ERROR for a wrong credential. */
  identify(): Promise<Bot>;
  offer(commands: readonly OfferedCommand[]): Promise<void>;
  /**
   * Gives what comes in to `take` until it is told to stop: in the order of each chat, chats at once. Something is
   * confirmed to the channel when its `take` has resolved, and told again later when that never happens. `onReceiving` is
   * told whether anything can come in: not before it is set up, nor while the channel refuses to tell. `stopping` is
   * aborted with TurnLost where this gateway goes on, but not with receiving.
   */
  receive(
    take: (received: Received) => Promise<void>,
    onReceiving: (isReceiving: boolean) => void,
    stopping: AbortSignal,
  ): Promise<void>;
  /**
   * Goes on with what the channel has noted as pending, once it receives; resolves when that is done. What it noted is
   * its own matter.
   */
  takePending(value: string, signal: AbortSignal): Promise<void>;
  /** One after the other in a chat: `inTurn` runs when the chat's pace allows the next message. */
  inTurn<T>(chat: ChannelChat, send: () => Promise<T>): Promise<T>;
  /** Within `inTurn`. */
  send(chat: ChannelChat, message: Outgoing): Promise<Sent>;
  /** Within `inTurn`. */
  sendFile(chat: ChannelChat, file: OutgoingFile): Promise<Sent>;
  /** Within `inTurn`; changing nothing is a success. */
  change(chat: ChannelChat, messageId: string, message: Outgoing): Promise<Changed>;
  /** Within `inTurn`; never throws. */
  changeButtons(
    chat: ChannelChat,
    messageId: string,
    buttons: readonly (readonly Button[])[],
  ): Promise<void>;
  /** Shows for some seconds that something is being written, where the channel has room for that; never throws. */
  showTyping(chat: ChannelChat): Promise<void>;
}
