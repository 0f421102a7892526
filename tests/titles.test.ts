import { textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

/** Requests that went to the model for small work. */
function askedSmall({ model }: System): readonly string[] {
  return model.requests
    .map(({ rawBody }) => rawBody)
    .filter((body) => body.includes('"model":"small"'));
}

test('a small model names a conversation after its first answer, once, and a person has the last word', async () => {
  await using system = await startSystem({
    workers: 0,
    script: ({ model }) =>
      textReply(model === 'small' ? '"Bread for Sunday."' : 'Flour and water.'),
    brainEnv: { SMALL_MODEL: 'small' },
  });
  const { owner } = system;
  const { conversation_id: id } = await owner.chat({ message: 'how do I bake bread?' });
  await expect.poll(async () => (await owner.getConversation(id)).title).toBe('Bread for Sunday');
  expect(askedSmall(system)[0]).toContain('how do I bake bread?');
  await owner.chat({ message: 'and cake?', conversation_id: id });
  const named = await owner.createConversation({ title: 'Mine' });
  await owner.chat({ message: 'hello', conversation_id: named.id });
  expect(await owner.getConversation(named.id)).toMatchObject({ title: 'Mine' });
  expect(askedSmall(system)).toHaveLength(1);
  // What a title costs is part of the bill, and no run.
  const usage = await owner.readUsage({ by: 'model' });
  expect(usage.data.find(({ key }) => key === 'small')).toMatchObject({ runs: 0, unpriced: 1 });
});

test('a small model that fails leaves the first words, and the answer as it is', async () => {
  await using system = await startSystem({
    workers: 0,
    script: ({ model }) =>
      model === 'small'
        ? { kind: 'refusal', status: 404, type: 'not_found_error' }
        : textReply('Flour and water.'),
    brainEnv: { SMALL_MODEL: 'small' },
  });
  const answer = await system.owner.chat({ message: 'how do I bake bread?' });
  expect(answer.responses).toEqual(['Flour and water.']);
  await expect.poll(() => askedSmall(system).length).toBe(1);
  const { title } = await system.owner.getConversation(answer.conversation_id);
  expect(title).toBe('how do I bake bread?');
});
