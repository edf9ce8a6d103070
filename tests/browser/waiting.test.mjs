// SPDX-License-Identifier: Apache-2.0
// Waiting for the customer in Chromium: staff ask by the file's form, the customer who goes to the page is reached and gives it there, without
// scripts as with them; fit for everybody, in every theme, at 320 px and from right to left.
// req: CLK-18
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser, staff, file, path;

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  browser = await Browser.start();
  staff = await server.login(server.account("agent.ib", "agent", "IB"));
  const key = server.key("IB"), leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const opened = await server.post("/v1/cases", { plate: "0125000001", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key });
  assert.equal(opened.status, 201, opened.text);
  file = opened.json.ref;
  path = new URL(opened.json.customer_url).pathname;
  const said = await server.post("/v1/events", { event_id: "h", plate: "0125000001", travel_date: "2026-11-20", code: "CUSTOMS_HOLD", station: "MAD", occurred_at: "2026-11-21T07:30:00Z" }, { key });
  assert.equal(said.status, 201, said.text);
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

const shot = (page, name) => process.env.BW_SHOTS && page.screenshot({ path: `${process.env.BW_SHOTS}/waiting-${name}.png`, fullPage: true });
const desk = async () => {
  const page = await browser.page(server, { cookie: staff.cookie });
  await page.goto(`${server.url}/desk/cases/${file}`);
  return page;
};

test("staff ask by the form of the file; the customer is reached by going to the page, and gives it there", { skip: absent, timeout: 180000 }, async () => {
  const asks = await desk();
  const form = asks.getByRole("form", { name: "Ask the customer for something" });
  await form.getByLabel("Needed").selectOption({ label: "a key or combination" });
  await form.getByLabel("How").selectOption({ label: "a message was sent" });
  await form.getByRole("button", { name: "Keep it" }).click();
  await asks.getByText("not yet: every clock runs on").waitFor();
  await shot(asks, "desk");
  assert.deepEqual((await axe(asks)).filter((fault) => /wait/.test(fault)), []);

  const page = await browser.page(server, { viewport: { width: 320, height: 700 } });
  await page.goto(server.url + path);
  await page.getByText(/Since then the clock for the airline’s next step rests/).waitFor();
  assert.deepEqual(await axe(page), []);
  assert.equal(await tooWide(page), false);
  await shot(page, "page");
  await asks.getByText("by opening the page").first().waitFor();
  await page.getByRole("link", { name: "Give it now" }).click();
  await page.getByRole("heading", { name: "What Iberia (IB) needs from you" }).waitFor();
  assert.deepEqual(await axe(page), []);
  assert.equal(await tooWide(page), false);
  await shot(page, "needed");
  await page.getByLabel("The combination, or how and when you sent the key").fill("0-4-7\nand the strap");
  await page.getByRole("button", { name: "Send it" }).click();
  await page.waitForURL(server.url + path);
  assert.equal(await page.getByRole("link", { name: "Give it now" }).count(), 0);
  assert.match(await page.locator("main").innerText(), /You gave what was needed\./);
  assert.deepEqual(page.faults, []);
  await page.context().close();
  await asks.reload();
  assert.match(await asks.locator(".notes").innerText(), /0-4-7\s+and the strap/);
  await asks.context().close();
});

for (const colorScheme of ["light", "dark"])
  test(`what is needed stands on both pages without scripts, ${colorScheme}, and in Arabic`, { skip: absent, timeout: 120000 }, async () => {
    const asked = await server.post(`/v1/cases/${file}:wait`, { event_id: `w-${colorScheme}`, step: "reached", needs: "address", note: "At the desk." }, staff);
    assert.equal(asked.status, 201, asked.text);
    const page = await browser.page(server, { colorScheme, javaScriptEnabled: false });
    await page.goto(`${server.url}${path}?lang=ar`);
    assert.match(await page.locator(".waits").innerText(), /إلى عنوان منك/);
    await shot(page, `ar-${colorScheme}`);
    await page.locator(".waits a").click();
    await page.locator("textarea").fill("Calle 1");
    await shot(page, `needed-ar-${colorScheme}`);
    await page.locator("form button").click();
    await page.waitForURL((url) => url.pathname === path);
    assert.equal(await page.locator(".waits").count(), 0);
    await page.context().close();
  });
