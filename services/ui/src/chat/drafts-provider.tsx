import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';
import { useSession } from '../session/session-gate.tsx';
import { createDrafts, type Draft, type Drafts } from './drafts.ts';

const DraftsContext = createContext<Drafts | undefined>(undefined);

export function useDrafts(): Drafts {
  const drafts = useContext(DraftsContext);
  if (drafts === undefined) throw new Error('there is no DraftsProvider above');
  return drafts;
}

/** What is being written in a place. */
export function useDraft(place: string): Draft {
  const drafts = useDrafts();
  return useSyncExternalStore(drafts.subscribe, () => drafts.get(place));
}

export function DraftsProvider({ children }: { readonly children: ReactNode }) {
  const { org, user_id: user } = useSession();
  const [drafts] = useState(() => createDrafts(localStorage, `${org}/${user}`));
  return <DraftsContext value={drafts}>{children}</DraftsContext>;
}
