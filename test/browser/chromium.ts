import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Flags without which a browser in a closed or rootless place does not start, or calls home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium; undefined, and a line that says so, where there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = process.env['CHROMIUM'] ?? BROWSERS.find((path) => existsSync(path));
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: FLAGS });
  console.log('      no Chromium here (set CHROMIUM to its path): the browser test is skipped');
  return undefined;
}

/**
 * Called where a suite is described: its tests have a browser, which is closed after them, and are skipped where there is no Chromium.
 * @returns what gives the browser, once the tests run
 */
export function useChromium(): () => Browser {
  let browser: Browser | undefined;
  before(async function () {
    browser = await launchChromium();
    if (browser === undefined) this.skip();
  });
  after(() => browser?.close());
  return () => browser!;
}
