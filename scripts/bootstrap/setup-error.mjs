/** The machine cannot be set up as it is; the message says what to do. */
export class SetupError extends Error {
  name = 'SetupError';

  constructor(message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
