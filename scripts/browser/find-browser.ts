import { execFile } from 'node:child_process';
import { accessSync, constants, copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chromium-headless-shell',
] as const;
const DEFAULT_CACHE_DIR = resolve(import.meta.dirname, '../../.cache/browser');
const INSTALL_MS = 180_000;

interface BrowserSearch {
  /** CHROME_PATH and PATH count. */
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly cacheDir?: string;
}

/**
 * Path of a Chromium: CHROME_PATH's, PATH's, or one that npm brings along.
 * @throws StartError, with what to do about it, when there is none to be had.
 */
export async function findBrowser(search: BrowserSearch): Promise<string> {
  const { env, cacheDir = DEFAULT_CACHE_DIR } = search;
  const named = env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw new StartError(`CHROME_PATH=${named} is no program: correct or unset it`);
  }
  return browserOnPath(env['PATH']) ?? (await fetchedBrowser(search, cacheDir));
}

function browserOnPath(path = ''): string | undefined {
  const dirs = path.split(':').filter((dir) => dir !== '');
  return dirs.flatMap((dir) => NAMES.map((name) => join(dir, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fetchedBrowser({ env, say }: BrowserSearch, cacheDir: string): Promise<string> {
  const unpacked = join(cacheDir, 'unpacked');
  const file = join(unpacked, 'browser');
  if (isProgram(file)) return file;
  say('fetching a browser for the tests of the page …');
  mkdirSync(unpacked, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(import.meta.dirname, 'packed', name), join(cacheDir, name));
  const run = promisify(execFile);
  const options = { cwd: cacheDir, timeout: INSTALL_MS, env: { ...env, TMPDIR: unpacked } };
  try {
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
    await run(process.execPath, [join(import.meta.dirname, 'print-path.mjs')], options);
  } catch (err) {
    throw noBrowser(err);
  }
  if (!isProgram(file)) throw noBrowser(undefined);
  return file;
}

function noBrowser(cause: unknown): StartError {
  return new StartError(
    'the tests of the page need a Chromium and npm could not bring one: install it (Debian: apt-get install chromium) or set CHROME_PATH',
    { cause },
  );
}
