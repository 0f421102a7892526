import { measureRecall } from './app.ts';
import type { Recall } from './play-questions.ts';

// npm run eval:memory: how well facts are found again.

const { lexical, hybrid } = await measureRecall();
const measured = { lexical, hybrid };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(
  'questions                     search    recall@5   MRR    replaced facts before their correction',
);
for (const [search, { words, paraphrase }] of Object.entries(measured)) {
  print(describe(`${words.questions} that share a word`, search, words));
  print(describe(`${paraphrase.questions} that share none`, search, paraphrase));
}
if (process.argv.includes('--missed'))
  for (const [search, groups] of Object.entries(measured))
    for (const { missed } of [groups.words, groups.paraphrase])
      for (const question of missed) print(`missed by ${search} search: ${question}`);
process.exit(0);

function describe(group: string, search: string, { recallAt5, mrr, outranked }: Recall): string {
  const figures = [recallAt5, mrr].map((figure) => figure.toFixed(3).padEnd(8)).join('   ');
  return `${group.padEnd(28)}  ${search.padEnd(8)}  ${figures}${outranked}`;
}
