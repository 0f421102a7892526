import { expect, test } from 'vitest';
import type { ReplyBlock } from './model.ts';
import { callTools, createStage, createTool, type Script, say, stopWith } from './testing.ts';
import type { Tool } from './tool.ts';

const echo = createTool('echo', async (input) => ({ text: JSON.stringify(input), isError: false }));

test('an answer without tools takes one turn', async () => {
  const stage = createStage(() => say('hello yourself'));
  const { state, notice } = await stage.run();
  expect(state.texts).toEqual(['hello yourself']);
  expect(notice).toBeUndefined();
  expect(stage.steps.map(({ type }) => type)).toEqual(['turn_started', 'model_replied']);
});

test('calls of a turn run side by side and are answered in the order in which they were asked', async () => {
  const running = new Set<string>();
  const { promise: bothRun, resolve } = Promise.withResolvers<void>();
  const meet = (name: string, waits: Promise<void>): Tool =>
    createTool(name, async () => {
      running.add(name);
      if (running.size === 2) resolve();
      await waits;
      return { text: name, isError: false };
    });
  const { promise: fastIsDone, resolve: fastDone } = Promise.withResolvers<void>();
  const slow = meet('slow', fastIsDone);
  const fast = createTool('fast', async (input, call) => {
    const answer = await meet('fast', bothRun).run(input, call);
    fastDone();
    return answer;
  });
  const stage = createStage(
    ({ messages }) => (messages.length === 1 ? callTools('slow', 'fast') : say('both done')),
    [slow, fast],
  );
  await stage.run();
  const answered = stage.steps.flatMap((step) =>
    step.type === 'tool_answered' ? [step.text] : [],
  );
  expect(answered).toEqual(['fast', 'slow']);
  expect(stage.requests[1]?.messages.at(-1)).toEqual({
    role: 'user',
    content: [
      { type: 'tool_result', toolUseId: 'call-0', text: 'slow', isError: false },
      { type: 'tool_result', toolUseId: 'call-1', text: 'fast', isError: false },
    ],
  });
});

test('an unknown tool and malformed arguments are answers, and the run goes on', async () => {
  const malformed: ReplyBlock = {
    type: 'tool_use',
    id: 'x',
    name: 'echo',
    input: {},
    isMalformed: true,
  };
  const stage = createStage(
    ({ messages }) =>
      messages.length === 1
        ? { ...callTools('magic'), content: [...callTools('magic').content, malformed] }
        : say('never mind'),
    [echo],
  );
  const { state } = await stage.run();
  expect(state.texts).toEqual(['never mind']);
  expect(stage.steps.filter(({ type }) => type === 'tool_answered')).toMatchObject([
    { isError: true, text: expect.stringContaining('magic') },
    { isError: true, text: expect.stringContaining('not valid JSON') },
  ]);
});

test('a model that never stops calling tools is asked ten times, and the answer says so', async () => {
  let ran = 0;
  const counting = createTool('count', async () => ({ text: String(++ran), isError: false }));
  const stage = createStage(() => callTools('count'), [counting]);
  const { notice } = await stage.run();
  expect(stage.requests).toHaveLength(10);
  // The tenth turn's calls would be answered to nobody.
  expect(ran).toBe(9);
  expect(notice).toMatchObject({ code: 'ITERATION_LIMIT' });
});

test.each([
  ['max_tokens', 'TOKEN_LIMIT'],
  ['refusal', 'REFUSED'],
  ['model_context_window_exceeded', 'CONTEXT_LIMIT'],
  ['stop_sequence', undefined],
] as const)('a reply that ends by %s ends the run', async (stopReason, code) => {
  const { state, notice } = await createStage(() => stopWith(stopReason)).run();
  expect(state.texts).toEqual(['so far']);
  expect(notice?.code).toBe(code);
});

test('a tool call in a reply that the token limit cut is not executed', async () => {
  let ran = false;
  const tool = createTool('delete', async () => {
    ran = true;
    return { text: '', isError: false };
  });
  const stage = createStage(() => ({ ...callTools('delete'), stopReason: 'max_tokens' }), [tool]);
  const { notice } = await stage.run();
  expect(ran).toBe(false);
  expect(notice?.code).toBe('TOKEN_LIMIT');
});

test('a model that pauses its turn is asked to go on', async () => {
  const stage = createStage(({ messages }) =>
    messages.length === 1 ? stopWith('pause_turn', 'first half') : say('second half'),
  );
  const { state } = await stage.run();
  expect(state.texts).toEqual(['first half', 'second half']);
  expect(stage.requests[1]?.messages.at(-1)).toMatchObject({ role: 'assistant' });
});

test('continued after any of its steps, a run asks only what has no answer yet, and ends the same', async () => {
  const script: Script = ({ messages }) =>
    messages.length < 5 ? callTools('echo', 'echo') : say('done');
  const whole = createStage(script, [echo]);
  const expected = await whole.run();
  for (let kept = 0; kept <= whole.steps.length; kept++) {
    const steps = whole.steps.slice(0, kept);
    const stage = createStage(script, [echo]);
    const result = await stage.run({ steps });
    expect(result.state).toEqual(expected.state);
    expect([...steps, ...stage.steps]).toHaveLength(whole.steps.length);
    const replies = steps.filter(({ type }) => type === 'model_replied').length;
    expect(stage.requests).toEqual(whole.requests.slice(replies));
  }
});

test('when one call may not go on, the others end before the run is given up', async () => {
  const { promise: otherEnds, resolve: endOther } = Promise.withResolvers<void>();
  let hasEnded = false;
  const patient = createTool('patient', async () => {
    await otherEnds;
    hasEnded = true;
    return { text: '', isError: false };
  });
  const fenced = createTool('fenced', () => Promise.reject(new Error('fenced')));
  const stage = createStage(() => callTools('fenced', 'patient'), [fenced, patient]);
  const running = stage.run();
  endOther();
  await expect(running).rejects.toThrow('fenced');
  expect(hasEnded).toBe(true);
});
