// SPDX-License-Identifier: Apache-2.0
// The rights box in Chromium: there without scripts, on paper, in both themes and at 320 px; nothing for axe to find.
// req: PAGE-05
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser, path;

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  browser = await Browser.start();
  const key = server.key("IB"), leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const opened = await server.post("/v1/cases", { travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    bags: [{ plate: "0125000001" }, { plate: "0125000002" }], itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key });
  assert.equal(opened.status, 201, opened.text);
  path = new URL(opened.json.customer_url).pathname;
  const said = await server.post("/v1/events", { event_id: "d", plate: "0125000001", travel_date: "2026-11-20", code: "DELIVERED", station: "MAD", proof: "pin", occurred_at: "2026-11-21T07:30:00Z" }, { key });
  assert.equal(said.status, 201, said.text);
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

for (const colorScheme of ["light", "dark"])
  test(`the box stands on the page, ${colorScheme}, without scripts, at 320 px and on paper`, { skip: absent, timeout: 120000 }, async () => {
    const page = await browser.page(server, { colorScheme, viewport: { width: 320, height: 700 } });
    await page.goto(server.url + path);
    const box = page.getByRole("region", { name: "What you can claim, and until when" });
    const text = await box.innerText();
    assert.match(text, /Bag 1: For damage .* you can claim until 28 Nov 2026, that day included/);
    assert.match(text, /Bag 2: If the bag has not come by the end of 11 Dec 2026/);
    assert.deepEqual((await axe(page)).filter((fault) => /rights/.test(fault)), [], "of the box");
    assert.equal(await tooWide(page), false);
    await page.emulateMedia({ media: "print" });
    assert.ok(await box.isVisible(), "it is printed");
    assert.deepEqual(page.faults, []);
    await page.context().close();
    const bare = await browser.page(server, { colorScheme, javaScriptEnabled: false });
    await bare.goto(server.url + path);
    assert.equal(await bare.locator(".rights").innerText().then((t) => t.includes("Montreal Convention, Article 31(2)")), true);
    if (process.env.BW_SHOTS) await bare.screenshot({ path: `${process.env.BW_SHOTS}/rights-${colorScheme}.png`, fullPage: true });
    await bare.context().close();
  });
