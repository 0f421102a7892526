import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';
import { aptConfig, aptSource, debianMirrors } from './apt-files.ts';
import { runStep, StepFailed } from './run-step.ts';

/** The first Debian release whose nats-server is new enough; it keeps its name when it becomes the stable one. */
const SUITE = 'forky';
const KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];

interface Download {
  readonly cacheDir: string;
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches nats-server from the Debian mirror that this machine already uses, checked against Debian's keys, without
 * root and without touching the system. Answers the file, in `cacheDir`. Throws StartError saying what to do instead where that is impossible.
 */
export async function downloadNatsServer(download: Download): Promise<string> {
  const { cacheDir } = download;
  const work = `${cacheDir}.${process.pid}`;
  try {
    await mkdir(work, { recursive: true });
    const fetched = await fetchFromDebian(work, download);
    await moveInto(cacheDir, fetched);
    return join(cacheDir, 'nats-server');
  } catch (cause) {
    if (!(cause instanceof StepFailed)) throw cause;
    throw new StartError(`${cause.message}.\n${whatToDo()}`, { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchFromDebian(work: string, { env, say, signal }: Download): Promise<string> {
  const keyring = KEYRINGS.find((file) => existsSync(file));
  if (keyring === undefined) throw new StepFailed('there is no nats-server here, and no Debian');
  const config = await writeAptFiles(work);
  const mirror = await findMirror(work, env);
  await writeFile(join(work, 'sources.list'), aptSource({ mirror, suite: SUITE, keyring }));
  const title = 'fetching nats-server from the Debian mirror';
  say(`${title} …`);
  const step = { title, say, cwd: work, env, signal };
  await runStep(step, 'apt-get', ['-c', config, 'update']);
  await runStep(step, 'apt-get', ['-c', config, 'download', 'nats-server']);
  const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new StepFailed('the Debian mirror has no nats-server');
  await runStep(step, 'dpkg-deb', ['-x', archive, 'unpacked']);
  return join(work, 'unpacked/usr/sbin/nats-server');
}

async function writeAptFiles(work: string): Promise<string> {
  for (const dir of ['lists/partial', 'archives/partial'])
    await mkdir(join(work, dir), { recursive: true });
  await writeFile(join(work, 'status'), '');
  const file = join(work, 'apt.conf');
  await writeFile(file, aptConfig(work));
  return file;
}

/** Its address stays in the private apt directory, which is removed afterwards. */
async function findMirror(cwd: string, env: Env): Promise<string> {
  const step = { title: 'asking apt for its mirror', say: () => undefined, cwd, env };
  const uris = await runStep(step, 'apt-get', ['update', '--print-uris']);
  const [mirror] = debianMirrors(uris);
  if (mirror === undefined) throw new StepFailed('apt has no Debian mirror in its settings');
  return mirror;
}

async function moveInto(cacheDir: string, file: string): Promise<void> {
  await rm(cacheDir, { recursive: true, force: true });
  await mkdir(cacheDir, { recursive: true });
  await rename(file, join(cacheDir, 'nats-server'));
}

const RELEASE = 'v2.15.1';
const RELEASE_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

function whatToDo(): string {
  const arch = RELEASE_ARCHITECTURES[process.arch] ?? process.arch;
  const release = `nats-server-${RELEASE}-${process.platform}-${arch}.tar.gz`;
  const byHand = `unpack ${release} from the releases of nats-io/nats-server on GitHub and start with NATS_SERVER=/where/it/is/nats-server`;
  if (process.platform === 'darwin') return `Do "brew install nats-server", or ${byHand}`;
  return `Install nats-server 2.12 or later so that it is on PATH, or ${byHand}`;
}
