import type { ConversationId } from '@bakerst/contracts';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { NEW } from './drafts.ts';
import { useDrafts } from './drafts-provider.tsx';
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
  const shown = outgoing.filter(
    (one) =>
      !arrived.includes(one) &&
      (one.unsent.conversationId ?? null) === (id ?? null) &&
      (id !== undefined || begun.has(one.unsent.key)),
  );
  useLead(id, { outgoing, shown });
  return shown;
}

interface Lead {
  readonly outgoing: readonly Outgoing[];
  readonly shown: readonly Outgoing[];
}

/** Leads to the conversation that a message has begun, from the page that shows it, at whichever try that was. */
function useLead(id: ConversationId | undefined, { outgoing, shown }: Lead): void {
  const navigate = useNavigate();
  const keys = useRef(new Set<string>());
  // Whoever has gone elsewhere in the meantime stays there.
  if (id !== undefined) keys.current.clear();
  else for (const { unsent } of shown) keys.current.add(unsent.key);
  const sent = outgoing.find(({ unsent }) => keys.current.has(unsent.key))?.sent;
  const drafts = useDrafts();
  const leadsTo = useRef<ConversationId>(undefined);
  useEffect(() => {
    if (sent === undefined) return;
    leadsTo.current = sent.conversationId;
    void navigate(`/chat/${sent.conversationId}`, { replace: true });
  }, [sent, navigate]);
  // Before anything more can be typed: what was written in the meantime comes along.
  useLayoutEffect(() => {
    if (id !== undefined && leadsTo.current === id) drafts.move(NEW, id);
    leadsTo.current = undefined;
  }, [id, drafts]);
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
