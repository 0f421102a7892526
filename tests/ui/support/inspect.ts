import { join } from 'node:path';
import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { see, until } from './sight.ts';
import { SCREENSHOTS } from './watch-context.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const COLOURS = ['color-contrast', 'link-in-text-block'];
export const PHONE = { width: 390, height: 844 };

/** Leaves pictures of what is open, and looks whether everybody can use it, in light and dark and on a phone. */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await see(page.locator(`[data-theme=${colorScheme}]`));
    await takePicture(page, `${name}-${colorScheme}`);
    await expectAccessible(page, `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize() ?? PHONE;
  await page.setViewportSize(PHONE);
  await until(async () => (await page.evaluate<number>('innerWidth')) === PHONE.width);
  await takePicture(page, `${name}-phone`);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(width, name).toBeLessThanOrEqual(PHONE.width);
  await page.setViewportSize(size);
}

export async function expectAccessible(page: Page, name: string): Promise<void> {
  // What is loaded into a page stays there until that is left.
  if (await page.evaluate<boolean>('globalThis.axe === undefined')) await page.evaluate(axe.source);
  const isDark = await page.evaluate<boolean>(`document.documentElement.dataset.theme === 'dark'`);
  const options: RunOptions = {
    // All but the colours is the same in the dark.
    runOnly: isDark ? { type: 'rule', values: COLOURS } : { type: 'tag', values: TAGS },
    resultTypes: ['violations'],
  };
  // Colours that change into others are of neither theme.
  const found = await page.evaluate<readonly string[][]>(`(async () => {
    for (let on; (on = document.getAnimations()).length > 0; )
      await Promise.allSettled(on.map(({ finished }) => finished));
    const { violations } = await axe.run(document, ${JSON.stringify(options)});
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  })()`);
  expect(found, name).toEqual([]);
}

/** Does nothing unless pictures are asked for: SCREENSHOTS=1. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (inject('screenshots')) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
