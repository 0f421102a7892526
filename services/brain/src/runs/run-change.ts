import type { RunStatus, UserEvent } from '@bakerst/contracts';
import type { Run } from './run.ts';

/** What a reader of the user's events hears of a run. */
export function toRunChange(
  { id, conversationId }: Pick<Run, 'id' | 'conversationId'>,
  status: RunStatus,
): UserEvent {
  return { type: 'run', run_id: id, conversation_id: conversationId, status };
}
