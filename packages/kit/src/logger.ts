import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

interface LoggerOptions {
  readonly service: string;
  readonly level: string;
}

const LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/** JSON lines on standard output; an unknown level counts as `info`. */
export function createLogger({ service, level }: LoggerOptions): Logger {
  return pino({
    level: LEVELS.has(level) ? level : 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** Says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });
