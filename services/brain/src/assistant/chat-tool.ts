import { ChatRequest, ConversationId, type StreamEvent, type Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { acceptMessage } from '../chat/accept-message.ts';
import type { AcceptMessageDeps } from '../chat/incoming-message.ts';
import { scopeOf } from '../principals/principal.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { type FollowRunDeps, followRun } from '../runs/follow-run.ts';
import { toRunError } from '../runs/to-run-error.ts';
import { NamedUser } from './named-user.ts';
import type { AssistantTool, ToolCaller } from './ports.ts';

export interface ChatToolDeps extends FollowRunDeps {
  readonly accept: AcceptMessageDeps;
  readonly resolve: ResolveDeps;
}

const ChatArguments = z.strictObject({
  message: ChatRequest.shape.message,
  conversation_id: ConversationId.optional().describe('Left out: the default conversation.'),
  idempotency_key: z.string().min(1).max(255).optional().describe('The same key, the same answer.'),
  ...NamedUser,
});

/** Says something to the assistant and waits for its whole answer. */
export function createChatTool(deps: ChatToolDeps): AssistantTool<typeof ChatArguments> {
  return {
    name: 'chat',
    description:
      'Says something to the assistant and gives its whole answer. It remembers the conversation.',
    schema: ChatArguments,
    annotations: { readOnlyHint: false },
    async call({ message, conversation_id, idempotency_key: idempotencyKey, ...named }, caller) {
      const tenant = resolveTenant(deps.resolve, caller.principal, named);
      const runId = await acceptMessage(deps.accept, {
        tenant,
        request: ChatRequest.parse({ message, conversation_id }),
        callback: undefined,
        idempotencyKey,
        requestId: caller.requestId,
      });
      const last = await follow(deps, { tenant, runId }, caller);
      if (last?.type !== 'complete') throw toRunError(last);
      const { responses } = last.response;
      const opened = deps.store.find(scopeOf(tenant), runId)?.conversationId;
      return { answer: responses.join('\n'), conversation_id: opened, run_id: runId };
    },
  };
}

type Followed = Pick<Parameters<typeof followRun>[1], 'runId'> & { readonly tenant: Tenant };

async function follow(
  deps: ChatToolDeps,
  { tenant, runId }: Followed,
  { signal, progress }: ToolCaller,
): Promise<StreamEvent | undefined> {
  let last: StreamEvent | undefined;
  await followRun(
    deps,
    { scope: scopeOf(tenant), runId, after: undefined },
    {
      tell({ event }) {
        last = event;
        if (event.type === 'status') progress(event.message);
      },
      signal,
    },
  );
  if (signal.aborted)
    throw new AppError('UNAVAILABLE', `the run goes on: ${runId}`, { reason: 'DRAINING' });
  return last;
}
