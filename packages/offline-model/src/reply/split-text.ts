const WORDS = /^\s+|\S+\s*/gu;
const PIECES = /[\s\S]{1,24}/gu;

/** Cuts text into deltas of one word each; joined they are the text again. */
export function splitText(text: string): readonly string[] {
  return text.match(WORDS) ?? [];
}

/** Cuts JSON text into deltas of a few characters, never through a character. */
export function splitJson(json: string): readonly string[] {
  return json.match(PIECES) ?? [];
}
