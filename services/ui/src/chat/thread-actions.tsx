import { createContext, useContext } from 'react';
import type { Entry, Question } from './thread.ts';

export interface ThreadActions {
  /** Says the message of an entry again, where it was said. */
  readonly retry: (entry: Entry) => Promise<void>;
  /** Says something else in its place, in a new conversation that begins like this one. */
  readonly fork: (question: Question, text: string) => Promise<void>;
}

const ThreadActionsContext = createContext<ThreadActions | undefined>(undefined);
export const ThreadActionsProvider = ThreadActionsContext.Provider;

export function useThreadActions(): ThreadActions {
  const actions = useContext(ThreadActionsContext);
  if (actions === undefined) throw new Error('there is no ThreadActionsProvider above');
  return actions;
}
