import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir } from './make-dir.ts';
import { type StartedProgram, startProgram } from './start-program.ts';

/** Stands for npm and, by the file that it installs, for pnpm: notes each call and does what FAKE_NPM says. */
const FAKE_NPM = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const calls = join(__dirname, 'calls');
const behaviour = process.env.FAKE_NPM ?? '';
appendFileSync(calls, 'npm ' + process.argv[2] + '\\n');
if (behaviour === 'hang') setInterval(() => undefined, 60_000);
else if (behaviour !== '') {
  console.error(behaviour);
  process.exitCode = 1;
} else setTimeout(() => {
  const pnpm = join(process.cwd(), 'node_modules/pnpm/bin/pnpm.mjs');
  mkdirSync(dirname(pnpm), { recursive: true });
  writeFileSync(pnpm, \`
    import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    appendFileSync(\${JSON.stringify(calls)}, 'pnpm ' + process.argv[2] + '\\\\n');
    mkdirSync('node_modules', { recursive: true });
    writeFileSync('node_modules/.modules.yaml', '');\`);
}, 200);
`;

export interface Checkout {
  readonly root: string;
  /** What npm and pnpm were called for, in order. */
  calls(): readonly string[];
  /** Runs scripts/bootstrap.mjs, below a shell as npm does; \`fakeNpm\` is 'hang' or what npm fails with. */
  bootstrap(fakeNpm?: string, args?: readonly string[]): StartedProgram;
}

/** A checkout with the bootstrap and nothing else, and an npm that is none. */
export function makeCheckout(): Checkout {
  const root = makeDir();
  const scripts = join(import.meta.dirname, '..');
  for (const part of ['bootstrap.mjs', 'bootstrap', 'toolchain'])
    cpSync(join(scripts, part), join(root, 'scripts', part), { recursive: true });
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) writeFileSync(join(root, file), '');
  writeFileSync(join(root, 'scripts/start.ts'), '');
  mkdirSync(join(root, 'npm'));
  const npm = join(root, 'npm/npm-cli.js');
  writeFileSync(npm, FAKE_NPM);
  const calls = join(root, 'npm/calls');
  return {
    root,
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    bootstrap: (fakeNpm = '', args = []) =>
      startProgram('sh', {
        args: ['-c', '"$0" scripts/bootstrap.mjs "$@"; exit $?', process.execPath, ...args],
        cwd: root,
        env: { HOME: root, npm_execpath: npm, FAKE_NPM: fakeNpm },
      }),
  };
}
