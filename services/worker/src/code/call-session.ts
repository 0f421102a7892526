import { createHash } from 'node:crypto';
import type { ToolCallAsker } from '@bakerst/bus';
import {
  type PlacedResult,
  type ReplayClass,
  SandboxLimits,
  type ToolCallAsked,
  type ToolCallVerdict,
} from '@bakerst/contracts';
import type { Attempt } from '../executor.ts';
import {
  type AnsweredCall,
  ExecutionEnded,
  type MadeCall,
  type ToolSession,
} from '../sandbox/sandbox.ts';
import { type CallOutcome, type MakeCallDeps, makeCall } from './make-call.ts';

export interface CallSessionDeps extends MakeCallDeps {
  readonly asker: ToolCallAsker;
  readonly workerId: string;
}

const PREVIEW_CHARS = 500;
/** From here on the log says that the code comes near its limit. */
const MANY_CALLS = 0.8 * SandboxLimits.callsPerExecution;
/** How long a brain is looked for that stores the last answers. */
const LAST_NOTE_MS = 5_000;

type Go = Extract<ToolCallVerdict, { answer: 'go' }>;

/** An answer that the code has not been handed yet. */
interface Arrived extends CallOutcome {
  readonly index: number;
  readonly replay: ReplayClass;
  readonly name: string;
}

/**
 * The tool calls of one attempt of a code job. A brain says of each whether it may be made; an attempt that follows a
 * lost one gets the answers which that one had, in the order in which it had handed them to its code, and only then
 * makes calls of its own. New answers are numbered in their order; a brain stores them before it decides about further
 * calls, and those that must not be repeated at once.
 */
export class CallSession implements ToolSession {
  readonly #deps: CallSessionDeps;
  readonly #attempt: Attempt<'code'>;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  /** Answers of an earlier attempt that the code waits for, by their order. */
  readonly #recorded = new Map<number, PlacedResult>();
  readonly #arrived: Arrived[] = [];
  readonly #inFlight = new Map<number, Promise<void>>();
  /** Answers that no brain has been told yet, in their order. */
  readonly #untold: PlacedResult[] = [];
  #telling: Promise<void> = Promise.resolve();
  #order = 0;
  #at: number;
  #wake: () => void = () => undefined;
  #isDecided = false;
  /** Calls that must not be repeated, of which no brain knows the answer. */
  readonly #open = new Set<number>();

  constructor(deps: CallSessionDeps, attempt: Attempt<'code'>) {
    this.#deps = deps;
    this.#attempt = attempt;
    this.#signal = AbortSignal.any([attempt.signal, this.#ending.signal]);
    this.#signal.addEventListener('abort', () => this.#wake());
    this.#at = attempt.dispatch.createdAt;
  }

  /** A brain has dealt with the job: this attempt has nothing to say any more. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  /** What the code has begun may have taken effect, and nobody has been told whether it did. */
  get mayHaveActed(): boolean {
    return this.#open.size > 0;
  }

