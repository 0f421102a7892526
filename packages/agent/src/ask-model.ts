import { AppError } from '@bakerst/kit';
import type { LoopCall } from './loop-call.ts';
import type { AgentLoopDeps, LoopBase } from './loop-deps.ts';
import { applyStep, type LoopState } from './loop-state.ts';
import type { LoopStep } from './loop-step.ts';
import type { ModelFailure, ModelReply, ModelRequest } from './model.ts';

/** How often one turn is asked of one model when its reply breaks off in the middle. */
const ASKS_PER_MODEL = 2;

/** Failures after which another model may do better. */
const FALLBACK_REASONS: ReadonlySet<string> = new Set<ModelFailure>([
  'UPSTREAM_UNAVAILABLE',
  'MODEL_NOT_FOUND',
  'MODEL_REPLY_CUT',
]);

/** Asks for the reply of the turn that has begun and notes it; changes to the fallback model when it must. */
export async function askModel(
  deps: AgentLoopDeps,
  { base, state }: { readonly base: LoopBase; readonly state: LoopState },
  call: LoopCall,
): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const model = state.model ?? base.model;
    tried.add(model);
    try {
      const reply = await askPatiently(deps, { base, state, model }, call);
      const step: LoopStep = { type: 'model_replied', turn: state.turn, model, reply };
      applyStep(state, step);
      const { stopReason, usage } = reply;
      const fields = { model, turn: state.turn, stopReason, usage };
      deps.log.debug({ event: 'claude_response', ...fields }, 'model replied');
      const count = state.calls.length;
      void call.recorder.note(step, count === 0 ? [] : [{ type: 'tools_started', count }]);
      return;
    } catch (err) {
      const next = fallbackFor(deps, model, err);
      if (next === undefined || tried.has(next)) throw err;
      deps.log.warn({ err, model, next }, 'model changed');
      const step: LoopStep = { type: 'turn_started', turn: state.turn, model: next };
      applyStep(state, step);
      void call.recorder.note(step, []);
    }
  }
}

interface Ask {
  readonly base: LoopBase;
  readonly state: LoopState;
  readonly model: string;
}

async function askPatiently(deps: AgentLoopDeps, ask: Ask, call: LoopCall): Promise<ModelReply> {
  for (let asked = 1; ; asked++) {
    let hasShown = false;
    try {
      return await deps.model.reply(toRequest(ask), {
        signal: call.signal,
        onText(text) {
          hasShown = true;
          call.recorder.show({ type: 'text', text });
        },
      });
    } catch (err) {
      call.signal.throwIfAborted();
      if (hasShown) call.recorder.show({ type: 'rewind' });
      if (!isCut(err) || asked >= ASKS_PER_MODEL) throw err;
      deps.log.warn({ err, model: ask.model }, 'reply broke off, asked again');
    }
  }
}

function toRequest({ base, state, model }: Ask): ModelRequest {
  return {
    model,
    maxTokens: base.maxTokens,
    system: base.system,
    tools: base.tools,
    messages: [...base.messages, ...state.messages],
  };
}

function isCut(err: unknown): boolean {
  return err instanceof AppError && err.reason === ('MODEL_REPLY_CUT' satisfies ModelFailure);
}

function fallbackFor(deps: AgentLoopDeps, model: string, err: unknown): string | undefined {
  if (!(err instanceof AppError) || !FALLBACK_REASONS.has(err.reason ?? '')) return undefined;
  return deps.catalogue.models[model]?.fallback;
}
