import type { Dump } from '../harness/dump.ts';

/** A message as its sender numbered it: the text `<user>.<number>`, the next one sent when the last one was accepted. */
export interface Numbered {
  readonly user: string;
  readonly number: number;
}

/** Those that come behind a later one of the same user. */
export function outOfOrder(messages: readonly Numbered[]): readonly string[] {
  const last = new Map<string, number>();
  return messages
    .filter(({ user, number }) => {
      const highest = last.get(user) ?? -1;
      last.set(user, Math.max(number, highest));
      return number < highest;
    })
    .map(({ user, number }) => `${user}.${number}`);
}

/** What was said, or what was answered, in the order in which it stands in the conversations. */
export function storedNumbers({ messages }: Dump, role: 'user' | 'assistant'): readonly Numbered[] {
  const said = messages.filter((message) => message['role'] === 'user');
  const numberOf = new Map(said.map(({ run_id, content }) => [run_id, toNumbered(content)]));
  return messages
    .filter((message) => message['role'] === role)
    .map(({ run_id }) => numberOf.get(run_id))
    .filter((numbered) => numbered !== undefined);
}

/** What the model was asked, each message once: one whose brain died is asked again. */
export function firstAsked(requests: readonly { readonly body: unknown }[]): readonly Numbered[] {
  const seen = new Set<string>();
  return requests
    .map(({ body }) => lastText(body))
    .filter((text) => text !== undefined && seen.size < seen.add(text).size)
    .map(toNumbered)
    .filter((numbered) => numbered !== undefined);
}

function toNumbered(text: unknown): Numbered | undefined {
  const [, user, number] = /^(\d+)\.(\d+)$/.exec(String(text)) ?? [];
  return user === undefined ? undefined : { user, number: Number(number) };
}

/** The last text in a request that looks like a message. */
function lastText(body: unknown): string | undefined {
  return JSON.stringify(body)
    .match(/"\d+\.\d+"/g)
    ?.at(-1)
    ?.slice(1, -1);
}
