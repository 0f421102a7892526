import { parseCLI, startVitest, type TestCase, type TestModule } from 'vitest/node';

interface SkippedTest {
  readonly name: string;
  readonly reason: string | undefined;
}

export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}

/**
 * Runs vitest with the command line's filters and options. A file that cannot be loaded, and an error outside of any test, count as one failure each;
 * so does a run that fails otherwise, such as one that finds no tests.
 */
export async function runVitest(args: readonly string[]): Promise<TestTotals> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const vitest = await startVitest(filter, { ...options, run: true, watch: false });
  const modules = vitest.state.getTestModules();
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const outside = vitest.state.getUnhandledErrors().length;
  await vitest.close();
  const failed = countIn(tests, 'failed') + modules.filter(failedByItself).length + outside;
  const hasFailed = process.exitCode !== undefined && process.exitCode !== 0;
  return {
    passed: countIn(tests, 'passed'),
    failed: failed === 0 && hasFailed ? 1 : failed,
    skipped: tests.filter((test) => test.result().state === 'skipped').map(toSkipped),
  };
}

function countIn(tests: readonly TestCase[], state: 'passed' | 'failed'): number {
  return tests.filter((test) => test.result().state === state).length;
}

/** A module whose failure no test of its own accounts for: it could not be loaded, or a hook failed. */
function failedByItself(module: TestModule): boolean {
  return module.state() === 'failed' && countIn([...module.children.allTests()], 'failed') === 0;
}

function toSkipped(test: TestCase): SkippedTest {
  const result = test.result();
  return {
    name: `${test.module.relativeModuleId}: ${test.fullName}`,
    reason: result.state === 'skipped' ? result.note : undefined,
  };
}
