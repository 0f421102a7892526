import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

export const SCREENSHOTS = join(import.meta.dirname, '../../../.cache/screenshots');

/** A browser of a test, with what went wrong in it. */
export interface WatchedContext {
  /** What no page may do, whatever the test is about. */
  readonly problems: readonly string[];
  /** Leaves a picture of every page, and prints what they have complained of. */
  report(name: string): Promise<void>;
  close(): Promise<void>;
}

/** @param home origin of the only server that pages may speak to */
export function watchContext(context: BrowserContext, home: string): WatchedContext {
  const problems: string[] = [];
  const complaints: string[] = [];
  context.on('weberror', (event) => problems.push(`uncaught: ${describe(event.error())}`));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
    if (/content security policy/i.test(message.text())) problems.push(message.text());
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && !url.startsWith(`${home}/`)) problems.push(`asked ${url}`);
  });
  return {
    problems,
    async report(name) {
      const pages = context.pages();
      const shots = pages.map((page, place) =>
        page.screenshot({
          path: join(SCREENSHOTS, `failed-${toFileName(name)}-${place}.png`),
        }),
      );
      await Promise.allSettled(shots);
      const said = [...pages.map((page) => page.url()), ...complaints].map((line) => `  ${line}`);
      process.stderr.write([`the pages of "${name}" said:`, ...said, ''].join('\n'));
    },
    close: () => context.close(),
  };
}

function toFileName(name: string): string {
  return name.replaceAll(/[^\w]+/g, '-').slice(0, 60);
}

function describe({ name, message, stack }: Error): string {
  return `${name}: ${message} ${stack ?? ''}`;
}
