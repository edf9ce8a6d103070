// SPDX-License-Identifier: Apache-2.0
// The desk's pages in Chromium with the story's data: each is fit for everybody in both themes and at every width, is reached from the menu, and its
// forms are filled in and sent as a supervisor does it; and the customer's page of three bags, whose parts are told apart.
// req: PAGE-11 (desk) CLK-17 (by form)
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";
import { Story, at } from "../lib/story.mjs";

const shots = process.env.BW_SHOTS;
let story, server, browser, account, chief, three;

/** Times move by hours, sessions do not last. */
async function clock(time) {
  server.clock.set(time);
  chief = await server.login(account);
}

before(async () => {
  if (absent) return;
  story = await Story.start();
  server = story.server;
  browser = await Browser.start();
  account = server.account("chief.ib", "supervisor", "IB");
  for (const row of [1, 2, 3, 4, 5, 8, 10, 11]) await story[`row${row}`]();
  const file = await server.post("/v1/cases", { bags: ["0125730001", "0125730002", "0125730003"].map((plate) => ({ plate })), travel_date: "2026-11-20", station: "MAD",
    passenger: { surname: "Three" }, itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }, { flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }] }, { key: story.ib });
  assert.equal(file.status, 201, file.text);
  for (const [plate, code] of [["0125730001", "ON_HAND"], ["0125730003", "BAG_UNLOADED"]]) {
    const said = await server.post("/v1/events", { event_id: `three-${plate}`, plate, travel_date: "2026-11-20", code, station: "LHR", occurred_at: at("21 00:50") }, { key: story.ba });
    assert.equal(said.status, 201, said.text);
  }
  three = new URL(file.json.customer_url).pathname;
  const asked = await server.post(`/v1/bags/${(await story.bag()).bag.id}/ask`, { event_id: "ask-1", station: "LHR", carrier: "BA" }, await story.agent());
  assert.ok([200, 201].includes(asked.status), asked.text);
  await clock(at("21 06:50"));
  await until(async () => (await server.get(`/v1/chasers?case=${story.ref}&level=2`, chief)).json.messages.length > 0, "what was told");
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = async (path, options = {}) => {
  const page = await browser.page(server, { cookie: chief.cookie, ...options });
  await page.goto(server.url + path);
  return page;
};
async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}
const pages = ["/desk/hours", "/desk/told", "/desk/policies", "/desk/disruptions", "/desk/feeds", "/desk/found", "/desk/asked", "/desk/proposals", "/desk/ambiguous", "/desk/rules"];

test("hours are told by the form: tried, seen beside what holds, told; a fault is said where it was made", { skip: absent, timeout: 120000 }, async () => {
  const page = await open("/desk");
  await page.getByRole("link", { name: "Open hours" }).click();
  await page.getByText("every desk counts as always open").waitFor();
  await page.getByLabel("Station, three letters").fill("mad");
  for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) await page.getByLabel(day, { exact: true }).fill("05:00-23:00");
  await page.getByLabel("Sat", { exact: true }).fill("from six");
  await page.getByLabel("Dates with hours of their own").fill("2026-12-25");
  await page.getByRole("button", { name: "See what it changes" }).click();
  assert.match(await page.getByRole("alert").innerText(), /^Sat: write times as 05:00-22:00/);
  await page.getByLabel("Sat", { exact: true }).fill("06:00-20:00");
  assert.equal(await page.getByLabel("Station, three letters").inputValue(), "mad");
  await page.getByRole("button", { name: "See what it changes" }).click();
  const tried = page.locator("section", { hasText: "What it changes" }).first();
  assert.match(await tried.innerText(), /Madrid[^]*Europe\/Madrid[^]*always open[^]*Mon to Fri: 05:00–23:00\s+Sat: 06:00–20:00\s+Sun: closed\s+2026-12-25: closed/);
  assert.deepEqual(await axe(page), []);
  await shot(page, "hours-tried-1280");
  await page.getByRole("button", { name: "Tell it" }).click();
  await page.getByRole("heading", { name: "To come" }).waitFor();
  assert.match(await page.locator("main").innerText(), /chief\.ib\s+.*Madrid/);
  assert.deepEqual(page.faults.filter((fault) => !fault.includes("422")), [], "but for the refusal that was asked for");
  await page.context().close();
});

test("every page of the desk is reached from the menu, clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 300000 }, async () => {
  const menu = await open("/desk");
  const links = await menu.locator("header nav a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const path of pages) assert.ok(links.includes(path), `${path} is in the menu`);
  await menu.context().close();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      const page = await open("/desk", { colorScheme, viewport: { width, height: 800 } });
      for (const path of [...pages, `/desk/told?case=${story.ref}`, `/desk/cases/${story.ref}`]) {
        await page.goto(server.url + path);
        assert.deepEqual(await axe(page), [], `${path} ${colorScheme} ${width}`);
        assert.equal(await tooWide(page), false, `${path} ${width}`);
        assert.deepEqual(page.faults, [], path);
        if (colorScheme === "light") await shot(page, `${path.replaceAll(/[^a-z]+/g, "-").slice(1)}-${width}`);
      }
      await page.context().close();
    }
  }
});

test("the parts of a page of three bags have names of their own", { skip: absent, timeout: 120000 }, async () => {
  for (const width of [1280, 320]) {
    const page = await open(three, { cookie: undefined, viewport: { width, height: 900 } });
    const names = await page.locator("article section").evaluateAll((all) => all.map((s) => s.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id).innerText.trim()).join(" ")));
    assert.ok(names.length >= 6, names.join(", "));
    assert.equal(new Set(names).size, names.length, names.join(", "));
    for (const plate of ["0125730001", "0125730002", "0125730003"]) assert.ok(names.some((name) => name.includes(plate)), plate);
    assert.deepEqual(await axe(page), [], `${width}`);
    assert.equal(await tooWide(page), false, `${width}`);
    await shot(page, `three-${width}`);
    await page.context().close();
  }
});
