// SPDX-License-Identifier: Apache-2.0
// The one search box in Chromium, by keyboard alone: a surname gives a list that says why, the tag opens the bag at once, whatever is
// in a name is text, and the page is fit for everybody.  req: DESK-01
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser, agent, refs;

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  browser = await Browser.start();
  agent = await server.login(server.account("agent.ib", "agent", "IB"));
  const key = server.key("IB");
  refs = [];
  for (const [plate, surname, given, description] of [["0075000001", "García", "Ana", "blue Samsonite"], ["0075000002", "Garzia", "<b>Leo</b>", "box"], ["0075000003", "Ivanova", "Ольга", "blue bag"]]) {
    const made = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname, given }, description }, { key });
    assert.equal(made.status, 201, made.text);
    refs.push(made.json.ref);
  }
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

test("a surname gives a list, each with its reason; the bag opens from there", { skip: absent, timeout: 120000 }, async () => {
  const page = await browser.page(server, { cookie: agent.cookie });
  await page.goto(`${server.url}/desk`);
  await page.keyboard.type("garcia"); // the box has the focus
  await page.keyboard.press("Enter");
  await page.waitForSelector("#hits");
  assert.equal(await page.locator("#hits").innerText(), "2 hits for “garcia”");
  const rows = await page.locator("tbody tr").allInnerTexts();
  assert.match(rows[0], new RegExp(`${refs[0]}[\\s\\S]*name\\s[\\s\\S]*garcia ana`, "i"));
  assert.match(rows[1], new RegExp(`${refs[1]}[\\s\\S]*name spelt much the same[\\s\\S]*garzia b leo b`, "i"));
  assert.equal(await page.locator("td b").count(), 0);
  await page.locator("tbody a[href^='/desk/bags/']").first().click();
  await page.waitForURL(/\/desk\/bags\//);
  assert.match(await page.locator("main").innerText(), /0075000001/);
  await page.context().close();
});

test("the tag opens the bag at once; nothing and nonsense are said in a sentence", { skip: absent, timeout: 120000 }, async () => {
  const page = await browser.page(server, { cookie: agent.cookie });
  const type = async (text) => {
    await page.goto(`${server.url}/desk`);
    await page.waitForFunction(() => document.activeElement?.name === "q"); // the box takes the focus by itself, in its own time
    await page.keyboard.type(text);
    await Promise.all([page.waitForURL(/\/desk(\/bags\/|\?)/), page.keyboard.press("Enter")]);
    return page.locator("main").innerText();
  };
  assert.match(await type("0075-000003"), /0075000003/);
  assert.match(page.url(), /\/desk\/bags\//);
  assert.match(await type("blue"), /2 hits for “blue”/);
  assert.match(await type("nobody here"), /Nothing under “nobody here”/);
  assert.match(await type("0125999999"), /Files of others are looked through for a reason/);
  await page.selectOption("#reason", "bag-found");
  await page.locator("main form[action='/desk/outside'] button").click();
  await page.waitForURL(/\/desk\/outside$/);
  assert.match(await page.locator("main").innerText(), /No carrier has told us of it.[\s\S]*19 are left of this hour/);
  assert.deepEqual(await axe(page), []);
  assert.match(await type("x"), /at least two letters/);
  await page.context().close();
});

test("the list is clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 180000 }, async () => {
  for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
    const page = await browser.page(server, { cookie: agent.cookie, colorScheme, viewport: { width, height: 800 } });
    for (const path of ["/desk", "/desk?q=nobody", "/desk?q=garcia"]) {
      await page.goto(server.url + path);
      assert.deepEqual(await axe(page), [], `${path} ${colorScheme} ${width}`);
      assert.equal(await tooWide(page), false, `${path} ${width}`);
    }
    if (process.env.BW_SHOTS) await page.screenshot({ path: `${process.env.BW_SHOTS}/search-${colorScheme}.png`, fullPage: true });
    await page.context().close();
  }
});