  async make(calls: readonly MadeCall[]): Promise<void> {
    await this.#telling;
    const results = [...this.#untold];
    const body = { ...this.#place(), calls: calls.map(toAsked), results };
    const answer = await this.#deps.asker.ask(body, this.#signal);
    this.#forget(results);
    if (answer.answer === 'stop') {
      const isDiverged = answer.code === 'REPLAY_DIVERGED';
      this.#isDecided = !isDiverged;
      throw new ExecutionEnded(isDiverged ? 'REPLAY_DIVERGED' : 'CANCELLED', answer.message);
    }
    for (const [at, verdict] of answer.verdicts.entries()) {
      const call = calls[at];
      if (call !== undefined) this.#follow(call, verdict);
    }
    this.#noteMany((calls.at(-1)?.index ?? 0) + 1);
  }

  async next(): Promise<AnsweredCall | undefined> {
    if (this.#recorded.size > 0) return this.#replay();
    if (this.#arrived.length === 0 && this.#inFlight.size === 0) return undefined;
    while (this.#arrived.length === 0) {
      this.#signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#handOver();
  }

  /**
   * Ends the session: calls that are under way get `patienceMs`, and what they came to is stored. Gives the tools of
   * those that may have changed something, of which nobody knows whether they did.
   */
  async finish(patienceMs: number): Promise<readonly string[]> {
    const { clock, log } = this.#deps;
    using _patience = clock.after(patienceMs, () => this.#ending.abort());
    await Promise.all(this.#inFlight.values());
    // Whoever had to stop says nothing of what it does not know: a brain sees which calls have no answer.
    if (this.#attempt.signal.aborted) return [];
    const unknown = this.#arrived.filter(({ isUnknown, replay }) => isUnknown && replay !== 'safe');
    while (this.#arrived.length > 0) this.#handOver();
    try {
      await this.#tell(AbortSignal.timeout(LAST_NOTE_MS));
    } catch (err) {
      log.warn({ err, ...this.#fields() }, 'answers of tools not stored');
    }
    return unknown.map(({ name }) => name);
  }

  #follow(call: MadeCall, verdict: ToolCallVerdict): void {
    const { index } = call;
    if (verdict.answer === 'recorded') this.#recorded.set(verdict.recorded.order, verdict.recorded);
    else if (verdict.answer === 'refused')
      this.#arrive({
        index,
        replay: 'safe',
        name: `${call.server}.${call.tool}`,
        result: { ok: false, error: verdict.error },
        isUnknown: false,
      });
    else {
      if (verdict.replay !== 'safe') this.#open.add(index);
      this.#inFlight.set(index, this.#call(call, verdict));
    }
  }

  async #call(call: MadeCall, go: Go): Promise<void> {
    const { dispatch } = this.#attempt;
    const came = await makeCall(this.#deps, { dispatch, go, json: call.json }, this.#signal);
    const { index } = call;
    this.#inFlight.delete(index);
    this.#arrive({ ...came, index, replay: go.replay, name: `${go.server}.${go.tool}` });
  }

  #arrive(arrived: Arrived): void {
    this.#arrived.push(arrived);
    this.#wake();
  }

  /**
   * Answers were stored in their order, so those that there are come first and without a gap: one that is missing here
   * answers a call which the code has made before, and does not make now.
   */
  #replay(): AnsweredCall {
    const placed = this.#recorded.get(this.#order);
    if (placed === undefined)
      throw new ExecutionEnded(
        'REPLAY_DIVERGED',
        'the code does not do the same as before its worker was lost: nothing more is called',
      );
    this.#recorded.delete(this.#order);
    this.#order++;
    this.#at = placed.at;
    return toAnswered(placed);
  }

  #handOver(): AnsweredCall | undefined {
    const arrived = this.#arrived.shift();
    if (arrived === undefined) return undefined;
    const { index, result, downstream } = arrived;
    this.#at = Math.max(this.#at, this.#deps.clock.now());
    const placed = {
      index,
      order: this.#order++,
      at: this.#at,
      result,
      ...(downstream !== undefined && { downstream }),
    };
    this.#untold.push(placed);
    if (arrived.replay !== 'safe') void this.#tell(this.#signal).catch(() => undefined);
    return toAnswered(placed);
  }

  /** Answers reach the brain one after the other, in their order. */
  #tell(signal: AbortSignal): Promise<void> {
    const told = this.#telling.then(async () => {
      const results = [...this.#untold];
      if (results.length > 0) await this.#deps.asker.note({ ...this.#place(), results }, signal);
      this.#forget(results);
    });
    this.#telling = told.catch(() => undefined);
    return told;
  }

  #forget(told: readonly PlacedResult[]): void {
    this.#untold.splice(0, told.length);
    for (const { index } of told) this.#open.delete(index);
  }

  #place() {
    const { dispatch, attempt } = this.#attempt;
    const { jobId, requestId, attempt: baseAttempt } = dispatch;
    return { jobId, attempt, baseAttempt, workerId: this.#deps.workerId, requestId };
  }

  #fields() {
    const { jobId, requestId } = this.#attempt.dispatch;
    return { jobId, requestId };
  }

  #noteMany(calls: number): void {
    if (calls >= MANY_CALLS)
      this.#deps.log.warn({ ...this.#fields(), calls }, 'code is near its limit of tool calls');
  }
}

function toAsked({ index, server, tool, json }: MadeCall): ToolCallAsked {
  return {
    index,
    server,
    tool,
    hash: createHash('sha256').update(json).digest('hex'),
    preview: json.slice(0, PREVIEW_CHARS).toWellFormed(),
  };
}

function toAnswered({ index, at, result }: PlacedResult): AnsweredCall {
  return result.ok
    ? { index, at, ok: true, json: result.json }
    : { index, at, ok: false, json: JSON.stringify(result.error) };
}
