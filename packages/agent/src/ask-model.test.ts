import { expect, test } from 'vitest';
import { callTools, createStage, createTool, failure, say } from './testing.ts';

const echo = createTool('echo', async (input) => ({ text: JSON.stringify(input), isError: false }));

test('a reply that breaks off is taken back and asked for again', async () => {
  let asked = 0;
  const stage = createStage((_request, onText) => {
    onText('half a ');
    asked += 1;
    return asked === 1 ? failure('MODEL_REPLY_CUT') : say('half a reply');
  });
  const { state } = await stage.run();
  expect(state.texts).toEqual(['half a reply']);
  expect(stage.events.map(({ type }) => type)).toEqual(['text', 'rewind', 'text']);
});

test('a model that is away is replaced by its fallback for the rest of the run', async () => {
  const stage = createStage(
    ({ model, messages }) => {
      if (model === 'big') return failure('UPSTREAM_UNAVAILABLE');
      return messages.length === 1 ? callTools('echo') : say('from the small one');
    },
    [echo],
  );
  const { state } = await stage.run();
  expect(state.texts).toEqual(['from the small one']);
  expect(stage.requests.map(({ model }) => model)).toEqual(['big', 'small', 'small']);
  expect([...state.usageByModel.keys()]).toEqual(['small']);
});

test.each(['MODEL_KEY_REFUSED', 'MODEL_REQUEST_REFUSED'])(
  'after %s no other model is tried',
  async (reason) => {
    const stage = createStage(() => failure(reason));
    await expect(stage.run()).rejects.toMatchObject({ reason });
    expect(stage.requests).toHaveLength(1);
  },
);
