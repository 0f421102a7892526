import { type Transform, Writable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const BODY_MAX_BYTES = 1024 * 1024;

/** Keeps the beginning of a body; the stream that fills it fails as soon as there is more. */
export interface BodyReader {
  readonly sink: Writable;
  isCut(): boolean;
  /** As text in the charset of the content type; what is no text in it shows as U+FFFD. */
  text(contentType: string | undefined): string;
}

export function createBodyReader(): BodyReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const isCut = (): boolean => bytes > BODY_MAX_BYTES;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.subarray(0, Math.max(0, BODY_MAX_BYTES - bytes)));
      bytes += chunk.length;
      done(isCut() ? new Error(`the body has more than ${BODY_MAX_BYTES} bytes`) : null);
    },
  });
  return {
    sink,
    isCut,
    text: (contentType) => decode(Buffer.concat(chunks), contentType),
  };
}

function decode(bytes: Buffer, contentType: string | undefined): string {
  const charset = /charset=["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  return toDecoder(charset).decode(bytes).replaceAll('\u0000', '\uFFFD');
}

function toDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    // NOTE: a charset that nobody knows.
    return new TextDecoder();
  }
}

/** Undefined for a body that is sent as it is. A bomb ends at the limit of what is kept, not of what was sent. */
export function decoderFor(encoding: string | undefined): Transform | undefined {
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
