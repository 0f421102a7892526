import { Writable } from 'node:stream';
import {
  type BrotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type Gunzip,
  type Inflate,
} from 'node:zlib';

/** What is read of a body, and what its text may take as JSON: results travel as that, and the bus has a limit. */
const BODY_MAX_BYTES = 1024 * 1024;

/** Keeps the beginning of a body; the stream that fills it fails as soon as there is more. */
export interface BodyReader {
  readonly sink: Writable;
  /** True once there was more than is kept. */
  isFull(): boolean;
  /** As text in the charset of the content type; what is no text in it shows as U+FFFD. */
  read(contentType: string | undefined, isBrokenOff: boolean): BodyText;
}

interface BodyText {
  readonly body: string;
  readonly isCut: boolean;
}

export function createBodyReader(): BodyReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const isFull = (): boolean => bytes > BODY_MAX_BYTES;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.subarray(0, Math.max(0, BODY_MAX_BYTES - bytes)));
      bytes += chunk.length;
      done(isFull() ? new Error(`the body has more than ${BODY_MAX_BYTES} bytes`) : null);
    },
  });
  return {
    sink,
    isFull,
    read(contentType, isBrokenOff) {
      const isPart = isBrokenOff || isFull();
      // A character that was cut in two is left out.
      const decoded = toDecoder(contentType).decode(Buffer.concat(chunks), { stream: isPart });
      const text = decoded.replaceAll('\u0000', '\uFFFD');
      const body = cutToJson(text, BODY_MAX_BYTES);
      return { body, isCut: isPart || body.length < text.length };
    },
  };
}

function toDecoder(contentType: string | undefined): TextDecoder {
  const charset = /charset=["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    // NOTE: a charset that nobody knows.
    return new TextDecoder();
  }
}

/** The beginning of a text, in whole characters, that takes at most `maxBytes` as JSON in UTF-8. */
function cutToJson(text: string, maxBytes: number): string {
  let bytes = '""'.length;
  let end = 0;
  for (const char of text) {
    bytes += sizeInJson(char.codePointAt(0) ?? 0);
    if (bytes > maxBytes) return text.slice(0, end);
    end += char.length;
  }
  return text;
}

/** Those that JSON.stringify writes as a backslash and one character. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\\b\f\n\r\t'));

/** Bytes of a character that is no lone surrogate. */
function sizeInJson(codePoint: number): number {
  if (SHORT_ESCAPES.has(codePoint)) return 2;
  if (codePoint < 0x20) return '\\u0000'.length;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Undefined for a body that is sent as it is. A bomb ends at the limit of what is kept, not of what was sent. */
export function decoderFor(
  encoding: string | undefined,
): Gunzip | Inflate | BrotliDecompress | undefined {
  switch (encoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
