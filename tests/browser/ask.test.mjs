// SPDX-License-Identifier: Apache-2.0
// A station that is asked, in Chromium: staff ask by the bag's page and hand the link over; whoever has it answers without an account, with
// one tap, with and without scripts; both pages are fit for everybody.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser;
const staff = {}, bags = [];

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  browser = await Browser.start();
  const ba = server.key("BA"), ib = server.key("IB");
  for (const carrier of ["BA", "IB"]) staff[carrier] = await server.login(server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier));
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  for (const plate of ["0125000001", "0125000002", "0125000003"]) {
    const said = await server.post("/v1/events", { event_id: `e-${plate}`, plate, travel_date: "2026-11-20", code: "BAG_SEEN", station: "LHR", place: "T3 belt", occurred_at: "2026-11-21T07:30:00Z" }, { key: ba });
    assert.equal(said.status, 201, said.text);
    const opened = await server.post("/v1/cases", { travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" }, bags: [{ plate, code: "BU22MBC" }],
      itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: ib });
    assert.equal(opened.status, 201, opened.text);
    bags.push({ id: said.json.bag.id, page: new URL(opened.json.customer_url).pathname });
  }
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

/** Asks LHR by the form of the bag's page; gives the link that is shown there. */
async function ask(bag) {
  const page = await browser.page(server, { cookie: staff.IB.cookie });
  await page.goto(`${server.url}/desk/bags/${bag.id}`);
  await page.getByRole("button", { name: "Ask it" }).click();
  const link = await page.locator("input.link").inputValue();
  assert.match(await page.locator("#asked").innerText(), /British Airways \(BA\) at London Heathrow Airport \(LHR\) is asked; its answer is due by 21 Nov, 10:00/);
  assert.deepEqual(page.faults, []);
  return { page, link };
}

test("staff ask by the bag's page, the station answers by the link, and the traveller's page says both", { skip: absent, timeout: 180000 }, async () => {
  const traveller = await browser.page(server);
  await traveller.goto(`${server.url}${bags[0].page}`);
  const { page, link } = await ask(bags[0]);
  await traveller.getByText("Iberia asked British Airways at London Heathrow Airport").first().waitFor(); // by the stream, without a reload
  const station = await browser.page(server);
  await station.goto(link);
  assert.match(await station.locator("main").innerText(), /Iberia \(IB\) asks British Airways \(BA\) at London Heathrow Airport \(LHR\): is this bag there\?/);
  assert.ok(!(await station.content()).includes("Testperson"));
  await station.getByRole("button", { name: "It is here" }).click();
  assert.ok(await station.getByRole("button", { name: "It is here" }).isVisible(), "the browser asks for the place first");
  await station.getByLabel("Where exactly").fill("T3 <b>store</b> 2");
  await station.getByRole("button", { name: "It is here" }).click();
  await station.getByRole("heading", { name: "This is answered" }).waitFor();
  assert.ok((await station.locator("main").innerText()).includes("T3 <b>store</b> 2"), "what a person wrote is text");
  await station.goBack();
  await station.reload();
  await station.getByRole("heading", { name: "This is answered" }).waitFor();
  await traveller.getByText("British Airways answered: your bag is at London Heathrow Airport").first().waitFor();
  for (const one of [page, station, traveller]) assert.deepEqual(one.faults, []);
  await Promise.all([page, station, traveller].map((one) => one.context().close()));
});

test("without scripts the four answers are four forms; a faulty one says what is missing and keeps the rest", { skip: absent, timeout: 180000 }, async () => {
  const { page, link } = await ask(bags[1]);
  const station = await browser.page(server, { javaScriptEnabled: false });
  await station.goto(link);
  assert.equal(await station.locator("main form").count(), 4);
  await station.getByLabel("Flight, such as IB3163").fill("IB3163");
  await station.getByLabel("Date of the flight").fill("2026-11-21");
  await station.getByLabel("To station").fill("ma");
  await station.getByRole("button", { name: "It was sent on" }).click();
  await station.getByText("A station of three letters.").waitFor();
  assert.equal(await station.getByLabel("Flight, such as IB3163").inputValue(), "IB3163");
  await station.getByLabel("Until").selectOption({ index: 0 });
  await station.getByRole("button", { name: "We need until then" }).click();
  await station.getByText("Answered: you need until").waitFor();
  assert.equal(await station.locator("main form").count(), 3, "that is said once");
  await station.getByLabel("Where was it looked for").fill("T3 store, T5 belts");
  await station.getByRole("button", { name: "It is not here" }).click();
  await station.getByText("looked for at T3 store, T5 belts").waitFor();
  await Promise.all([page, station].map((one) => one.context().close()));
});

test("staff of the asked carrier find it in their list, and answer in the same browser", { skip: absent, timeout: 180000 }, async () => {
  const { page } = await ask(bags[2]);
  const own = await browser.page(server, { cookie: staff.BA.cookie });
  await own.goto(`${server.url}/desk`);
  await own.getByRole("link", { name: "Asked of us" }).click();
  assert.deepEqual(await axe(own), []);
  await own.getByRole("link", { name: "0125000003" }).click();
  await own.getByLabel("Where was it looked for").fill("All of T3");
  await own.getByRole("button", { name: "It is not here" }).click();
  await own.getByRole("heading", { name: "This is answered" }).waitFor();
  await own.getByRole("link", { name: "Asked of us" }).click();
  await own.getByText("Nothing is asked of your stations.").waitFor();
  assert.deepEqual(own.faults, []);
  await Promise.all([page, own].map((one) => one.context().close()));
});

test("the station's page and the bag's form are clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 180000 }, async () => {
  const { page: desk, link } = await ask(bags[1]);
  for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
    for (const [where, cookie] of [[link, undefined], [`${server.url}/desk/bags/${bags[1].id}`, staff.IB.cookie]]) {
      const page = await browser.page(server, { cookie, colorScheme, viewport: { width, height: 800 } });
      await page.goto(where);
      assert.deepEqual(await axe(page), [], `${where} ${colorScheme} ${width}`);
      assert.equal(await tooWide(page), false, `${where} ${width}`);
      if (process.env.BW_SHOTS) await page.screenshot({ path: `${process.env.BW_SHOTS}/ask-${cookie ? "desk" : "station"}-${width}.png`, fullPage: true });
      await page.context().close();
    }
  }
  await desk.context().close();
});
