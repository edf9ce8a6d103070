// SPDX-License-Identifier: Apache-2.0
// Chromium for tests of the pages: one browser a file, a fresh context a test, and what went wrong inside collected.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const chromium = "/usr/bin/chromium";
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** A sentence where there is no Chromium here, else false: for { skip }. */
export const absent = existsSync(chromium) ? false : "skipped: not here: /usr/bin/chromium";

export class Browser {
  static async start() {
    const { chromium: driver } = await import("playwright-core");
    const own = new Browser();
    own.browser = await driver.launch({ executablePath: chromium, args: flags });
    return own;
  }

  /** A page in a context of its own; its `faults` are script errors, refused loads and broken policies. */
  async page(server, { cookie, ...options } = {}) {
    const context = await this.browser.newContext({ timezoneId: "Europe/Madrid", locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
    if (cookie) {
      const [name, value] = cookie.split("=");
      await context.addCookies([{ name, value, url: server.url }]);
    }
    const page = await context.newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
    page.on("console", (message) => { if (message.type() === "error") page.faults.push(`console: ${message.text()}`); });
    page.on("dialog", (dialog) => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) page.faults.push(`stranger: ${request.url()}`);
    });
    return page;
  }

  async stop() {
    await this.browser.close();
  }
}

/** What axe finds on a page, as lines; WCAG 2.2 AA and its best practices. */
export async function axe(page) {
  const source = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules", "axe-core", "axe.min.js");
  // evaluated through the debugger, which no content security policy forbids
  await page.evaluate(readFileSync(source, "utf8"));
  return page.evaluate(async () => {
    const got = await window.axe.run(document, { resultTypes: ["violations"] });
    return got.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  });
}

/** True where the page is wider than its window. */
export function tooWide(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
