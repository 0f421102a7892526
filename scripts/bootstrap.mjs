// Plain JavaScript for any Node from 18 on: it runs before the Node and the packages that the rest needs are there.
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { explainFailure } from './bootstrap/explain-failure.mjs';
import { SetupError } from './bootstrap/setup-error.mjs';

try {
  await bootstrap({
    root: fileURLToPath(new URL('..', import.meta.url)),
    env: process.env,
    wanted: ['services', 'page'].filter((part) => process.argv.includes(`--${part}`)),
    say: (line) => process.stdout.write(`bakerst: ${line}\n`),
  });
} catch (error) {
  if (!(error instanceof SetupError) && error.syscall === undefined) throw error;
  const sentence = error instanceof SetupError ? error.message : explainFailure(error.message);
  process.stderr.write(`bakerst: ${sentence}\n`);
  process.exitCode = error.exitCode ?? 1;
}
