import { statfsSync } from 'node:fs';
import {
  HEARTBEAT_MS,
  type JobType,
  type ModelAccess,
  type ModelKind,
  type PartHealth,
} from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Writer } from '../storage/group-commit.ts';
import type { Phase } from '../surroundings.ts';
import type { Probes } from './probe-parts.ts';
import type { ProcessWatch } from './process-watch.ts';

/** Less than this on the disk of the data, and new work will soon be refused. */
const LOW_BYTES = 200 * 1024 * 1024;
const MB = 1_000_000;

interface ProbeSources {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly phase: Phase;
  readonly link: { isConnected(): boolean };
  readonly probeNats: () => Promise<void>;
  readonly writer: Writer;
  readonly dataDir: string;
  readonly model: { readonly readKind: () => ModelKind; readonly readAccess: () => ModelAccess };
  readonly processes: Pick<ProcessWatch, 'list'>;
  /** Kinds of jobs that somebody should take. */
  readonly kinds: readonly JobType[];
  /** A sentence for each file of `operating_system` that cannot be used. */
  readonly listPromptProblems: () => readonly string[];
  readonly memory: Pick<Probes, 'memory' | 'qdrant'>;
  readonly channels: () => PartHealth;
}

const OK: PartHealth = { status: 'ok' };

/** What is looked at when somebody asks how the system is. */
export function createProbes(from: ProbeSources): Probes {
  const listensSince = from.clock.monotonic();
  return {
    brain: () => probeBrain(from.phase),
    async nats() {
      if (!from.link.isConnected()) return { status: 'down', detail: 'not connected' };
      await from.probeNats();
      return probeProblems(from.phase.busProblems);
    },
    async db() {
      // Waits for the lock as every write does; with nothing to write it is no work for the disk.
      await from.writer.write(() => undefined);
      return probeRoom(from.dataDir);
    },
    ...from.memory,
    model: () => probeModel(from.model),
    workers: () => probeWorkers(from, from.clock.monotonic() - listensSince),
    channels: from.channels,
    prompts: () => probeProblems(from.listPromptProblems()),
  };
}

function probeBrain({ isReady, closed }: Phase): PartHealth {
  return isReady ? OK : { status: 'degraded', detail: closed ?? 'not ready' };
}

function probeRoom(dataDir: string): PartHealth {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  if (free >= LOW_BYTES) return OK;
  return { status: 'degraded', detail: `only ${Math.floor(free / MB)} MB are free on its disk` };
}

function probeProblems(problems: readonly string[]): PartHealth {
  return problems.length === 0 ? OK : { status: 'degraded', detail: problems.join('; ') };
}

function probeModel({ readKind, readAccess }: ProbeSources['model']): PartHealth {
  if (readKind() === 'none') return { status: 'off', detail: 'none is configured' };
  const access = readAccess();
  switch (access) {
    case 'ok':
      return OK;
    case 'refused':
      return { status: 'down', detail: 'it refuses the key' };
    case 'unknown':
      return { status: 'degraded', detail: 'it has not answered yet' };
    default:
      return access satisfies never;
  }
}

/** `listenedMs`: how long this brain has been there to hear of them. */
function probeWorkers({ processes, kinds }: ProbeSources, listenedMs: number): PartHealth {
  const ready = processes.list('worker').filter(({ isReady }) => isReady);
  const count = `${ready.length} ready`;
  if (ready.length === 0)
    return listenedMs < HEARTBEAT_MS
      ? { status: 'degraded', detail: 'none was heard of yet' }
      : { status: 'down', detail: count };
  const missing = kinds.filter((kind) => !ready.some((worker) => worker.kinds?.includes(kind)));
  if (missing.length === 0) return { status: 'ok', detail: count };
  return { status: 'degraded', detail: `${count}, none for ${missing.join(', ')}` };
}
