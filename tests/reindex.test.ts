import { expect, test } from 'vitest';
import { openFakeEmbeddings } from '../services/brain/src/memory/testing/open-fake-embeddings.ts';
import { startProgram } from './support/program.ts';
import { startSystem } from './support/system.ts';

const soon = { timeout: 30_000, interval: 100 };
const FACTS = 150;

test('facts are indexed anew beside a system that goes on, also after a pass that was killed', async () => {
  await using embeddings = await openFakeEmbeddings({ kind: 'openai', dimension: 8 });
  const env = { EMBEDDINGS_BASE_URL: embeddings.baseUrl };
  await using system = await startSystem({ workers: 0, brainEnv: env });
  const { owner } = system;
  const lines = Array.from({ length: FACTS }, (_, at) => `{"text":"disk ${at} is in bay ${at}"}`);
  await owner.importFacts(new Blob([lines.join('\n')]));
  const count = (sql: string) => Number(system.query(`SELECT count(*) AS n ${sql}`)[0]?.['n']);
  await expect.poll(() => count('FROM fact_vector'), soon).toBe(FACTS);

  const start = () => {
    const program = startProgram({
      entry: 'services/brain/src/memory/reindex/main.ts',
      env: { ...env, BAKERST_DATA_DIR: system.dataDir },
    });
    const said = { text: '' };
    program.child.stdout?.on('data', (piece: Buffer) => {
      said.text += piece.toString();
    });
    return { program, said };
  };
  // One request to learn the embedder's name, one for the first facts.
  embeddings.holdAfter(2);
  const cut = start();
  await expect.poll(() => cut.said.text, soon).toContain(`64 of ${FACTS} facts`);
  await cut.program.end('SIGKILL');
  const { responses } = await owner.chat({ message: 'Where is disk 3?' });
  expect(responses.join('')).not.toBe('');
  embeddings.release();

  const again = start();
  expect(await again.program.exited).toBe(0);
  expect(again.said.text).toContain('going on where an earlier pass was cut short');
  expect(again.said.text).toContain(`${FACTS - 64} facts indexed, done`);
  expect(count('FROM fact_vector')).toBe(FACTS);
  expect((await owner.listFacts({ q: 'disk 149' })).data[0]?.text).toBe('disk 149 is in bay 149');
});
