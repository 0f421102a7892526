import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { LONG_TESTS, PAGE_TESTS } from './scripts/test/left-out-tests.ts';

/** Whole systems before single functions: what takes longest does not run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId));
  }
}

function rank(file: string): number {
  if (file.includes('/tests/faults/')) return 0;
  return file.includes('/tests/') ? 1 : 2;
}

const LEFT_OUT = [
  '**/node_modules/**',
  '**/dist/**',
  ...(process.env['TEST_LONG'] === '1' ? [] : LONG_TESTS),
  ...(process.env['TEST_PAGE'] === '0' ? [PAGE_TESTS] : []),
];

export default defineConfig({
  resolve: { conditions: ['bakerst-source'] },
  ssr: { resolve: { conditions: ['bakerst-source'] } },
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    exclude: LEFT_OUT,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['packages', 'services', 'scripts', 'bench'].map((dir) => `${dir}/**/*.test.ts`),
          // Their modules keep no state: loaded once for all of them, they take two thirds of the time.
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        // Processes of their own for each of them would load the same modules again, a second of a core each time.
        test: {
          name: 'systems',
          include: ['tests/**/*.test.ts'],
          isolate: false,
          setupFiles: ['tests/support/each-test.ts'],
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // Even on two cores: most of them wait, for a process or a deadline, most of the time.
    maxWorkers: 3,
    // For what hangs; how fast something is shows in the bench.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
