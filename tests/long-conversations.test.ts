import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { makeOperatingSystem } from './support/operating-system.ts';
import { type System, startSystem } from './support/system.ts';

/** A message of about 900 tokens. */
const long = (name: string): string => `${name} ${'word '.repeat(720)}`;

function asked({ model }: System, name: string): readonly string[] {
  return model.requests
    .map(({ rawBody }) => rawBody)
    .filter((body) => body.includes(`"model":"${name}"`));
}

function makeTinyModel(): string {
  const dir = makeOperatingSystem();
  const path = join(dir, 'MODELS.json');
  const models = JSON.parse(readFileSync(path, 'utf8'));
  models.models.tiny = { context_tokens: 4_000, max_tokens: 1_000 };
  writeFileSync(path, JSON.stringify(models));
  return dir;
}

test('of a conversation that is too long the model gets the end and notes on the rest, and nothing is lost', async () => {
  const dir = makeTinyModel();
  let isSmallAway = true;
  await using system = await startSystem({
    workers: 0,
    script: ({ model, body }) => {
      const isNotes = JSON.stringify(body['messages']).includes('<conversation>');
      if (model !== 'small') return textReply('Yes.');
      if (!isNotes) return textReply('A title');
      if (isSmallAway) return { kind: 'refusal', status: 404, type: 'not_found_error' };
      return textReply('- They spoke of alpha.');
    },
    brainEnv: { OPERATING_SYSTEM_DIR: dir, CLAUDE_MODEL: 'tiny', SMALL_MODEL: 'small' },
  });
  const { owner } = system;
  const notesAsked = () => asked(system, 'small').filter((body) => body.includes('<conversation>'));
  const { conversation_id: id } = await owner.chat({ message: long('alpha') });
  await owner.chat({ message: long('beta') });
  // Without notes the answer comes all the same; they are tried again after it.
  await expect.poll(() => notesAsked().length).toBe(1);
  await owner.chat({ message: long('gamma') });
  await owner.chat({ message: long('delta') });
  await expect.poll(() => notesAsked().length).toBeGreaterThan(1);
  const bare = asked(system, 'tiny').at(-1) ?? '';
  // What no notes tell of yet is told in short.
  expect(bare).toContain('- The person: alpha word');
  expect(bare).not.toContain(long('alpha').trim());
  expect(bare).toContain('delta');
  isSmallAway = false;
  const made = () =>
    system.query(`SELECT 1 FROM run_step WHERE type = 'summarised'`).length > 0 ? 'made' : 'none';
  // The one that failed may still be on its way out.
  await expect
    .poll(
      async () => {
        await owner.chat({ message: 'And now?' });
        return made();
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe('made');
  await owner.chat({ message: 'What did we speak of?' });
  const sent = asked(system, 'tiny').at(-1) ?? '';
  expect(sent).toContain('# Earlier in this conversation');
  expect(sent).toContain('- They spoke of alpha.');
  expect(sent).not.toContain('alpha word');
  const messages = (await owner.listMessages(id, { order: 'oldest', limit: 100 })).data;
  expect(messages[0]?.content).toBe(long('alpha'));
  expect(messages.filter(({ content }) => content.includes('word '))).toHaveLength(4);
  rmSync(dir, { recursive: true, force: true });
});

test('the offline model keeps notes too', async () => {
  await using system = await startSystem({ workers: 0 });
  for (const word of ['one', 'two', 'three', 'four', 'five'])
    await system.owner.chat({ message: `This is sentence ${word}.` });
  const read = () => system.query('SELECT content FROM conversation_summary')[0]?.['content'];
  await expect.poll(read).toContain('- They said: This is sentence one.');
});
