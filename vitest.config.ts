import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['bakerst-source'] },
  ssr: { resolve: { conditions: ['bakerst-source'] } },
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    include: [
      'packages/**/*.test.ts',
      'services/**/*.test.ts',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Even on two cores: most of them wait, for a process or a deadline, most of the time.
    maxWorkers: 2,
    // For what hangs; how fast something is shows in the bench.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
