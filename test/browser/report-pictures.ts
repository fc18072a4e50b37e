import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReport } from '@wasm-dyno/reports';
import type { Browser, Page } from 'playwright-core';

/** How a page is looked at for a picture. */
interface Look {
  readonly name: string;
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  /** The section that is shown unfolded; else the page from its top, so many pixels high. */
  readonly section?: string;
  readonly height?: number;
}

const LOOKS: readonly Look[] = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) => [
    { name: `report-1280-${colorScheme}`, width: 1280, height: 760, colorScheme },
    { name: `report-768-${colorScheme}`, width: 768, height: 1040, colorScheme },
    { name: `report-390-${colorScheme}`, width: 390, height: 844, colorScheme },
  ]),
  ...['modules', 'warm-up', 'memset'].map((section) => ({
    name: `report-${section}`,
    width: 1280,
    colorScheme: 'light' as const,
    section,
  })),
];

/** Draws a run's report for the docs: screenshots as WebP, and the picture of the README as SVG. Gives the files' names. */
export async function drawReportPictures(browser: Browser, run: string, folder: string): Promise<string[]> {
  const html = renderReport(run, 'html');
  const names = [];
  for (const look of LOOKS) {
    const picture = await screenshot(browser, html, look);
    if (picture === undefined) continue;
    names.push(`${look.name}.webp`);
    writeFileSync(join(folder, names.at(-1)!), picture);
  }
  writeFileSync(join(folder, 'ratio-by-size.svg'), renderReport(run, 'svg'));
  return [...names, 'ratio-by-size.svg'];
}

/** Undefined where the page has no such section. */
async function screenshot(browser: Browser, html: string, look: Look): Promise<Buffer | undefined> {
  const { width, height = 800, colorScheme, section } = look;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  try {
    const page = await context.newPage();
    await page.setContent(html);
    if (section === undefined) return await asWebp(page, await page.screenshot());
    const place = page.locator('details.section', { has: page.locator(`#${section}`) });
    if ((await place.count()) === 0) return undefined;
    await place.evaluate((fold) => fold.setAttribute('open', ''));
    // The bar of contents would lie over a section that is higher than the window.
    await page.addStyleTag({ content: 'nav { position: static }' });
    return await asWebp(page, await place.screenshot());
  } finally {
    await context.close();
  }
}

/** Letters stay sharp, and a picture has half the bytes of one of 0.9. */
const QUALITY = 0.6;

/** A PNG as WebP, which has a fraction of its bytes: the browser draws and encodes it. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const address = `data:image/png;base64,${png.toString('base64')}`;
  const encoded = (await page.evaluate(`(async () => {
    const picture = new Image();
    picture.src = ${JSON.stringify(address)};
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`)) as string;
  return Buffer.from(encoded.replace(/^data:image\/webp;base64,/, ''), 'base64');
}
