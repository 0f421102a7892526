import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startProgram } from '../../tests/support/program.ts';
import { ProgramReport, type TimingOrder } from '../programs/timing-messages.ts';

export interface ProgramStart {
  /** Names its log. */
  readonly name: string;
  readonly logDir: string;
  readonly entry: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
}

/** A program that has said that it is ready; disposing of it kills it. */
export interface OpenProgram extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds of each execution of the order. */
  time(order: Omit<TimingOrder, 'type'>): Promise<readonly number[]>;
  /** Executions a second. */
  rate(order: Omit<TimingOrder, 'type'>): Promise<number>;
}

/**
 * Starts a program as the product starts its services: its output goes straight into a file, so that nobody has to read it.
 * Throws with the end of that file when the program ends before it is ready.
 */
export async function openProgram(start: ProgramStart): Promise<OpenProgram> {
  const { name, logDir, env = {}, ...options } = start;
  const logFile = join(logDir, `${name}.log`);
  const logFd = openSync(logFile, 'a');
  const program = startProgram({ ...options, env, logFd });
  closeSync(logFd);
  const nextReport = (): Promise<ProgramReport> => awaitReport(program, { name, logFile });
  const first = await nextReport();
  if (first.type !== 'ready') {
    await program.end('SIGKILL');
    throw new Error(`${name} is not ready: ${JSON.stringify(first)}`);
  }
  const measure = async (order: Omit<TimingOrder, 'type'>): Promise<Timed> => {
    const report = nextReport();
    // Whether it was taken shows in the report, or in the program's end.
    program.child.send({ type: 'time', ...order } satisfies TimingOrder, () => undefined);
    const answer = await report;
    if (answer.type !== 'timed') throw new Error(`${name} said ${answer.type}, not timings`);
    return answer;
  };
  return {
    pid: program.pid,
    time: async (order) => (await measure(order)).ms,
    rate: async (order) => order.count / ((await measure(order)).totalMs / 1_000),
    async [Symbol.asyncDispose]() {
      await program.end('SIGKILL');
    },
  };
}

type Timed = Extract<ProgramReport, { type: 'timed' }>;

interface Named {
  readonly name: string;
  readonly logFile: string;
}

async function awaitReport(
  { child, exited }: Program,
  { name, logFile }: Named,
): Promise<ProgramReport> {
  const waiting = new AbortController();
  const ended = exited.then(() => {
    throw new Error(`${name} ended:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  });
  try {
    const message = once(child, 'message', { signal: waiting.signal });
    const [report] = await Promise.race([message, ended]);
    return ProgramReport.parse(report);
  } finally {
    waiting.abort();
  }
}
