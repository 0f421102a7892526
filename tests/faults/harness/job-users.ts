/**
 * Users of whom code jobs are posted in bulk. A worker keeps a sandbox process for each of four users; with more of them
 * nearly every job would begin with the start of a process, and little else would be seen.
 */
export const JOB_USERS = 4;
