import { takeServices } from './started-services.ts';

/** Log lines shown of each service of a test that failed. */
const LINES = 40;

/** What failed far away from its cause is explained by what the services said. */
export function reportServices(hasFailed: boolean): void {
  const services = takeServices();
  if (!hasFailed) return;
  for (const { name, pid, lines } of services)
    process.stderr.write([`last lines of ${name} ${pid}:`, ...lines.slice(-LINES), ''].join('\n'));
}
