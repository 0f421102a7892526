import type { PartHealth, PartStatus, SystemHealthView } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';

/** A part that has not answered by then is down. */
const DEADLINE_MS = 3_000;

type Parts = Omit<SystemHealthView, 'status'>;

/** One look at each part; what it throws means that the part is down. */
export type Probes = {
  readonly [Part in keyof Parts]: () => PartHealth | Promise<PartHealth>;
};

interface ProbeDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
}

/** Looks at all parts side by side; takes 3 s at most, and never throws. */
export async function probeParts(deps: ProbeDeps, probes: Probes): Promise<SystemHealthView> {
  const [brain, nats, db, qdrant, memory, model, workers, prompts, channels] = await Promise.all([
    probe(deps, 'brain', probes.brain),
    probe(deps, 'nats', probes.nats),
    probe(deps, 'db', probes.db),
    probe(deps, 'qdrant', probes.qdrant),
    probe(deps, 'memory', probes.memory),
    probe(deps, 'model', probes.model),
    probe(deps, 'workers', probes.workers),
    probe(deps, 'prompts', probes.prompts),
    probe(deps, 'channels', probes.channels),
  ]);
  const status = judge([brain, nats, db], [qdrant, memory, model, workers, prompts, channels]);
  return { status, brain, nats, qdrant, memory, db, model, workers, prompts, channels };
}

async function probe(
  { clock, log }: ProbeDeps,
  part: keyof Parts,
  look: Probes[keyof Parts],
): Promise<PartHealth> {
  const { promise: late, resolve } = Promise.withResolvers<PartHealth>();
  using _deadline = clock.after(DEADLINE_MS, () =>
    resolve({ status: 'down', detail: `no answer within ${DEADLINE_MS / 1_000} s` }),
  );
  const looking = (async () => await look())().catch((err: unknown): PartHealth => {
    // The cause may name addresses and paths: it is for the log alone.
    log.warn({ err, part }, 'part of the system is down');
    return { status: 'down', detail: 'it does not answer as it should' };
  });
  return await Promise.race([looking, late]);
}

/** Without the essential parts nothing is answered; without one of the others some of it is not, or worse. */
function judge(essential: readonly PartHealth[], others: readonly PartHealth[]): PartStatus {
  if (essential.some(({ status }) => status === 'down')) return 'down';
  const isWhole = [...essential, ...others].every(
    ({ status }) => status === 'ok' || status === 'off',
  );
  return isWhole ? 'ok' : 'degraded';
}
