import { setTimeout as delay } from 'node:timers/promises';
import { type Service, type ServiceOptions, startService } from '../../support/service.ts';
import type { History } from './history.ts';

/** A service of the stage, started again whenever it ends, as a supervisor would. */
export interface Member extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Exit codes of the processes that have ended; null for a signal. */
  readonly exits: readonly (number | null)[];
  /** How often it was started again. */
  readonly restarts: number;
  /** Resolves once the present process has said that it is ready. */
  ready(): Promise<void>;
  /** Kills the process, and counts it as a fault of this kind. */
  kill(fault: string): void;
  /** Stops the process for so long, and lets it go on. */
  pause(fault: string, ms: number): Promise<void>;
  /** Asks it to end, and gives its exit code; it is started again at once. */
  stop(): Promise<number | null>;
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
}

interface MemberOptions extends ServiceOptions {
  /** Name in the history. */
  readonly label: string;
  readonly readyMessage: string;
  readonly history: History;
}

export async function openMember(options: MemberOptions): Promise<Member> {
  const { label, readyMessage, history } = options;
  const keeper = keepStarted(options);
  const { present } = keeper;
  const note = (fault: string): void =>
    history.add({ type: 'fault', at: Date.now(), fault, target: label });
  const member: Member = {
    name: label,
    exits: keeper.exits,
    get pid() {
      return present().pid;
    },
    get restarts() {
      return keeper.exits.length;
    },
    ready: () => untilReady(keeper, readyMessage),
    kill(fault) {
      note(fault);
      present().signal('SIGKILL');
    },
    async pause(fault, ms) {
      const service = present();
      note(fault);
      service.signal('SIGSTOP');
      await delay(ms);
      service.signal('SIGCONT');
    },
    stop: () => present().end('SIGTERM'),
    logged: (message) => present().logged(message),
    async [Symbol.asyncDispose]() {
      keeper.end();
      await present().end('SIGKILL');
    },
  };
  await member.ready();
  return member;
}

/** A service that ends so often by itself never comes up. */
const MAX_FAILURES = 10;

interface Keeper {
  present(): Service;
  readonly exits: readonly (number | null)[];
  isOver(): boolean;
  /** Nothing is started again. */
  end(): void;
}

function keepStarted(options: MemberOptions): Keeper {
  const exits: (number | null)[] = [];
  let isOver = false;
  const start = (): Service => {
    const service = startService(options);
    const { label, history } = options;
    service.onLine((line) => history.add({ type: 'log', at: Date.now(), service: label, line }));
    void service.exited.then((code) => {
      exits.push(code);
      isOver ||= exits.filter(isFailure).length >= MAX_FAILURES;
      if (!isOver) present = start();
    });
    return service;
  };
  let present = start();
  return {
    present: () => present,
    exits,
    isOver: () => isOver,
    end: () => {
      isOver = true;
    },
  };
}

/** A process that is killed before it is ready is followed by another one. */
async function untilReady({ present, isOver, exits }: Keeper, readyMessage: string): Promise<void> {
  while (!isOver()) {
    const isReady = await present()
      .logged(readyMessage)
      .then(
        () => true,
        () => false,
      );
    if (isReady) return;
    await delay(20);
  }
  const lines = present().lines.slice(-5).join('\n');
  throw new Error(`it is not ready; its exit codes were ${exits.join(', ')}:\n${lines}`);
}

/** An end of its own: neither a kill nor a stop. */
function isFailure(code: number | null): boolean {
  return code !== null && code !== 0;
}
