import type { ConversationId, RunId, Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

/** As long as a line of a list shows. */
const FIRST_WORDS_CHARS = 60;

export interface Conversation {
  readonly id: ConversationId;
  readonly tenant: Tenant;
  readonly title: string | undefined;
  readonly isDefault: boolean;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  /** Who answers unless a message chooses otherwise. */
  readonly persona: string | undefined;
  readonly model: string | undefined;
  readonly messageCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | undefined;
}

export interface Message {
  readonly seq: number;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly runId: RunId;
  readonly createdAt: number;
}

/** What begins and ends a block of code, with the name of its language. */
const FENCE = /```[\w+#-]*/g;

/** A title until there is a better one: the first words of a text without the fences of code, cut between words where they are too long. */
export function toFirstWords(text: string): string {
  const bare = text.replaceAll(FENCE, ' ').trim();
  const line = (bare === '' ? text.trim() : bare).replaceAll(/\s+/g, ' ');
  if (line.length <= FIRST_WORDS_CHARS) return line;
  const cut = line.slice(0, FIRST_WORDS_CHARS);
  const blank = cut.lastIndexOf(' ');
  const whole = blank > FIRST_WORDS_CHARS / 2 ? cut.slice(0, blank) : cut;
  // Half of a character that takes two units is none.
  return `${whole.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function unknownConversation(): AppError {
  return new AppError('NOT_FOUND', 'there is no such conversation', {
    reason: 'CONVERSATION_NOT_FOUND',
  });
}
