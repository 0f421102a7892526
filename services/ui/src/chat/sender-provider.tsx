import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { useClient } from '../client.ts';
import { useLive } from '../live/live-provider.tsx';
import { endSession, useSession } from '../session/session-gate.tsx';
import { createOutbox } from './outbox.ts';
import { createSender, type Outgoing, type Sender } from './sender.ts';

const SenderContext = createContext<Sender | undefined>(undefined);

export function useSender(): Sender {
  const sender = useContext(SenderContext);
  if (sender === undefined) throw new Error('there is no SenderProvider above');
  return sender;
}

export function useOutgoing(): readonly Outgoing[] {
  const sender = useSender();
  return useSyncExternalStore(sender.subscribe, sender.list);
}

export function SenderProvider({ children }: { readonly children: ReactNode }) {
  const client = useClient();
  const queries = useQueryClient();
  const { streams } = useLive();
  const { org, user_id: user } = useSession();
  const [sender] = useState(() => {
    const outbox = createOutbox(localStorage, `${org}/${user}`);
    const onRefused = (err: unknown): void => endSession(queries, err);
    return createSender({ streams, outbox, client, now: Date.now, onRefused });
  });
  useEffect(() => sender.resume(), [sender]);
  return <SenderContext value={sender}>{children}</SenderContext>;
}
