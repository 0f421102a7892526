import type { Clock, Logger } from '@bakerst/kit';
import { afterRunning } from './after-running.ts';

/** A process that the pool lends out. */
export interface PooledChild {
  readonly pid: number | undefined;
  /** True once it can be used; false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves with why it ended. */
  readonly exited: Promise<string>;
  kill(): void;
}

export interface ChildPoolDeps<Child extends PooledChild> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly start: () => Child;
  /** Never more than this are alive, the unbound one included. */
  readonly maxChildren: number;
}

/** A child lent to one user for one execution. */
export interface Lease<Child> {
  readonly child: Child;
  /** Must be called once; a child that is not worth keeping is ended. */
  release(isWorthKeeping: boolean): void;
}

interface Member<Child> {
  readonly child: Child;
  /** Undefined until the first lease; never changed after. */
  user: string | undefined;
  /** Of the last lease. */
  requestId: string | undefined;
  isBusy: boolean;
  isEnding: boolean;
  executions: number;
  idleAlarm: Disposable | undefined;
}

/** Whom a child is lent to. */
interface Borrower {
  readonly user: string;
  /** What for; stands in the log. */
  readonly requestId?: string | undefined;
}

interface Waiter<Child> extends Borrower {
  take(member: Member<Child> | undefined): void;
}

/** A child that has run code of a user ends sooner or later, whatever the code did. */
export const EXECUTIONS_PER_CHILD = 50;
export const IDLE_CHILD_MS = 5 * 60_000;

/** So many executions of one user run side by side; further ones wait, and other users do not wait for them. */
export const CHILDREN_PER_USER = 2;

/** A start takes a tenth of a second; one that takes this long never ends. */
const START_TIMEOUT_MS = 10_000;
/** Times that a child is started for somebody; when that often none comes up, none will. */
const START_TRIES = 3;

/**
 * Keeps the processes that run code. A child belongs to its first user for life; one unbound child waits for the next
 * one who needs it. When all places are taken, the idle child that was used least recently makes room.
 */
export class ChildPool<Child extends PooledChild> implements AsyncDisposable {
  readonly #deps: ChildPoolDeps<Child>;
  /** Least recently used first. */
  readonly #members = new Set<Member<Child>>();
  /** First come, first served, but the users take turns. */
  readonly #waiters = new Set<Waiter<Child>>();
  #isClosed = false;

  constructor(deps: ChildPoolDeps<Child>) {
    this.#deps = deps;
  }

  /** Starts the unbound child; gives why it ended when it did before it could be used. */
  async warmUp(): Promise<string | undefined> {
    const { child } = this.#start();
    return (await child.ready) ? undefined : await child.exited;
  }

