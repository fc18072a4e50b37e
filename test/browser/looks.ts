import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** What axe-core finds in the page that it is evaluated in. */
type Axe = { readonly run: () => Promise<{ readonly violations: readonly { readonly id: string }[] }> };

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

/** Every width in every scheme. */
export const LOOKS = ([1280, 768, 390] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** Opens an address, hands the page over, and wants nothing said on its console. */
export async function onPage(
  browser: Browser,
  address: string,
  { width = 1280, ...more }: Look,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, ...more });
  try {
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('requestfailed', (request) => said.push(`failed: ${request.url()}`));
    await page.goto(address);
    await look(page);
    assert.deepEqual(said, []);
  } finally {
    await context.close();
  }
}

/**
 * Boxes whose content is wider than they are, without a sign that it goes on: tables of the first screen never are, others have a shade
 * at the edge that hides something, and a keyboard reaches them.
 */
async function clipped(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('.cards, .wide, nav ul, .verdict, .notes, header')]
    .filter((box) => box.scrollWidth > box.clientWidth)
    .filter((box) => box.matches('.cards, .verdict, .notes, header') || !getComputedStyle(box).backgroundAttachment.includes('local')
      || !(box.tabIndex === 0 || box.querySelector('a') !== null))
    .map((box) => box.className + ': ' + box.scrollWidth + ' > ' + box.clientWidth)`)) as string[];
}

/** Wants every letter of the pictures in sight to have so many pixels. */
export async function hasLegiblePictures(page: Page, least: number): Promise<void> {
  await page.evaluate(`document.querySelectorAll('details').forEach((fold) => (fold.open = true))`);
  const sizes = (await page.evaluate(`[...document.querySelectorAll('svg.chart')]
    .filter((chart) => chart.getBoundingClientRect().width > 0)
    .flatMap((chart) => [...chart.querySelectorAll('text')].map((text) =>
      (parseFloat(getComputedStyle(text).fontSize) * chart.getBoundingClientRect().width) / chart.viewBox.baseVal.width))`)) as number[];
  assert.ok(sizes.length > 0);
  const smallest = Math.min(...sizes);
  assert.ok(smallest >= least, `${smallest} px`);
}

/** The pages of a page on paper. */
export async function printed(page: Page): Promise<{ readonly pages: number; readonly bytes: Buffer }> {
  const bytes = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  return { pages: bytes.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length, bytes };
}

/** Wants a page as wide as its window, without a fault that axe-core knows, folded and unfolded. */
export async function hasNoFault(page: Page): Promise<void> {
  const width = page.viewportSize()!.width;
  for (const open of [false, true]) {
    await page.evaluate(`document.querySelectorAll('details').forEach((fold) => (fold.open = ${open}))`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
    assert.deepEqual(await clipped(page), []);
    // Shades are pictures, over which axe-core tells nothing of contrast: without them it does.
    await page.evaluate(
      `document.querySelectorAll('.wide, nav ul').forEach((box) => (box.style.background = 'none'))`,
    );
    // By an evaluation of its own: a page's policy may forbid scripts that are not its own.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run());
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
    await page.evaluate(
      `document.querySelectorAll('.wide, nav ul').forEach((box) => (box.style.background = ''))`,
    );
  }
}
