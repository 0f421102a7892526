import { type Logger as PinoLogger, pino } from 'pino';
import type { Secrets } from './secrets/index.ts';

export interface Logger extends Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> {
  /** A logger whose every line has these fields too. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Hidden in every line. */
  readonly secrets: Pick<Secrets, 'redact'>;
}

const LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/** JSON lines on standard output; an unknown level counts as `info`. */
export function createLogger({ service, level, secrets }: LoggerOptions): Logger {
  return pino({
    level: LEVELS.has(level) ? level : 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: (line) => secrets.redact(line) },
  });
}

/** Says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });
