import type { CompatEvent, SnapshotPart, StreamEvent } from '@bakerst/contracts';
import { limitOutput } from '@bakerst/kit';

const SUMMARY_CHARS = 200;

export type CompatOutcome = Omit<CompatEvent & { readonly type: 'done' }, 'type'>;

/**
 * Puts the events of one run into the words of BK-06. Its clients know no other events: text that a takeover made void
 * cannot be taken back from them, and what a snapshot tells again they get as far as they have not had it.
 */
export function createCompatTeller(
  readOutcome: () => CompatOutcome,
): (event: StreamEvent) => readonly CompatEvent[] {
  const shown = new Set<string>();
  let text = '';
  const tellText = (more: string): CompatEvent[] => {
    text += more;
    return more === '' ? [] : [{ type: 'text', text: more }];
  };
  const tellPart = (part: SnapshotPart): CompatEvent[] => {
    if (part.type === 'progress') return tellText(part.text);
    const key = `${part.type} ${part.id}`;
    if (shown.has(key)) return [];
    shown.add(key);
    return [toToolEvent(part)];
  };
  return (event) => {
    switch (event.type) {
      case 'progress':
      case 'tool_use':
      case 'tool_result':
        return tellPart(event);
      case 'snapshot': {
        const tools = event.parts.filter(({ type }) => type !== 'progress');
        return [...tools.flatMap(tellPart), ...tellText(restOf(event.parts, text))];
      }
      case 'complete':
        return [{ type: 'done', ...readOutcome() }];
      case 'error':
        return [{ type: 'error', message: event.message }];
      default:
        return [];
    }
  };
}

/** What the text of these parts has beyond what was told; all of it when that was something else. */
function restOf(parts: readonly SnapshotPart[], told: string): string {
  const text = parts.map((part) => (part.type === 'progress' ? part.text : '')).join('');
  return text.startsWith(told) ? text.slice(told.length) : text;
}

function toToolEvent(part: Exclude<SnapshotPart, { readonly type: 'progress' }>): CompatEvent {
  if (part.type === 'tool_use') return { type: 'tool_use', tool: part.tool, input: part.input };
  const summary = limitOutput(part.result, { maxChars: SUMMARY_CHARS });
  return { type: 'tool_result', tool: part.tool, summary };
}
