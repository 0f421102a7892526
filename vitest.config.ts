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
  },
});
