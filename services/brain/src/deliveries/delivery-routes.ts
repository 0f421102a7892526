import { Api, type Tenant } from '@bakerst/contracts';
import {
  ChannelDelivery,
  type DeliveryEvent,
  DeliveryReport,
  DeliveryReported,
  NewDelivery,
} from '@bakerst/contracts/channels';
import { AppError, type NewId } from '@bakerst/kit';
import { z } from 'zod';
import type { Speaker } from '../channels/ports.ts';
import { readServedChannel } from '../channels/read-channel.ts';
import { refuseOtherMediaTypes } from '../http/follow-stream.ts';
import { parseBody, parsePath, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { openSse } from '../http/sse.ts';
import type { Metrics } from '../metrics/ports.ts';
import { toDeliveryView } from './delivery-view.ts';
import type { HolderStore, OutboxStore } from './ports.ts';
import { type OutboxBell, type WatchOutboxDeps, watchOutbox } from './watch-outbox.ts';

export interface DeliveryRoutesDeps extends WatchOutboxDeps {
  readonly outbox: Pick<
    OutboxStore,
    'addText' | 'findOpen' | 'listDue' | 'listWithdrawn' | 'report'
  >;
  readonly holders: HolderStore;
  readonly bell: OutboxBell;
  readonly findSpeaker: (speaker: Speaker) => Tenant | undefined;
  readonly newId: NewId;
  readonly metrics: Pick<Metrics, 'deliveryEnded'>;
  /** Aborted when the streams of this process end. */
  readonly stopping: AbortSignal;
}

const Path = z.object({ id: z.string() });

/** What goes out on channels, for gateways. */
export function createDeliveryRoutes(deps: DeliveryRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.watchDeliveries, handle: (call) => answerWatch(deps, call) },
    { endpoint: Api.createDelivery, handle: (call) => answerNew(deps, call) },
    {
      endpoint: Api.reportDelivery,
      async handle(call) {
        const channel = readServedChannel(call);
        const report = parseBody(DeliveryReport, call.body);
        const { id } = parsePath(Path, { id: call.request.params['id'] });
        const { mayBeRepeat, messageId, ended } = await deps.outbox.report(channel, id, report);
        if (ended !== undefined) {
          deps.metrics.deliveryEnded(channel, ended);
          // There is room for another one.
          deps.bell.ring();
        }
        sendJson(call.response, DeliveryReported, {
          may_be_repeat: mayBeRepeat,
          message_id: messageId,
        });
      },
    },
  ];
}

async function answerWatch(deps: DeliveryRoutesDeps, call: RouteCall): Promise<void> {
  const { request, response } = call;
  const channel = readServedChannel(call);
  refuseOtherMediaTypes(request);
  const { holder, bot } = parseQuery(Api.watchDeliveries.query, request.query);
  const holding = await deps.holders.take(channel, { holder, bot });
  // The stream of the one before, if it is here.
  deps.bell.ring();
  await using stream = openSse(response, deps.clock);
  const tell = (event: DeliveryEvent): void =>
    stream.tell({ line: JSON.stringify(event), place: undefined });
  tell({ type: 'hello' });
  try {
    const signal = AbortSignal.any([stream.closed, deps.stopping]);
    await watchOutbox(deps, holding, { tell, signal });
    if (deps.stopping.aborted) tell({ type: 'reconnect' });
  } finally {
    await deps.holders.leave(holding);
  }
}

async function answerNew(deps: DeliveryRoutesDeps, call: RouteCall): Promise<void> {
  const channel = readServedChannel(call);
  const body = parseBody(NewDelivery, call.body);
  const { sender, chat, key, reply_to: replyTo, text, buttons = [] } = body;
  if (text.trim() === '')
    throw new AppError('VALIDATION_ERROR', 'text is empty', { reason: 'INVALID_FIELD' });
  const delivery = await deps.outbox.addText(
    deps.findSpeaker({ channel, sender, chat }),
    { id: deps.newId(), channel, chat, replyTo, key: `text/${key}` },
    { text, buttons },
  );
  deps.bell.ring();
  call.response.status(201);
  sendJson(call.response, ChannelDelivery, toDeliveryView(delivery, deps.findJob));
}
