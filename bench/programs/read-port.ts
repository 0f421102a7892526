import { parseArgs } from 'node:util';

/** The value of --port. */
export function readPort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  return Number(values.port);
}
