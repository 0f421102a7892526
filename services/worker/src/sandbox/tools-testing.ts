import type { AnsweredCall, MadeCall, ToolSession } from './sandbox.ts';

/** Tools of a test: what each answers, or throws; `calls` are all that were made, by batch. */
export interface TestTools extends ToolSession {
  readonly batches: readonly (readonly MadeCall[])[];
}

type Answer = (call: MadeCall) => unknown;

/** Answers in the order of the calls, a second apart by the code's clock. */
export function createTestTools(answer: Answer, startsAt = 0): TestTools {
  const batches: (readonly MadeCall[])[] = [];
  const waiting: MadeCall[] = [];
  let at = startsAt;
  return {
    batches,
    async make(calls) {
      batches.push(calls);
      waiting.push(...calls);
    },
    async next() {
      const call = waiting.shift();
      if (call === undefined) return undefined;
      at += 1_000;
      return { index: call.index, at, ...toAnswer(answer, call) };
    },
  };
}

function toAnswer(answer: Answer, call: MadeCall): Pick<AnsweredCall, 'ok' | 'json'> {
  try {
    return { ok: true, json: JSON.stringify(answer(call)) };
  } catch (err) {
    const message = err instanceof Error ? err.message : String(err);
    return { ok: false, json: JSON.stringify({ code: 'TOOL_ERROR', message }) };
  }
}
