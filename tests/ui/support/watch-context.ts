import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

export const SCREENSHOTS = join(import.meta.dirname, '../../../.cache/screenshots');

/** A browser of a test, with what went wrong in it. */
export interface WatchedContext {
  readonly context: BrowserContext;
  /** Lets its pages speak to one more server. */
  allow(url: string): void;
  /** What no page may do, whatever the test is about; those that were told once are not told again. */
  takeProblems(): readonly string[];
  /** Leaves a picture of every page, and prints what they have complained of. */
  report(name: string): Promise<void>;
}

/** Its pages may speak to no server but those that are allowed. */
export function watchContext(context: BrowserContext): WatchedContext {
  const problems: string[] = [];
  const complaints: string[] = [];
  const allowed = new Set<string>();
  context.on('weberror', (event) => problems.push(`uncaught: ${describe(event.error())}`));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
    if (/content security policy/i.test(message.text())) problems.push(message.text());
  });
  context.on('request', (request) => {
    const url = request.url();
    if (/^(blob|data):/.test(url) || allowed.has(new URL(url).origin)) return;
    problems.push(`asked ${url}`);
  });
  return {
    context,
    allow: (url) => void allowed.add(url),
    takeProblems() {
      complaints.length = 0;
      return problems.splice(0);
    },
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
  };
}

function toFileName(name: string): string {
  return name.replaceAll(/[^\w]+/g, '-').slice(0, 60);
}

function describe({ name, message, stack }: Error): string {
  return `${name}: ${message} ${stack ?? ''}`;
}
