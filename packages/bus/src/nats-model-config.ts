import { BRAIN_QUEUE, ModelConfig, Subjects } from '@bakerst/contracts';
import type { NatsLink } from './nats-link.ts';
import { busUnavailable } from './nats-unavailable.ts';

const BRAIN_PATIENCE_MS = 2_000;

/** Asks a brain which model a sub-agent talks to. Throws AppError UNAVAILABLE when none answers. */
export async function requestModelConfig(link: NatsLink): Promise<ModelConfig> {
  try {
    const answer = await link.nc.request(Subjects.modelConfig, undefined, {
      timeout: BRAIN_PATIENCE_MS,
    });
    return ModelConfig.parse(answer.json());
  } catch (cause) {
    throw busUnavailable('no brain said which model to ask', cause);
  }
}

/** Answers on the queue group of brains; the server lets nobody ask but the workers that run agents. */
export function serveModelConfig(link: NatsLink, read: () => ModelConfig): Disposable {
  const subscription = link.nc.subscribe(Subjects.modelConfig, {
    queue: BRAIN_QUEUE,
    callback: (err, message) => {
      if (err === null) message.respond(JSON.stringify(read()));
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}
