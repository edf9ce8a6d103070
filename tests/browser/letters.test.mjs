// SPDX-License-Identifier: Apache-2.0
// Dead letters and rushed bags in Chromium: found from the bar, shown and replayed by forms alone, fit for everybody, and
// whatever a sender wrote is text.  req: TYB-04 TYB-02
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser, admin, letter;

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-20T18:00:00Z" });
  browser = await Browser.start();
  const key = server.key("BA");
  admin = await server.login(server.account("repair.ba", "carrier-admin", "BA"));
  const post = async (text) => (await server.post("/v1/typeb", text, { key, type: "text/plain" })).json.messages[0];
  letter = (await post("BSM\n.V/1LLHR\n.F/BA0178/20NOV/MAD\n.N/0125<img src=x onerror=alert(1)>\n.P/1QUIXANO<script>document.title='run'</script>\nENDBSM\n")).dead_letter;
  const opened = await server.post("/v1/cases", { plate: "0125729001", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Ibarra" } }, { key });
  assert.equal(opened.status, 201, opened.text);
  await post("BSM\n.V/1LLHR\n.F/BA0456/21NOV/MAD\n.N/2125300001001\n.P/1IBARRA\n.E/RUSH\nENDBSM\n");
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

test("the pages are clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 180000 }, async () => {
  for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
    const page = await browser.page(server, { cookie: admin.cookie, colorScheme, viewport: { width, height: 800 } });
    for (const path of ["/desk/dead-letters", "/desk/dead-letters?state=dropped", `/desk/dead-letters/${letter}`, "/desk/proposals"]) {
      await page.goto(server.url + path);
      assert.deepEqual(await axe(page), [], `${path} ${colorScheme} ${width}`);
      assert.equal(await tooWide(page), false, `${path} ${width}`);
    }
    await page.context().close();
  }
});

test("a letter is found, shown for a reason and replayed, and runs nothing", { skip: absent, timeout: 120000 }, async () => {
  const page = await browser.page(server, { cookie: admin.cookie });
  await page.goto(`${server.url}/desk`);
  await page.getByRole("link", { name: "Dead letters" }).click();
  await page.locator("tbody a").first().click();
  assert.equal(await page.locator("pre").count(), 0, "no text without a reason");
  await page.getByLabel("Because").selectOption("repair");
  await page.getByRole("button", { name: "Show the text" }).click();
  const text = await page.locator("pre").innerText();
  assert.ok(text.includes(".P/1QUIXANO<script>") && text.includes("onerror=alert(1)"));
  assert.match(await page.title(), /^Dead letter of BA/);
  assert.deepEqual(await axe(page), []);
  assert.ok((await page.locator("#looks ~ div tbody").innerText()).includes("repair.ba"));
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await page.getByText("Last tried").waitFor();
  await page.context().close();
});

test("a proposal is refused by its button", { skip: absent, timeout: 120000 }, async () => {
  const page = await browser.page(server, { cookie: admin.cookie });
  await page.goto(`${server.url}/desk/proposals`);
  await page.getByRole("button", { name: /Refuse 2125300001/ }).click();
  await page.locator("tbody td", { hasText: "refused" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Refuse/ }).count(), 0);
  await page.context().close();
});
