import type { RunId } from '@bakerst/contracts';
import type { BegunRun } from '../runs/active-run.ts';
import { createActiveRun, openFeed } from '../runs/create-active-run.ts';
import { type PreparedBase, toFirstTurn } from '../runs/prepare-base.ts';
import type { Run } from '../runs/run.ts';
import { createReserver } from '../runs/store-step.ts';
import { toFirstEvent } from '../runs/stream-events.ts';
import type { TakenLock } from '../runs/take-lock.ts';
import {
  type AcceptMessageDeps,
  chooseConversation,
  type KeyedMessage,
  tellOpened,
  toWanted,
} from './incoming-message.ts';

/** Stores a message as a run, with the user's lock in hand, and begins to execute it. */
export async function startRun(
  deps: AcceptMessageDeps,
  message: KeyedMessage & { readonly runId: RunId },
  { lock, token }: TakenLock & { readonly won: true },
): Promise<RunId> {
  const { tenant, request, requestId, keyed, lockKey, runId } = message;
  const fence = { runId, lockKey, token };
  const feed = openFeed(deps, { runId, takeover: 1, stored: undefined });
  const facts = await deps.recall(tenant, request.message);
  // Chosen with the lock in hand: a message that has just ended may have opened the default conversation.
  const conversation = chooseConversation(deps, message);
  const prepared = Promise.withResolvers<PreparedBase>();
  const run = await deps.starter.start(tenant, {
    ...conversation,
    fence,
    message: request.message,
    attachments: request.attachments ?? [],
    wanted: toWanted(message),
    requestId,
    idempotency: keyed,
    callback: message.callback,
    delivery: message.delivery,
    write: createReserver(feed, [toFirstEvent(runId, conversation.conversationId)]),
    firstTurn(begun) {
      const base = deps.prepareBase(begun, { steps: [], facts });
      prepared.resolve(base);
      return { step: toFirstTurn(base), bodies: base.bodies };
    },
  });
  deps.log.info(
    { requestId, runId, orgId: tenant.org, userId: tenant.user, chars: request.message.length },
    'message accepted',
  );
  tellOpened(deps, tenant, conversation);
  const begun = toBegunRun(run, await prepared.promise);
  deps.host.carry(createActiveRun({ run, fence, lock, feed, begun }));
  return runId;
}

function toBegunRun(run: Run, prepared: PreparedBase): BegunRun {
  const covers = { takeover: run.takeover, n: 1 };
  return { steps: [{ step: toFirstTurn(prepared), at: run.createdAt, covers }], prepared };
}
