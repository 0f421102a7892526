import type { Client } from '@bakerst/client';
import type { DeliverTo } from '@bakerst/contracts/channels';

/** What commands ask of the brain. */
export interface CommandClient
  extends Pick<
    Client,
    | 'createChannelLink'
    | 'createConversation'
    | 'exportConversation'
    | 'forkConversation'
    | 'getJob'
    | 'haltRun'
    | 'listJobs'
    | 'listMessages'
    | 'listRuns'
    | 'postJob'
  > {
  storeFact(
    body: { readonly text: string },
    options?: { readonly idempotencyKey?: string },
  ): Promise<{ readonly text: string }>;
  listFacts(query: {
    readonly q?: string;
    readonly limit?: number;
  }): Promise<{ readonly data: readonly Fact[] }>;
  listPersonas(): Promise<{ readonly data: readonly Persona[] }>;
  listModels(): Promise<{ readonly data: readonly Model[] }>;
}

interface Fact {
  readonly text: string;
  readonly category: string;
}

interface Persona {
  readonly name: string;
  readonly description?: string | null;
}

interface Model {
  readonly id: string;
  readonly name: string;
}

/** Somewhere that a person can be led to. */
export type Place =
  | { readonly kind: 'new_conversation' }
  | { readonly kind: 'conversation'; readonly id: string };

/** Who answers from now on; null for the usual one. */
export type Choice =
  | { readonly kind: 'model'; readonly id: string | null }
  | { readonly kind: 'persona'; readonly name: string | null };

export interface SavedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

/** Where a command is given: a page, a chat of a messenger, a terminal. */
export interface CommandContext {
  readonly client: CommandClient;
  /** Undefined before anything was said. */
  readonly conversationId: string | undefined;
  /** Where the same line may come in again: what it starts is started once. */
  readonly idempotencyKey?: string;
  /** Where the same line may come in again: keeps what it is about to do, and gives what was kept when it came first. */
  note?(value: string): Promise<string>;
  /** The chat of a channel in which what a job came to is told, once it has ended; without one the command waits for it. */
  readonly deliverTo?: DeliverTo;
  /** Shows Markdown to whoever gave the command, and to nobody else; it is no part of the conversation. */
  say(text: string): void;
  open(place: Place): void | Promise<void>;
  choose(choice: Choice): Promise<void>;
  save(file: SavedFile): void | Promise<void>;
  wait(ms: number): Promise<void>;
}

/** A command cannot be done as it was given; the message tells whoever gave it why, in Markdown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A value that an argument may take. */
export interface Value {
  readonly value: string;
  /** What it stands for, in a few words. */
  readonly hint: string;
}

export interface Argument {
  readonly name: string;
  readonly isOptional: boolean;
  /** Values to choose from; none for free text. */
  readonly listValues?: (context: CommandContext) => Promise<readonly Value[]>;
}

/** A slash command, the same wherever people talk. */
export interface Command {
  /** Without the slash. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** What it does, in a line. */
  readonly summary: string;
  readonly argument?: Argument;
  /** `text`: all that stands behind the name, trimmed. */
  run(context: CommandContext, text: string): Promise<void>;
}

/** How a command is written: `/recall [words]`. */
export function toUsage({ name, argument }: Command): string {
  if (argument === undefined) return `/${name}`;
  return `/${name} ${argument.isOptional ? `[${argument.name}]` : `<${argument.name}>`}`;
}

/** For whatever a command starts. */
export function toOptions({ idempotencyKey }: CommandContext): {
  readonly idempotencyKey?: string;
} {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}
