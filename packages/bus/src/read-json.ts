/** The JSON of a message; undefined when it is none. */
export function readJson(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
