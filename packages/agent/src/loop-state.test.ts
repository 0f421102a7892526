import type { Usage } from '@bakerst/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyStep, foldSteps, type LoopState } from './loop-state.ts';
import type { LoopStep } from './loop-step.ts';
import type { ModelReply } from './model.ts';

const RUNS = { numRuns: 10_000 };

const usage = fc.record({
  input_tokens: fc.nat(1_000),
  output_tokens: fc.nat(1_000),
  cache_creation_input_tokens: fc.nat(1_000),
  cache_read_input_tokens: fc.nat(1_000),
});

/** A turn: what was said and called, and in which order the calls were answered. */
const turn = fc.record({
  fallback: fc.boolean(),
  texts: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 2 }),
  answers: fc.array(fc.record({ text: fc.string({ maxLength: 5 }), isError: fc.boolean() }), {
    maxLength: 4,
  }),
  isBackwards: fc.boolean(),
  said: fc.option(fc.string({ minLength: 1, maxLength: 5 }), { nil: undefined }),
  usage,
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** The steps that a run of these turns leaves. Only something said makes it go on after a reply without calls. */
function toSteps(turns: readonly Turn[]): readonly LoopStep[] {
  return turns.flatMap((each, i) => {
    const said = each.said ?? (turns[i - 1]?.answers.length === 0 ? 'go on' : undefined);
    return stepsOf({ ...each, said }, i + 1);
  });
}

function stepsOf(
  { fallback, texts, answers, isBackwards, said, usage }: Turn,
  n: number,
): LoopStep[] {
  const model = fallback ? 'small' : 'big';
  const reply: ModelReply = {
    content: [
      ...texts.map((text) => ({ type: 'text' as const, text })),
      ...answers.map((_, i) => ({
        type: 'tool_use' as const,
        id: `call-${n}-${i}`,
        name: 'tool',
        input: {},
      })),
    ],
    stopReason: answers.length > 0 ? 'tool_use' : 'end_turn',
    usage,
  };
  const answered: LoopStep[] = answers.map(({ text, isError }, index) => ({
    type: 'tool_answered',
    turn: n,
    index,
    text,
    isError,
  }));
  return [
    { type: 'turn_started', turn: n, model: 'big' },
    // The first model was away: the same turn is begun once more with another.
    ...(fallback ? [{ type: 'turn_started' as const, turn: n, model }] : []),
    ...(n > 1 && said !== undefined
      ? [{ type: 'message_added' as const, turn: n, text: said }]
      : []),
    { type: 'model_replied', turn: n, model, reply },
    ...answers.map((_, index) => ({
      type: 'tool_called' as const,
      turn: n,
      index,
      name: 'tool',
    })),
    ...(isBackwards ? answered.toReversed() : answered),
  ];
}

const turns = fc.array(turn, { minLength: 1, maxLength: 6 });

test('a run that is taken up after any step stands where it stood', () => {
  fc.assert(
    fc.property(turns, fc.nat(), (all, place) => {
      const steps = toSteps(all);
      const cut = place % (steps.length + 1);
      const resumed = foldSteps(steps.slice(0, cut));
      for (const step of steps.slice(cut)) applyStep(resumed, step);
      expect(resumed).toEqual(foldSteps(steps));
    }),
    RUNS,
  );
});

test('what the model gets next has every call with its answer, and roles that take turns', () => {
  fc.assert(
    fc.property(turns, (all) => {
      const { messages } = foldSteps([
        ...toSteps(all),
        { type: 'turn_started', turn: all.length + 1, model: 'big' },
        { type: 'message_added', turn: all.length + 1, text: 'and then' },
      ]);
      const roles = messages.map(({ role }) => role);
      expect(roles).toEqual(roles.map((_, i) => (i % 2 === 0 ? 'assistant' : 'user')));
      messages.forEach((message, i) => {
        const called = message.content.filter((block) => block.type === 'tool_use');
        const results = messages[i + 1]?.content.filter((block) => block.type === 'tool_result');
        if (message.role === 'assistant' && called.length > 0)
          expect(results?.map(({ toolUseId }) => toolUseId)).toEqual(called.map(({ id }) => id));
      });
    }),
    RUNS,
  );
});

test('texts, answers and usage are those of all turns, each once', () => {
  fc.assert(
    fc.property(turns, (all) => {
      const state = foldSteps(toSteps(all));
      expect(state.texts).toEqual(all.flatMap(({ texts }) => texts));
      expect(state.usage).toEqual(sum(all.map((each) => each.usage)));
      expect(answersOf(state)).toEqual(all.at(-1)?.answers);
      expect(sum([...state.usageByModel.values()])).toEqual(state.usage);
    }),
    RUNS,
  );
});

function answersOf({ calls }: LoopState): unknown {
  return calls.map(({ answer }) => answer);
}

function sum(usages: readonly Usage[]): Usage {
  const total = (field: keyof Usage): number =>
    usages.reduce((all, each) => all + (each[field] ?? 0), 0);
  return {
    input_tokens: total('input_tokens'),
    output_tokens: total('output_tokens'),
    cache_creation_input_tokens: total('cache_creation_input_tokens'),
    cache_read_input_tokens: total('cache_read_input_tokens'),
  };
}
