import {
  Subjects,
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
  ToolCallsNoted,
} from '@bakerst/contracts';
import { type AskDeps, answerWorkers, askBrains } from './nats-ask-brains.ts';

/** Both ask until a brain answers, and reject with the signal's reason. */
export interface ToolCallAsker {
  /** May these calls be made? What they are asked to store is stored before. */
  ask(calls: ToolCallsAsk, signal: AbortSignal): Promise<ToolCallsAnswer>;
  /** Has what the calls came to stored. */
  note(done: ToolCallsDone, signal: AbortSignal): Promise<ToolCallsNoted>;
}

export function createNatsToolCallAsker(deps: AskDeps): ToolCallAsker {
  return {
    ask: async (body, signal) =>
      ToolCallsAnswer.parse(await askBrains(deps, { subject: Subjects.call, body, signal })),
    note: async (body, signal) =>
      ToolCallsNoted.parse(await askBrains(deps, { subject: Subjects.called, body, signal })),
  };
}

interface ToolCallDecider {
  decide(ask: ToolCallsAsk): Promise<ToolCallsAnswer>;
  note(done: ToolCallsDone): Promise<ToolCallsNoted>;
}

/** Answers workers whose code calls tools. */
export function serveToolCalls(
  deps: Pick<AskDeps, 'link' | 'log'>,
  { decide, note }: ToolCallDecider,
): Disposable {
  const serving = new DisposableStack();
  serving.use(
    answerWorkers(deps, { subject: Subjects.call, schema: ToolCallsAsk, answer: decide }),
  );
  serving.use(
    answerWorkers(deps, { subject: Subjects.called, schema: ToolCallsDone, answer: note }),
  );
  return serving;
}
