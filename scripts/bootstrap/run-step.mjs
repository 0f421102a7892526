import { spawn } from 'node:child_process';

const SAY_EVERY_MS = 4000;
const KILL_AFTER_MS = 2000;
/** Of what a step prints, the end is kept: that is where the reason of a failure stands. */
const KEPT_OUTPUT_CHARS = 20_000;

/**
 * Runs one program to its end, saying now and then that it still runs. Answers {ok, output}.
 * Rejects with SetupError when whoever wanted the installation is gone; the program is ended then.
 */
export async function runStep({ title, say, starter }, command, { args, cwd, env }) {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  say(`${title} …`);
  const ticker = setInterval(() => say(`${title} … ${elapsed()}`), SAY_EVERY_MS);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  starter.onGone(() => end(child));
  const result = await finished(child);
  clearInterval(ticker);
  starter.throwIfGone();
  if (result.ok) say(`${title}: done in ${elapsed()}`);
  return result;
}

function finished(child) {
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, output: `${output}\n${error.message}` }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

function end(child) {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
}
