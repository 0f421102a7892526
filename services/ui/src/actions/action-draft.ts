import { Action, type ActionView } from '@bakerst/contracts/schedules';
import { type Field, missing, type Read, toProblem } from './problem.ts';

type ActionKind = ActionView['type'];

/** What of an action is written in a field of its own, by its kind. */
const TEXT_OF = {
  run: 'message',
  agent: 'job',
  command: 'command',
  code: 'code',
  http: 'url',
  mcp: 'tool',
} as const satisfies Record<ActionKind, string>;

export const ACTION_KINDS = ['run', 'agent', 'command', 'code', 'http', 'mcp'] as const;

/** An action while it is written. */
export interface ActionDraft {
  readonly kind: ActionKind;
  /** The message, task, command, code, address or tool. */
  readonly text: string;
  /** Of a tool. */
  readonly server: string;
  /** All other fields as JSON; empty for none. */
  readonly more: string;
}

export function toActionDraft(action: ActionView | undefined): ActionDraft {
  if (action === undefined) return { kind: 'run', text: '', server: '', more: '' };
  const { type: kind } = action;
  const rest = Object.entries(action).filter(
    ([name, value]) => !isOwnField(kind, name) && value !== undefined,
  );
  return {
    kind,
    text: toText(action[TEXT_OF[kind]]),
    server: toText(action['server']),
    more: rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest), null, 2),
  };
}

/** What was written as the API takes it, or what is wrong with it. */
export function readActionDraft({ kind, text, server, more }: ActionDraft): Read<Action> {
  const others = readJson(more === '' ? '{}' : more);
  if (typeof others !== 'object' || others === null || Array.isArray(others))
    return { problem: { field: 'more', message: 'must be a JSON object' } };
  if (text.trim() === '') return { problem: missing('text') };
  const own = { type: kind, [TEXT_OF[kind]]: text, ...(kind === 'mcp' && { server }) };
  const parsed = Action.safeParse({ ...others, ...own });
  if (parsed.success) return { value: parsed.data };
  return { problem: toProblem(parsed.error, (path) => fieldOf(kind, path)) };
}

/** What the text says as JSON; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(kind: ActionKind, path: readonly PropertyKey[]): Field {
  if (path[0] === TEXT_OF[kind]) return 'text';
  return path[0] === 'server' ? 'server' : 'more';
}

function isOwnField(kind: ActionKind, name: string): boolean {
  return name === 'type' || name === TEXT_OF[kind] || (kind === 'mcp' && name === 'server');
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
