import { dirname } from 'node:path';
import { runStep } from './run-step.mjs';
import { SetupError } from './setup-error.mjs';

/** What a builder says last is mostly why it gave up. */
const SHOWN_LINES = 15;

/** Has the chosen Node build something. Throws SetupError with the end of what the builder said when it failed. */
export async function runBuild(title, { node, say, starter, env }, { args, cwd }) {
  const { ok, output } = await runStep({ title, say, starter }, node.path, {
    args,
    cwd,
    // The programs in .bin look for node on PATH: it must be the chosen one.
    env: { ...env, NODE_ENV: 'production', PATH: `${dirname(node.path)}:${env.PATH}` },
  });
  if (ok) return;
  const end = output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new SetupError(`${title} failed:\n${end}`);
}
