import type { ConversationId } from '@bakerst/contracts';
import { useEffect, useRef } from 'react';
import type { Outgoing } from './sender.ts';
import { useSender } from './sender-provider.tsx';

interface Shown {
  readonly outgoing: readonly Outgoing[];
  readonly runIds: ReadonlySet<string>;
}

/** The messages on their way that belong here and that the conversation does not show yet. */
export function useShown(
  id: ConversationId | undefined,
  { outgoing, runIds }: Shown,
): readonly Outgoing[] {
  const sender = useSender();
  const begun = useBegun(id, outgoing);
  const arrived = outgoing.filter(({ sent }) => sent !== undefined && runIds.has(sent.runId));
  useEffect(() => {
    for (const { unsent } of arrived) sender.drop(unsent.key);
  }, [arrived, sender]);
  return outgoing.filter(
    (one) =>
      !arrived.includes(one) &&
      (one.unsent.conversationId ?? null) === (id ?? null) &&
      (id !== undefined || begun.has(one.unsent.key)),
  );
}

/** A message that begins a conversation is shown by the page on which it was written, not by every empty one. */
function useBegun(
  id: ConversationId | undefined,
  outgoing: readonly Outgoing[],
): ReadonlySet<string> {
  const old = useRef<ReadonlySet<string>>(undefined);
  if (old.current === undefined || id !== undefined)
    old.current = new Set(outgoing.map(({ unsent }) => unsent.key));
  const before = old.current;
  return new Set(
    outgoing
      .filter(({ unsent, state }) => state === 'refused' || !before.has(unsent.key))
      .map(({ unsent }) => unsent.key),
  );
}
