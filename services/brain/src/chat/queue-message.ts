import { RunId } from '@bakerst/contracts';
import { hasReason } from '../runs/active-run.ts';
import type { WaitingMessage } from '../runs/ports.ts';
import { toRunChange } from '../runs/run-change.ts';
import {
  type AcceptMessageDeps,
  chooseConversation,
  findRun,
  type KeyedMessage,
  tellOpened,
  toWanted,
} from './incoming-message.ts';

/**
 * Stores a message that waits for its turn, which comes by itself: when the lock is free, or, for one that steers,
 * before the next model call of the run that is on. `interrupt` halts that run first.
 */
export async function queueMessage(
  deps: AcceptMessageDeps,
  message: KeyedMessage,
  onBusy: WaitingMessage['onBusy'],
): Promise<RunId> {
  const { tenant, request, requestId, keyed, lockKey } = message;
  const runId = RunId.parse(deps.newId());
  try {
    const conversation = chooseConversation(deps, message);
    const { run, halted, haltedJobs } = await deps.starter.enqueue(tenant, {
      ...conversation,
      runId,
      lockKey,
      message: request.message,
      attachments: request.attachments ?? [],
      wanted: toWanted(message),
      requestId,
      idempotency: keyed,
      callback: message.callback,
      delivery: message.delivery,
      onBusy,
    });
    deps.log.info(
      { requestId, runId, orgId: tenant.org, userId: tenant.user, onBusy },
      'message waits for its turn',
    );
    tellOpened(deps, tenant, { ...conversation, conversationId: run.conversationId });
    deps.changes.tell(tenant, toRunChange(run, 'queued'));
    deps.followHaltedJobs(haltedJobs);
    if (halted !== undefined) halt(deps, halted);
  } catch (err) {
    const twin = hasReason(err, 'KEY_IN_USE') ? findRun(deps, message) : undefined;
    if (twin === undefined) throw err;
    return twin;
  }
  // The run that was on may have ended in between.
  deps.host.wake();
  return runId;
}

function halt({ host, halts, clock }: AcceptMessageDeps, runId: RunId): void {
  host.halt(runId);
  // Nobody waits for that: the message has its turn when the run has ended.
  void halts.announce({ kind: 'run', id: runId, at: clock.now() });
}
