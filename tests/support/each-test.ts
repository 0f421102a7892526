import { afterEach, expect } from 'vitest';
import { takeProblems } from './check-answers.ts';
import { reportServices } from './report-failures.ts';

// Registered for each file; the modules behind it are shared by all of them.
afterEach(({ task }) => {
  reportServices(task.result?.state === 'fail');
  expect(takeProblems()).toEqual([]);
});