  /** Waits for the child of this user; undefined when the signal is aborted first or the child could not start. */
  async lease(borrower: Borrower, signal: AbortSignal): Promise<Lease<Child> | undefined> {
    for (let tries = START_TRIES; tries > 0; tries--) {
      const member = await this.#wait(borrower, signal);
      if (member === undefined) return undefined;
      if (!(await member.child.ready) || member.isEnding) continue;
      return {
        child: member.child,
        release: (isWorthKeeping) => this.#release(member, isWorthKeeping),
      };
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const members = [...this.#members];
    for (const waiter of this.#waiters) waiter.take(undefined);
    for (const member of members) this.#end(member);
    await Promise.all(members.map(({ child }) => child.exited));
  }

  #wait(borrower: Borrower, signal: AbortSignal): Promise<Member<Child> | undefined> {
    if (signal.aborted || this.#isClosed) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<Member<Child> | undefined>();
    const giveUp = (): void => waiter.take(undefined);
    const waiter: Waiter<Child> = {
      ...borrower,
      take: (member) => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', giveUp);
        resolve(member);
      },
    };
    signal.addEventListener('abort', giveUp);
    this.#waiters.add(waiter);
    this.#serveWaiters();
    this.#keepSpare();
    return promise;
  }

  #release(member: Member<Child>, isWorthKeeping: boolean): void {
    if (!this.#members.delete(member)) return;
    this.#members.add(member);
    member.isBusy = false;
    member.executions++;
    if (!isWorthKeeping || member.executions >= EXECUTIONS_PER_CHILD) this.#end(member);
    else member.idleAlarm = this.#deps.clock.after(IDLE_CHILD_MS, () => this.#end(member));
    this.#serveWaiters();
  }

  /** Every end of a child serves again, so that a waiter who made room for itself gets it. */
  #serveWaiters(): void {
    let placesToCome = this.#find(({ isEnding }) => isEnding).length;
    for (const waiter of [...this.#waiters]) {
      const own = this.#find(({ user, isEnding }) => user === waiter.user && !isEnding);
      const idle = own.find(({ isBusy }) => !isBusy);
      if (idle === undefined && own.length >= CHILDREN_PER_USER) continue;
      const member = idle ?? this.#spare() ?? this.#startWithinLimit();
      if (member !== undefined) this.#lend(member, waiter);
      else if (placesToCome > 0) placesToCome--;
      else this.#makeRoom();
    }
  }

  #lend(member: Member<Child>, waiter: Waiter<Child>): void {
    member.idleAlarm?.[Symbol.dispose]();
    const { user, requestId } = waiter;
    const { pid } = member.child;
    if (member.user === undefined)
      this.#deps.log.info({ pid, userId: user, requestId }, 'sandbox process bound');
    member.user = user;
    member.requestId = requestId;
    member.isBusy = true;
    waiter.take(member);
    this.#sendToTheBack(waiter.user);
  }

  /** Whoever was served waits behind the others for the next time. */
  #sendToTheBack(user: string): void {
    for (const waiter of [...this.#waiters])
      if (waiter.user === user && this.#waiters.delete(waiter)) this.#waiters.add(waiter);
  }

  #makeRoom(): void {
    const idle = this.#find(({ isBusy, isEnding }) => !isBusy && !isEnding)[0];
    if (idle !== undefined) this.#end(idle);
  }

  #keepSpare(): void {
    if (!this.#isClosed && this.#spare() === undefined) this.#startWithinLimit();
  }

  #spare(): Member<Child> | undefined {
    return this.#find(({ user, isEnding }) => user === undefined && !isEnding)[0];
  }

  #find(is: (member: Member<Child>) => boolean): readonly Member<Child>[] {
    return [...this.#members].filter(is);
  }

  #startWithinLimit(): Member<Child> | undefined {
    return this.#members.size < this.#deps.maxChildren ? this.#start() : undefined;
  }

  #start(): Member<Child> {
    const member: Member<Child> = {
      child: this.#deps.start(),
      user: undefined,
      requestId: undefined,
      isBusy: false,
      isEnding: false,
      executions: 0,
      idleAlarm: undefined,
    };
    this.#members.add(member);
    void this.#watch(member);
    return member;
  }

  /** Follows a child from its start to its end. One that never was ready is not replaced until somebody needs it. */
  async #watch(member: Member<Child>): Promise<void> {
    const { child } = member;
    const { clock, log } = this.#deps;
    const deadline = afterRunning(clock, START_TIMEOUT_MS, () => {
      log.warn({ pid: child.pid }, 'sandbox process takes too long to start');
      this.#end(member);
    });
    const wasReady = await child.ready;
    deadline[Symbol.dispose]();
    if (wasReady) log.info({ pid: child.pid }, 'sandbox process started');
    const reason = await child.exited;
    member.idleAlarm?.[Symbol.dispose]();
    this.#members.delete(member);
    const { executions, isEnding, requestId } = member;
    const fields = { pid: child.pid, executions, requestId };
    if (isEnding) log.info(fields, 'sandbox process ended');
    else log.warn({ ...fields, reason }, 'sandbox process died');
    this.#serveWaiters();
    if (wasReady) this.#keepSpare();
  }

  #end(member: Member<Child>): void {
    member.isEnding = true;
    member.idleAlarm?.[Symbol.dispose]();
    member.child.kill();
  }
}
