import {
  MCP_QUEUE,
  type McpAnswer,
  McpCall,
  McpDiscoverAsk,
  type McpDiscovery,
  Subjects,
} from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Msg } from '@nats-io/transport-node';
import type { z } from 'zod';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

/** What a worker does for others. */
interface McpService {
  readonly call: (call: McpCall) => Promise<McpAnswer>;
  readonly discover: (ask: McpDiscoverAsk) => Promise<McpDiscovery>;
}

interface McpServices {
  readonly workerId: string;
  /** Requests to whichever worker; it passes them on to the one that holds the server. */
  readonly any: McpService;
  /** Requests to this worker as the holder of a server; they are never passed on. */
  readonly held: McpService;
}

/** Disposed of, it answers nothing more but what is under way. */
interface McpServing extends Disposable {
  /** Takes no more requests to whichever worker; those to this one, as the holder, are still answered. */
  drain(): void;
}

/** Answers calls and discoveries. */
export function serveMcp(
  deps: { readonly link: NatsLink; readonly log: Logger },
  { workerId, any, held }: McpServices,
): McpServing {
  const queue = MCP_QUEUE;
  const ofAny = [
    serve(deps, { subject: Subjects.mcpCall, queue, schema: McpCall, answer: any.call }),
    serve(deps, {
      subject: Subjects.mcpDiscover,
      queue,
      schema: McpDiscoverAsk,
      answer: any.discover,
    }),
  ];
  const ofHeld = [
    serve(deps, {
      subject: Subjects.mcpCallHolder(workerId),
      schema: McpCall,
      answer: held.call,
    }),
    serve(deps, {
      subject: Subjects.mcpDiscoverHolder(workerId),
      schema: McpDiscoverAsk,
      answer: held.discover,
    }),
  ];
  const drain = (): void => {
    for (const subscription of ofAny) subscription.unsubscribe();
  };
  return {
    drain,
    [Symbol.dispose]() {
      drain();
      for (const subscription of ofHeld) subscription.unsubscribe();
    },
  };
}

interface Served<Ask> {
  readonly subject: string;
  readonly queue?: string;
  readonly schema: z.ZodType<Ask>;
  readonly answer: (ask: Ask) => Promise<object>;
}

function serve<Ask>(
  { link, log }: { readonly link: NatsLink; readonly log: Logger },
  { subject, queue, schema, answer }: Served<Ask>,
): { unsubscribe(): void } {
  const reply = async (message: Msg): Promise<void> => {
    const ask = schema.safeParse(readJson(message));
    if (!ask.success) return log.error({ subject }, 'undecodable request ignored');
    try {
      message.respond(JSON.stringify(await answer(ask.data)));
    } catch (err) {
      log.error({ err, subject }, 'request not answered');
    }
  };
  return link.nc.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (err, message) => {
      if (err === null) void reply(message);
    },
  });
}
