/** Stands right before the text of each delta; the proxy writes as the brain does. */
const DELTA = '"progress","text":"';
/** Stands in a stream that has come to its end. */
const END = '{"type":"complete"';

/** One request and all that came back; times in ms, those of deltas by the machine's clock. */
export interface Answer {
  /** 0 when the connection ended before the answer did. */
  readonly status: number;
  readonly isComplete: boolean;
  /** The end of what was said, when that is no whole answer. */
  readonly refusal: string;
  readonly deltas: number;
  /** From the request to the first delta; undefined without one. */
  readonly firstMs: number | undefined;
  readonly totalMs: number;
  /** How much later than due at the model each delta arrived. */
  readonly lagsMs: readonly number[];
}

/** Reads one HTTP answer from the text of a socket without interpreting more of it than the bench needs. */
export interface AnswerReader {
  /** True once the answer has ended. */
  take(text: string, atMs: number): boolean;
  toAnswer(endedAtMs: number): Answer;
}

const REFUSAL_CHARS = 300;
const LAST_CHUNK = '\r\n0\r\n\r\n';

export function createAnswerReader(sentAtMs: number): AnswerReader {
  const lagsMs: number[] = [];
  let head: Head | undefined;
  let unread = '';
  let bodyChars = 0;
  let lastChars = '\r\n';
  let deltas = 0;
  let firstAtMs: number | undefined;
  let isComplete = false;
  let lastText = '';

  const countDeltas = (lines: string, atMs: number): void => {
    for (let i = lines.indexOf(DELTA); i !== -1; i = lines.indexOf(DELTA, i + 1)) {
      deltas += 1;
      firstAtMs ??= atMs;
      const dueAtMs = Number.parseFloat(lines.slice(i + DELTA.length));
      if (!Number.isNaN(dueAtMs)) lagsMs.push(atMs - dueAtMs);
    }
  };

  const readBody = (text: string, atMs: number): boolean => {
    bodyChars += text.length;
    lastChars = (lastChars + text).slice(-LAST_CHUNK.length);
    const upToHere = unread + text;
    // Only whole lines are searched: what is looked for may be cut by the end of a packet.
    const lineEnd = upToHere.lastIndexOf('\n') + 1;
    unread = upToHere.slice(lineEnd);
    const lines = upToHere.slice(0, lineEnd);
    countDeltas(lines, atMs);
    isComplete ||= lines.includes(END);
    if (!isComplete) lastText = (lastText + text).slice(-REFUSAL_CHARS);
    return head?.length === undefined ? lastChars === LAST_CHUNK : bodyChars >= head.length;
  };

  return {
    take(text, atMs) {
      if (head !== undefined) return readBody(text, atMs);
      const upToHere = unread + text;
      const headEnd = upToHere.indexOf('\r\n\r\n') + 4;
      unread = headEnd < 4 ? upToHere : '';
      if (headEnd < 4) return false;
      head = parseHead(upToHere.slice(0, headEnd));
      return readBody(upToHere.slice(headEnd), atMs);
    },
    toAnswer: (endedAtMs) => ({
      status: head?.status ?? 0,
      isComplete,
      refusal: isComplete ? '' : lastText,
      deltas,
      firstMs: firstAtMs === undefined ? undefined : firstAtMs - sentAtMs,
      totalMs: endedAtMs - sentAtMs,
      lagsMs,
    }),
  };
}

interface Head {
  readonly status: number;
  /** Undefined when the body comes in chunks. */
  readonly length: number | undefined;
}

function parseHead(head: string): Head {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return {
    status: Number(head.slice(9, 12)),
    length: length === undefined ? undefined : Number(length),
  };
}
