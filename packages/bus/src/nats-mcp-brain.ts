import {
  BRAIN_QUEUE,
  type McpChanged,
  McpConfigAnswer,
  type McpDiscoverAsk,
  McpDiscovery,
  McpLimits,
  McpServerKey,
  Subjects,
} from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import { errors } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';
import { tellMcpChanged } from './nats-mcp-changes.ts';
import { readJson } from './read-json.ts';

/** What a brain has to say to the workers that speak MCP, and to other brains about servers. */
export interface McpBus {
  /** Asks any of these workers what tools a server has. Never throws: a failure is an answer; it takes ten seconds at most. */
  discover(ask: McpDiscoverAsk): Promise<McpDiscovery>;
  /** What is known of a server is out of date. May be lost. */
  tellChanged(change: McpChanged): void;
}

export function createNatsMcpBus(link: NatsLink): McpBus {
  return {
    async discover(ask) {
      try {
        const answer = await link.nc.request(Subjects.mcpDiscover, JSON.stringify(ask), {
          timeout: McpLimits.discoveryMs,
        });
        const told = McpDiscovery.safeParse(readJson(answer));
        return told.success ? told.data : BAD_ANSWER;
      } catch (err) {
        return toFailure(err);
      }
    },
    tellChanged: (change) => tellMcpChanged(link, change),
  };
}

const BAD_ANSWER: McpDiscovery = {
  status: 'error',
  error: { code: 'MCP_BAD_ANSWER', message: 'the worker gave an answer that nobody can read' },
};

function toFailure(err: unknown): McpDiscovery {
  const fail = (code: string, message: string): McpDiscovery => ({
    status: 'error',
    error: { code, message },
  });
  if (hasNobodyAnswered(err)) return fail('MCP_NO_WORKER', 'no worker that speaks MCP is there');
  if (err instanceof errors.TimeoutError)
    return fail('MCP_TIMEOUT', `no answer in ${McpLimits.discoveryMs / 1_000} s`);
  return fail('MCP_NO_WORKER', 'the message bus is away');
}

function hasNobodyAnswered(err: unknown): boolean {
  if (err instanceof errors.NoRespondersError) return true;
  return err instanceof errors.RequestError && err.isNoResponders();
}

/**
 * Answers workers that want to reach a server, on the queue group of brains; the server lets nobody else ask. What
 * `read` throws leaves the worker without an answer.
 */
export function serveMcpConfig(
  { link, log }: { readonly link: NatsLink; readonly log: Logger },
  read: (ask: McpServerKey) => McpConfigAnswer,
): Disposable {
  const subscription = link.nc.subscribe(Subjects.mcpConfig, {
    queue: BRAIN_QUEUE,
    callback: (err, message) => {
      const ask = err === null ? McpServerKey.safeParse(readJson(message)).data : undefined;
      if (ask === undefined) return;
      try {
        message.respond(JSON.stringify(McpConfigAnswer.parse(read(ask))));
      } catch (failure) {
        log.error({ err: failure, orgId: ask.org, server: ask.server }, 'mcp server not told');
      }
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}
