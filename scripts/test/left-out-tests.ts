/**
 * Tests that take minutes of a small machine: of whole systems that are killed or made to wait many times. `npm run
 * test:all` runs them with all others.
 */
export const LONG_TESTS = [
  'tests/callback-faults.test.ts',
  'tests/fuzz.test.ts',
  'tests/generated-client.test.ts',
  'tests/mcp-start.test.ts',
  'tests/mcp/workers.test.ts',
  'tests/slow-client.test.ts',
  'tests/stream.test.ts',
] as const;

/** Tests that drive a browser; TEST_PAGE=0 leaves them out where there is none. */
export const PAGE_TESTS = 'tests/ui/**';
