import { execFile } from 'node:child_process';
import { accessSync, constants, copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';

/** Without windows: starts, and shows a page, in a third of the time of a whole one. */
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'] as const;
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const DEFAULT_CACHE_DIR = resolve(import.meta.dirname, '../../.cache/browser');
const INSTALL_MS = 180_000;

interface BrowserSearch {
  /** CHROME_PATH and PATH count. */
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly cacheDir?: string;
}

/** There is none, and none could be brought; the message says what to do about it. */
export class NoBrowserError extends StartError {}

/**
 * Path of a Chromium such as people use: CHROME_PATH's, PATH's, or a small one that npm brings along.
 * @throws NoBrowserError when there is none to be had, StartError for a CHROME_PATH that is none.
 */
export async function findBrowser(search: BrowserSearch): Promise<string> {
  const { env } = search;
  return named(env) ?? onPath(env, [...WHOLE, ...SHELLS]) ?? (await fetchedBrowser(search));
}

/** The same for those who want the smallest one: that of npm comes before a whole one of the PATH. */
export async function findSmallBrowser(search: BrowserSearch): Promise<string> {
  const { env } = search;
  const found = named(env) ?? onPath(env, SHELLS);
  if (found !== undefined) return found;
  try {
    return await fetchedBrowser(search);
  } catch (err) {
    const whole = onPath(env, WHOLE);
    if (whole === undefined) throw err;
    return whole;
  }
}

function named(env: Env): string | undefined {
  const file = env['CHROME_PATH'];
  if (file === undefined || file === '') return undefined;
  if (isProgram(file)) return file;
  throw new StartError(`CHROME_PATH=${file} is no program: correct or unset it`);
}

function onPath(env: Env, names: readonly string[]): string | undefined {
  const dirs = (env['PATH'] ?? '').split(':').filter((dir) => dir !== '');
  return names.flatMap((name) => dirs.map((dir) => join(dir, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fetchedBrowser(search: BrowserSearch): Promise<string> {
  const { env, say, cacheDir = DEFAULT_CACHE_DIR } = search;
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
    await run(file, ['--no-sandbox', '--version'], options);
  } catch (err) {
    throw noBrowser(err);
  }
  if (!isProgram(file)) throw noBrowser(undefined);
  return file;
}

function noBrowser(cause: unknown): NoBrowserError {
  return new NoBrowserError(
    'the tests of the page need a Chromium and npm could not bring one: install it (Debian: apt-get install chromium) or set CHROME_PATH',
    { cause },
  );
}
