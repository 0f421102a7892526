import { isDeeperThan } from '@bakerst/contracts';

/** The deepest that is sent is a value of the sandbox, 200 levels, in its envelope; a schema takes about 2,000. */
const MESSAGE_MAX_DEPTH = 256;

/** The JSON of a message; undefined when it is none, or nested so deep that nobody of us has sent it. */
export function readJson(message: { json(): unknown }): unknown {
  try {
    const value = message.json();
    return isDeeperThan(MESSAGE_MAX_DEPTH, value) ? undefined : value;
  } catch {
    return undefined;
  }
}
