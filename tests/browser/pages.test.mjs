// SPDX-License-Identifier: Apache-2.0
// The pages in Chromium against a real server: they change by themselves, say when they cannot, are whole without scripts,
// run nothing that somebody wrote into a field, and are fit for everybody.
// req: PAGE-02 PAGE-07 PAGE-11 SEC-05 STR-13 (Chromium)
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Server, sharedData, until } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

const plate = "0125728359";
const at = (text) => `2026-11-${text.replace(" ", "T")}:00Z`;
let server, browser, ba, ib, account, agent, link, bag, count = 0;

async function say(who, code, occurred, more = {}) {
  const body = { event_id: `b-${++count}`, plate, travel_date: "2026-11-20", code, occurred_at: at(occurred), ...more };
  const answer = await server.post("/v1/events", body, typeof who === "string" ? { key: who } : who);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

/** Moves the clock; sessions that went idle meanwhile are opened anew. */
async function clock(text) {
  server.clock.set(at(text));
  agent = await server.login(account);
}

async function level(want) {
  await until(async () => (await server.get(`/v1/bags/${bag}`, { key: ba })).json.promises.some((p) => p.level === want), `level ${want}`);
}

before(async () => {
  if (absent) return;
  server = await Server.start({ at: at("20 10:30") });
  browser = await Browser.start();
  ba = server.key("BA");
  ib = server.key("IB");
  account = server.account("agent-ib", "agent", "IB");
  server.clock.set(at("20 20:35"));
  await say(ba, "BAG_ACCEPTED", "20 11:04", { station: "JFK", place: "desk 14" });
  await say(ba, "BAG_UNLOADED", "20 20:10", { station: "LHR" });
  await say(ba, "TRANSFER_OUT", "20 20:34", { station: "LHR", to_carrier: "IB" });
  await clock("21 00:20");
  const opened = await server.post("/v1/cases", {
    plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quixano", given: "Alonso" },
    itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }, { flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }],
  }, agent);
  assert.equal(opened.status, 201, opened.text);
  link = new URL(opened.json.customer_url).pathname;
  bag = (await say(ba, "ON_HAND", "21 00:19", { station: "LHR", place: "T3 store 2" })).bag.id;
  await say(agent, "STATUS_CONFIRMED", "21 00:20", { action: "asked", asked: "LHR", next_step_at: at("21 20:00") });
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = async (path, options) => {
  const page = await browser.page(server, options);
  await page.goto(server.url + path);
  return page;
};
const live = (page) => page.locator("#live");
const heard = (page) => page.locator("#live[data-stream=open]").waitFor({ timeout: 10000 });

test("the customer's page changes without a reload, within a second of the other airline's scan", { skip: absent }, async () => {
  const page = await open(link);
  await page.evaluate(() => { window.untouched = true; });
  assert.equal(await page.locator("#say").textContent(), "", "the live region is empty at load");
  assert.match(await live(page).textContent(), /in the store of British Airways/);
  await heard(page);
  const seen = page.waitForFunction(() => /loaded on flight IB3163/.test(document.getElementById("live").textContent), null, { polling: 10 });
  const from = Date.now();
  await say(ib, "BAG_LOADED", "21 00:20", { station: "LHR", flight: { no: "IB3163", date: "2026-11-21" } });
  await seen;
  const took = Date.now() - from;
  assert.ok(took < 1000, `${took} ms`);
  assert.equal(await page.evaluate(() => window.untouched), true);
  assert.match(await page.locator("#say").textContent(), /^[^.]+\.$/, "one sentence is said");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an event that the page was not there for is in its first answer or in its stream", { skip: absent }, async () => {
  // the page is made, then something happens, then its stream begins: the cursor closes the gap
  const page = await browser.page(server);
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route("**/live.js", async (route) => { await held; await route.continue(); });
  await page.goto(server.url + link, { waitUntil: "commit" });
  await page.locator("#live").waitFor();
  await say(ib, "BAG_UNLOADED", "21 00:20", { station: "MAD" });
  release();
  await page.waitForFunction(() => /Madrid/.test(document.querySelector(".where").textContent), null, { timeout: 5000 });
  await page.context().close();
});

test("the agent's page of a bag and the list of what is owed change by themselves", { skip: absent }, async () => {
  const one = await open(`/desk/bags/${bag}`, { cookie: agent.cookie });
  const list = await open("/desk/overdue", { cookie: agent.cookie });
  await Promise.all([heard(one), heard(list)]);
  const entries = await one.locator("table.said tbody tr").count();
  await say(ib, "ARRIVED_AT_DESTINATION", "21 00:20", { station: "MAD", place: "belt 4" });
  await one.waitForFunction((n) => document.querySelectorAll("table.said tbody tr").length > n, entries, { timeout: 5000 });
  assert.match(await live(one).textContent(), /at its destination: .*Madrid.*belt 4/);
  await list.waitForFunction(() => /handover to a courier or a ready notice/.test(document.getElementById("live").textContent), null, { timeout: 5000 });
  assert.deepEqual([...one.faults, ...list.faults], []);
  await one.context().close();
  await list.context().close();
});

test("rows do not jump under the pointer: a button offers the changes", { skip: absent }, async () => {
  const list = await open("/desk/overdue", { cookie: agent.cookie });
  await heard(list);
  await list.locator("table.owed tbody tr").first().hover();
  const before = await live(list).innerHTML();
  await say(ib, "HANDED_TO_COURIER", "21 00:20", { station: "MAD", window: { from: at("21 15:00"), until: at("21 18:00") } });
  const more = list.locator("#more");
  await more.waitFor({ timeout: 5000 });
  assert.match(await more.textContent(), /^Changes: \d+\. Show them$/);
  assert.equal(await live(list).innerHTML(), before);
  await list.mouse.move(2, 2);
  await list.waitForFunction(() => /delivered or attempted/.test(document.getElementById("live").textContent), null, { timeout: 5000 });
  assert.equal(await more.count(), 0);
  // by keyboard: the focus holds the rows, the button lets them go
  await list.locator("table.owed tbody a").first().focus();
  await say(ib, "DELIVERY_SCHEDULED", "21 00:20", { window: { from: at("21 15:00"), until: at("21 18:00") } });
  await more.waitFor({ timeout: 5000 });
  await more.press("Enter");
  await more.waitFor({ state: "detached", timeout: 5000 });
  await list.context().close();
});

test("the page is whole without scripts, does not reload by itself, and says how to see the newest state", { skip: absent }, async () => {
  const plain = await open(link, { javaScriptEnabled: false });
  const scripted = await open(link);
  await heard(scripted);
  assert.equal(await plain.locator("#live").innerText(), await scripted.locator("#live").innerText());
  assert.equal(await plain.locator("meta[http-equiv]").count(), 0);
  assert.match(await plain.locator("main").innerText(), /Show the newest state/);
  assert.match(await plain.locator("main").innerText(), /Times are those of Europe\/Madrid/);
  assert.ok(await plain.locator("ol.timeline li time[datetime]").count() > 4);
  await plain.context().close();
  await scripted.context().close();
});

test("the reader's own zone is in force, named, and kept for the next page", { skip: absent }, async () => {
  const page = await open(link, { timezoneId: "Asia/Tokyo" });
  await page.waitForFunction(() => document.getElementById("live").dataset.zone === "Asia/Tokyo");
  assert.match(await page.locator("main").innerText(), /Times are those of Asia\/Tokyo/);
  await page.goto(`${server.url}${link}?tz=Europe/London`);
  assert.match(await page.locator("main").innerText(), /Times are those of Europe\/London/);
  await page.context().close();
});

test("ages tick in the page, outside of any live region", { skip: absent }, async () => {
  const page = await browser.page(server);
  await page.clock.install({ time: new Date(server.clock.now) });
  await page.goto(server.url + link);
  await page.route("**/fragment*", (route) => route.abort());
  const age = page.locator(".age [data-since]");
  const before = await age.textContent();
  await page.clock.fastForward("00:20:10");
  await page.waitForFunction((text) => document.querySelector(".age [data-since]").textContent !== text, before);
  assert.match(await age.textContent(), /20 min|min$/);
  assert.equal(await age.evaluate((e) => e.closest("[aria-live],[role=status],[role=alert],[role=log]")), null);
  await page.context().close();
});

test("no text that somebody wrote is ever run", { skip: absent }, async () => {
  const file = sharedData() && join(sharedData(), "naughty-strings", "blns.json");
  const texts = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  if (!texts.length) console.log("skipped: not here: shared/data/naughty-strings");
  const own = ["<script>window.ran=1</script>", "<img src=x onerror=window.ran=1>", "\"><svg onload=window.ran=1>", "{{{words}}}{{>head}}", "</dd></article><b>"];
  const places = [...own, ...texts].filter((text) => text.trim() && [...text].length <= 40);
  let taken = 0;
  for (const place of places) {
    const body = { event_id: `n-${++count}`, plate, travel_date: "2026-11-20", code: "BAG_SEEN", occurred_at: at("20 20:12"), station: "LHR", place };
    const answer = await server.post("/v1/events", body, { key: ba });
    assert.ok([201, 400, 422].includes(answer.status), `${place}: ${answer.text}`);
    taken += answer.status === 201 ? 1 : 0;
  }
  assert.ok(taken >= own.length);
  for (const [path, options] of [[link, {}], [`/desk/bags/${bag}`, { cookie: agent.cookie }], ["/desk?q=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E", { cookie: agent.cookie }]]) {
    const page = await open(path, options);
    await page.waitForLoadState("load");
    assert.equal(await page.evaluate(() => window.ran), undefined, path);
    assert.ok((await page.locator("body").textContent()).includes("<script>window.ran=1</script>"), path);
    assert.equal(await page.locator("main script, main img, main svg").count(), 0, path);
    assert.deepEqual(page.faults, [], path);
    await page.context().close();
  }
});

/** The page of a customer with a claim in each state that offers a form: filed, offered, refused. */
async function claimant() {
  const opened = await server.post("/v1/cases", { plate: "0125728777", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quixano" }, for_carrier: "IB" }, { key: ib });
  assert.equal(opened.status, 201, opened.text);
  const at = `/v1/cases/${opened.json.ref}/claims`, refusal = { reason: "other", rule: "x".repeat(120), evidence: "y", appeal: "z" };
  let n = 0;
  const say = async (path, body) => assert.equal((await server.post(path, { event_id: `claim-${++n}`, ...body }, { key: ib })).status, 201);
  for (const kind of ["damage", "missing", "loss"]) await say(at, { kind, note: "A wheel is broken off." });
  for (const claim of [2, 3]) for (const step of ["acknowledged", "assessed"]) await say(`${at}/${claim}/steps`, { step });
  await say(`${at}/2/steps`, { step: "offered", amount: "40", currency: "EUR" });
  await say(`${at}/3/steps`, { step: "refused", ...refusal });
  return `${new URL(opened.json.customer_url).pathname}/claims`;
}

test("every page is clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 240000 }, async () => {
  const bare = await server.call("POST", "/missing", { type: "application/x-www-form-urlencoded", headers: { origin: server.url, "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ surname: "Doe", flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD", plate: "0125999111" }).toString() });
  assert.equal(bare.status, 303, bare.text);
  const pages = ["/missing", bare.headers.get("location"), "/", "/login", link, `${link}/claims`, await claimant(), `/desk/bags/${bag}`, "/desk", "/desk?q=nothing", "/desk?q=0999999999", "/desk/overdue", "/report?from=2026-11-20&to=2026-11-22", "/t/0000000000000000000000"];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      const page = await browser.page(server, { cookie: agent.cookie, colorScheme, viewport: { width, height: 800 } });
      for (const path of pages) {
        await page.goto(server.url + path);
        if (path === "/login") await page.context().clearCookies();
        assert.deepEqual(await axe(page), [], `${path} ${colorScheme} ${width}`);
        assert.equal(await tooWide(page), false, `${path} ${width}`);
        if (path === "/login") {
          const [name, value] = agent.cookie.split("=");
          await page.context().addCookies([{ name, value, url: server.url }]);
        }
      }
      await page.context().close();
    }
  }
});

