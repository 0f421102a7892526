/**
 * Users of whom code jobs are posted in bulk. Each runs two at a time, in processes of their own, and a worker has room for
 * four of these: with more users nearly every job would begin with the start of a process, and little else would be seen.
 */
export const JOB_USERS = 2;
