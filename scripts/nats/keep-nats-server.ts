import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { findFreePort, isFree } from '../local/local-port.ts';
import { randomSecret, readIfThere, writePrivateFile } from '../local/private-file.ts';
import { type KeptProgram, keepRunning } from '../programs/keep-running.ts';
import { openLog } from '../programs/open-log.ts';
import { suspectStore } from './damaged-store.ts';
import { endLeftoverServer } from './leftover-server.ts';
import { type NatsUser, natsPermissions } from './permissions.ts';
import { buildServerConfig, type ServerAddress } from './server-config.ts';
import { type ServerRun, spawnServer } from './spawn-server.ts';

/** A clean end writes what is left of the streams. */
const GRACE_MS = 10_000;

interface NatsServerPlace {
  /** The nats-server program. */
  readonly program: string;
  readonly dataDir: string;
  readonly say: (line: string) => void;
}

export interface KeptNatsServer extends AsyncDisposable {
  readonly kept: KeptProgram;
  /** The address with the user's name and password. */
  urlFor(user: NatsUser): string;
  /** What a service must hold open for as long as it needs NATS; undefined while the server is being started again. */
  lifeline(): Writable | undefined;
}

/** Sets up a nats-server of this machine's own in `<dataDir>/nats`, on the ports it had before, and keeps it running. */
export async function keepNatsServer(place: NatsServerPlace): Promise<KeptNatsServer> {
  const { program, dataDir, say } = place;
  const dir = join(dataDir, 'nats');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const files = { configFile: join(dir, 'nats.conf'), pidFile: join(dir, 'nats.pid') };
  await endLeftoverServer(files);
  const address = await chooseAddress(join(dir, 'ports.json'));
  const passwords = readPasswords(join(dir, 'credentials.json'));
  const permissions = natsPermissions();
  writePrivateFile(
    files.configFile,
    buildServerConfig({ ...address, dir, passwords, permissions }),
  );
  const log = openLog(join(dataDir, 'logs', 'nats-server.log'));
  const store = suspectStore({ dir: join(dir, 'store'), say });
  let run: ServerRun | undefined;
  const kept = keepRunning(
    {
      name: 'nats-server',
      logFile: log.file,
      graceMs: GRACE_MS,
      start: async () => {
        await endLeftoverServer(files);
        store.beforeStart();
        const onIllness = store.note;
        run = spawnServer({ ...files, ...address, program, logFd: log.fd, say, onIllness });
        return run;
      },
    },
    say,
  );
  return {
    kept,
    urlFor: (user) => `nats://${user}:${passwords[user]}@127.0.0.1:${address.port}`,
    lifeline: () => (run?.lifeline.writable ? run.lifeline : undefined),
    [Symbol.asyncDispose]: async () => {
      await kept[Symbol.asyncDispose]();
      log[Symbol.dispose]();
    },
  };
}

/** The same ports as last time, so that services of an earlier start find the server again; others when somebody took them. */
async function chooseAddress(file: string): Promise<ServerAddress> {
  const last = readAddress(file);
  if (last !== undefined && (await isFree(last.port)) && (await isFree(last.monitorPort)))
    return last;
  const port = await findFreePort();
  let monitorPort = await findFreePort();
  while (monitorPort === port) monitorPort = await findFreePort();
  writePrivateFile(file, `${JSON.stringify({ port, monitorPort })}\n`);
  return { port, monitorPort };
}

function readAddress(file: string): ServerAddress | undefined {
  const kept = readJson(file);
  if (kept === undefined || !('port' in kept) || !('monitorPort' in kept)) return undefined;
  const { port, monitorPort } = kept;
  if (typeof port !== 'number' || typeof monitorPort !== 'number') return undefined;
  return { port, monitorPort };
}

function readPasswords(file: string): Readonly<Record<NatsUser, string>> {
  const kept = readJson(file);
  if (kept !== undefined && 'brain' in kept && 'worker' in kept) {
    const { brain, worker } = kept;
    if (typeof brain === 'string' && typeof worker === 'string') return { brain, worker };
  }
  const passwords = { brain: randomSecret(), worker: randomSecret() };
  writePrivateFile(file, `${JSON.stringify(passwords)}\n`);
  return passwords;
}

/** The object in a file; a file that is missing or broken is made anew. */
function readJson(file: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readIfThere(file) ?? 'null');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
