import { createContext, useContext, useMemo, useRef } from 'react';
import type { Entry, Question } from './thread.ts';

export interface ThreadActions {
  /** Says the message of an entry again, where it was said. */
  readonly retry: (entry: Entry) => Promise<void>;
  /** Says something else in its place, in a new conversation that begins like this one. */
  readonly fork: (question: Question, text: string) => Promise<void>;
  /** A message that was not heard can be written again from what it was. */
  readonly giveBack: (text: string, attachments?: readonly string[]) => void;
}

const ThreadActionsContext = createContext<ThreadActions | undefined>(undefined);
export const ThreadActionsProvider = ThreadActionsContext.Provider;

export function useThreadActions(): ThreadActions {
  const actions = useContext(ThreadActionsContext);
  if (actions === undefined) throw new Error('there is no ThreadActionsProvider above');
  return actions;
}

/** The same actions for as long as the page is there: what shows a thread is not drawn anew for every key that is hit. */
export function useStableActions(actions: ThreadActions): ThreadActions {
  const latest = useRef(actions);
  latest.current = actions;
  return useMemo(
    () => ({
      retry: (entry) => latest.current.retry(entry),
      fork: (question, text) => latest.current.fork(question, text),
      giveBack: (...given) => latest.current.giveBack(...given),
    }),
    [],
  );
}
