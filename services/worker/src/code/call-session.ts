import type { ToolCallAsker } from '@bakerst/bus';
import {
  type PlacedResult,
  type ReplayClass,
  SandboxLimits,
  type ToolCallVerdict,
} from '@bakerst/contracts';
import type { Attempt } from '../executor.ts';
import {
  type AnsweredCall,
  ExecutionEnded,
  type MadeCall,
  type ToolSession,
} from '../sandbox/sandbox.ts';
import { AnswerJournal } from './answer-journal.ts';
import { toAnswered, toAsked } from './call-messages.ts';
import { type CallOutcome, type MakeCallDeps, makeCall } from './make-call.ts';

export interface CallSessionDeps extends MakeCallDeps {
  readonly asker: ToolCallAsker;
  readonly workerId: string;
}

/** From here on the log says that the code comes near its limit. */
const MANY_CALLS = 0.8 * SandboxLimits.callsPerExecution;
/** How long a brain is looked for that stores the last answers. */
const LAST_NOTE_MS = 5_000;

type Go = Extract<ToolCallVerdict, { answer: 'go' }>;

/** No brain answers like this. */
const NO_VERDICT = { code: 'CANCELLED', message: 'nobody has said whether the calls may be made' };

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
  readonly #journal = new AnswerJournal((results, signal) => this.#note(results, signal));
  /** Calls that must not be repeated, and of which the code was told that nobody knows what came of them. */
  readonly #doubtful: { readonly name: string; readonly placed: PlacedResult }[] = [];
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
    for (let left = calls; left.length > 0; ) {
      const verdicts = await this.#ask(left);
      for (const [at, verdict] of verdicts.entries()) {
        const call = left[at];
        if (call !== undefined) this.#follow(call, verdict);
      }
      left = left.slice(verdicts.length);
    }
    this.#noteMany((calls.at(-1)?.index ?? 0) + 1);
  }

  /** Gives verdicts for the first of these calls; for all of them unless their recorded answers are too large. */
  async #ask(calls: readonly MadeCall[]): Promise<readonly ToolCallVerdict[]> {
    const results = await this.#journal.prepareQuestion(this.#signal);
    const body = { ...this.#place(), calls: calls.map(toAsked), results: [...results] };
    const answer = await this.#deps.asker.ask(body, this.#signal);
    this.#forget(results);
    // The execution may have ended while the brain thought about it.
    this.#signal.throwIfAborted();
    if (answer.answer === 'decided' && answer.verdicts.length > 0) return answer.verdicts;
    const { code, message } = answer.answer === 'stop' ? answer : NO_VERDICT;
    const isDiverged = code === 'REPLAY_DIVERGED';
    this.#isDecided = !isDiverged;
    throw new ExecutionEnded(isDiverged ? 'REPLAY_DIVERGED' : 'CANCELLED', message);
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
   * Ends the session: calls that are under way get `patienceMs`, and what they came to is stored. `hasValue`: the code
   * has come to its value; else what it knows not to know is left open, for a person to judge. Gives the tools of these.
   */
  async finish(patienceMs: number, hasValue: boolean): Promise<readonly string[]> {
    const { clock, log } = this.#deps;
    using _patience = clock.after(patienceMs, () => this.#ending.abort());
    await Promise.all(this.#inFlight.values());
    while (this.#arrived.length > 0) this.#handOver();
    using lastNote = new DisposableStack();
    const late = new AbortController();
    lastNote.use(clock.after(LAST_NOTE_MS, () => late.abort(new Error('no brain has answered'))));
    try {
      // Whoever had to stop says nothing more: a brain sees which calls have no answer.
      this.#attempt.signal.throwIfAborted();
      if (hasValue) for (const { placed } of this.#doubtful.splice(0)) this.#journal.add(placed);
      await this.#journal.tell(late.signal);
    } catch (err) {
      if (!this.#attempt.signal.aborted)
        log.warn({ err, ...this.#fields() }, 'answers of tools not stored');
    } finally {
      this.#ending.abort();
    }
    return this.#doubtful.map(({ name }) => name);
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
    const { index, name, result, downstream } = arrived;
    this.#at = Math.max(this.#at, this.#deps.clock.now());
    const placed = {
      index,
      order: this.#order++,
      at: this.#at,
      result,
      ...(downstream !== undefined && { downstream }),
    };
    const isUrgent = arrived.replay !== 'safe';
    if (isUrgent && arrived.isUnknown) this.#doubtful.push({ name, placed });
    else this.#journal.add(placed);
    if (isUrgent) void this.#journal.tell(this.#signal).catch(() => undefined);
    return toAnswered(placed);
  }

  #forget(told: readonly PlacedResult[]): void {
    this.#journal.forget(told);
    for (const { index } of told) this.#open.delete(index);
  }

  async #note(results: readonly PlacedResult[], signal: AbortSignal): Promise<void> {
    await this.#deps.asker.note({ ...this.#place(), results: [...results] }, signal);
    for (const { index } of results) this.#open.delete(index);
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
