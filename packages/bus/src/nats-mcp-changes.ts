import { McpChanged, Subjects } from '@bakerst/contracts';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

/** Tells brains and workers that what they know of a server is out of date; lost while the bus is away. */
export function tellMcpChanged(link: NatsLink, changed: McpChanged): void {
  if (link.isConnected()) link.nc.publish(Subjects.mcpChanged, JSON.stringify(changed));
}

/** Listens to such signs of all processes, this one's included. */
export function watchMcpChanges(
  link: NatsLink,
  listener: (changed: McpChanged) => void,
): Disposable {
  const subscription = link.nc.subscribe(Subjects.mcpChanged, {
    callback: (err, message) => {
      const changed = err === null ? McpChanged.safeParse(readJson(message)).data : undefined;
      if (changed !== undefined) listener(changed);
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}
