import { estimateTokens } from '../attachments/to-attached-blocks.ts';
import type { TenantSettings } from '../conversations/ports.ts';
import { briefTurns } from '../history/brief-turns.ts';
import { correctionOf, fittingTurns, toChars } from '../history/history-window.ts';
import type { HistoryReader } from '../history/ports.ts';
import type { Run } from './run.ts';
import { type ToMessagesDeps, type Turns, toSpan } from './to-messages.ts';

/** Of the tokens that history may take, what may be told in short beside it. */
const BRIEF_SHARE = 1 / 8;
/** Turns that are told in short at most. */
const MOST_BRIEF = 200;

export interface ReadPastDeps extends ToMessagesDeps {
  readonly settings: TenantSettings;
  readonly history: HistoryReader;
}

export interface Past {
  /** The turns that go to the model, oldest first. */
  readonly turns: Turns;
  readonly hasHistory: boolean;
  /** What was said before them. */
  readonly summary: string | undefined;
  /** What they and the message carry. */
  readonly filesTokens: number;
}

/**
 * What the model gets of what was said before: the newest turns, notes on those before them, and those that no notes tell
 * of yet in short. So nothing drops out at once because a file or a smaller model has taken the room.
 */
export function readPast(
  deps: ReadPastDeps,
  run: Run,
  { historyTokens }: { readonly historyTokens: number },
): Past {
  const { conversationId, messageSeq } = run;
  const { maxHistoryLlm } = deps.settings.readSettings(run.tenant.org);
  // One more than may be sent tells whether any is left out.
  const found = deps.messages.listTurns(conversationId, messageSeq, maxHistoryLlm + 1);
  const newest = found.slice(-maxHistoryLlm);
  const attached = deps.attachments.listOf(conversationId, toSpan(run, newest));
  const correction = correctionOf(deps.history.findMeasured(conversationId, messageSeq));
  const turns = fittingTurns(newest, { tokens: historyTokens, correction, attached });
  const sent = [messageSeq, ...turns.map(({ seq }) => seq)];
  const files = sent.flatMap((seq) => attached.get(seq) ?? []);
  const isCut = turns.length < found.length;
  const room = toChars((historyTokens * BRIEF_SHARE) / correction);
  return {
    turns,
    hasHistory: found.length > 0,
    summary: isCut ? tellEarlier(deps, run, { turns, room }) : undefined,
    filesTokens: files.reduce((sum, file) => sum + estimateTokens(file), 0),
  };
}

function tellEarlier(
  { history, messages }: ReadPastDeps,
  { conversationId, messageSeq }: Run,
  { turns, room }: { readonly turns: Turns; readonly room: number },
): string | undefined {
  const notes = history.findSummary(conversationId, messageSeq);
  const noted = notes?.throughSeq ?? 0;
  const before = turns[0]?.seq ?? messageSeq;
  const left = messages
    .listTurns(conversationId, before, MOST_BRIEF)
    .filter(({ seq }) => seq > noted);
  const parts = [notes?.content, left.length === 0 ? undefined : briefTurns(left, room)];
  const told = parts.filter((part) => part !== undefined);
  return told.length === 0 ? undefined : told.join('\n\n');
}
