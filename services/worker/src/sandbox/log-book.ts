import { type LogLine, SandboxLimits } from '@bakerst/contracts';

/** Lines of one execution; the byte limit alone would let 65,536 lines of one character through. */
export const LOG_LINES_MAX = 1_000;

/** Keeps the console lines of one execution up to their limits. */
export interface LogBook {
  readonly lines: readonly LogLine[];
  /** True when something did not fit. */
  readonly isCut: boolean;
  add(lines: readonly LogLine[]): void;
}

export function createLogBook(): LogBook {
  const kept: LogLine[] = [];
  let bytesLeft: number = SandboxLimits.logBytes;
  let isCut = false;
  const addLine = (line: LogLine): void => {
    const message = cutToBytes(line.message, bytesLeft);
    isCut ||= kept.length === LOG_LINES_MAX || message.length < line.message.length;
    if (kept.length === LOG_LINES_MAX || (isCut && message === '')) return;
    bytesLeft -= Buffer.byteLength(message);
    kept.push({ ...line, message });
  };
  return {
    lines: kept,
    get isCut() {
      return isCut;
    },
    add(lines) {
      for (const line of lines) if (!isCut) addLine(line);
    },
  };
}

/** The longest beginning of `text` that fits; no character is split. */
function cutToBytes(text: string, maxBytes: number): string {
  const wellFormed = text.toWellFormed();
  if (Buffer.byteLength(wellFormed) <= maxBytes) return wellFormed;
  const { read } = new TextEncoder().encodeInto(wellFormed, new Uint8Array(maxBytes));
  return wellFormed.slice(0, read);
}
