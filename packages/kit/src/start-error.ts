/** Exit code of a service that its surroundings must change before it can start (sysexits EX_CONFIG). */
export const EX_CONFIG = 78;

/**
 * A service cannot start as it is set up; the message says what to change.
 * The process ends with exit code 78, which a supervisor does not answer with a restart.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