test("late, overdue and finished look and read differently, and are clean for axe", { skip: absent, timeout: 120000 }, async () => {
  const page = await open(link);
  await heard(page);
  const word = page.locator(".fresh .cap");
  assert.equal(await word.innerText(), "On time");
  server.clock.set(at("21 19:00"));
  await level(1);
  await page.waitForFunction(() => document.querySelector("article").classList.contains("late"), null, { timeout: 5000 });
  assert.match(await live(page).textContent(), /an update is late/);
  assert.match(await page.locator(".age").textContent(), /\(18 h 40 min\)/, "the age follows the server's clock");
  assert.deepEqual(await axe(page), []);
  server.clock.set(at("21 21:00"));
  await level(2);
  await page.waitForFunction(() => document.querySelector("article").classList.contains("overdue"), null, { timeout: 5000 });
  assert.match(await live(page).textContent(), /was reminded on .*took over on/s);
  assert.deepEqual(await axe(page), []);
  await say(ib, "DELIVERED", "21 20:59", { proof: "pin" });
  await page.waitForFunction(() => document.querySelector("article").classList.contains("done"), null, { timeout: 5000 });
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("when the stream drops a banner says so, and what happened meanwhile is there when it is back", { skip: absent, timeout: 120000 }, async () => {
  await clock("21 21:00");
  const page = await open(`/desk/bags/${bag}`, { cookie: agent.cookie });
  const customer = await open(link);
  await Promise.all([heard(page), heard(customer)]);
  await server.kill("SIGKILL");
  for (const one of [page, customer]) {
    await one.locator("#banner:not([hidden])").waitFor({ timeout: 15000 });
    assert.match(await one.locator("#banner").textContent(), /^Live updates paused, last checked at \d\d:\d\d:\d\d\.$/);
    assert.match(await one.locator("#say").textContent(), /paused/);
  }
  await server.run();
  await say({ cookie: agent.cookie, headers: agent.headers }, "STAFF_NOTE", "21 21:00", { note: "called the traveller" });
  for (const one of [page, customer]) await one.locator("#banner").waitFor({ state: "hidden", timeout: 40000 });
  await page.waitForFunction(() => /STAFF_NOTE/.test(document.getElementById("live").textContent), null, { timeout: 20000 });
  assert.doesNotMatch(await live(customer).textContent(), /called the traveller/);
  await page.context().close();
  await customer.context().close();
});

test("a session that has ended is told, not hidden", { skip: absent }, async () => {
  const own = await server.login(account);
  const page = await open(`/desk/bags/${bag}`, { cookie: own.cookie });
  await heard(page);
  const out = await fetch(`${server.url}/logout`, {
    method: "POST", redirect: "manual", body: "",
    headers: { cookie: own.cookie, ...own.headers, "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(out.status, 303);
  await page.locator("#banner:not([hidden])").waitFor({ timeout: 20000 });
  await page.waitForFunction(() => /the link or the session has ended/.test(document.getElementById("banner").textContent), null, { timeout: 20000 });
  await page.context().close();
});
