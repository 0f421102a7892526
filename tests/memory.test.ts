import { afterAll, beforeAll, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

async function say(message: string, user?: string): Promise<string> {
  const answer = await system.owner.chat({ message, ...(user !== undefined && { user_id: user }) });
  return 'responses' in answer ? answer.responses.join(' ') : '';
}

test('what the assistant is told to remember it knows in the next conversation', async () => {
  expect(await say('remember that my NAS is called Moriarty')).toContain('I will remember');
  await system.owner.createConversation({});
  expect(await say('what is my NAS called?')).toContain('Moriarty');
  expect(system.query('SELECT source, category FROM fact')).toEqual([
    { source: 'model', category: 'general' },
  ]);
});

test('told twice, it is one fact', async () => {
  await say('remember that my NAS is called  moriarty');
  expect(system.query('SELECT 1 FROM fact')).toHaveLength(1);
});
