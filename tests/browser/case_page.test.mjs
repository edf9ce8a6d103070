// SPDX-License-Identifier: Apache-2.0
// A file on the agent's screen in Chromium: whose it is and why, its bags, its log; every step by its form; notes for those
// they are for; live, fit for everybody, and whatever a person wrote is text.
// req: CASE-03 CASE-04 CASE-11 CASE-09
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";

let server, browser, file;
const staff = {}, key = {};

before(async () => {
  if (absent) return;
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  browser = await Browser.start();
  for (const carrier of ["BA", "IB", "LH"]) {
    key[carrier] = server.key(carrier);
    staff[carrier] = await server.login(server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier));
  }
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const opened = await server.post("/v1/cases", { travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    bags: [{ plate: "0125000001" }, { plate: "0125000002" }], itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: key.IB });
  assert.equal(opened.status, 201, opened.text);
  file = opened.json.ref;
  for (const [id, code, more] of [["a", "ON_HAND", { place: "T3 store" }], ["b", "DAMAGE_REPORTED", {}]]) {
    const said = await server.post("/v1/events", { event_id: id, plate: "0125000001", travel_date: "2026-11-20", code, station: "LHR", occurred_at: "2026-11-21T07:30:00Z", ...more }, { key: key.BA });
    assert.equal(said.status, 201, said.text);
  }
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

const show = async (carrier, options = {}) => {
  const page = await browser.page(server, { cookie: staff[carrier].cookie, ...options });
  await page.goto(`${server.url}/desk/cases/${file}`);
  return page;
};

test("the file says whose it is, by which rule and its inputs, and lists its bags, worst first", { skip: absent, timeout: 120000 }, async () => {
  const page = await show("IB");
  const text = await page.locator("main").innerText();
  assert.match(text, /File MADIB\d{5}/);
  assert.match(text, /it flies the last segment of the journey/);
  assert.match(text, /Last segment\s+Iberia \(IB\)/);
  assert.deepEqual(await page.locator("table.bags tbody a").allInnerTexts(), ["0125000002", "0125000001"], "nothing was heard of the second");
  assert.match(await page.locator("table.bags").innerText(), /Damage was reported/);
  assert.match(text, /CASE_OPENED/);
  assert.ok(!text.includes("Testperson"), "nothing of the passenger");
  await page.locator("table.bags tbody a").last().click();
  await page.getByRole("link", { name: file }).click();
  await page.getByRole("heading", { name: `File ${file}` }).waitFor();
  await page.context().close();
  const stranger = await server.get(`/desk/cases/${file}`, staff.LH);
  assert.equal(stranger.status, 404);
});

test("a file is handed over by forms, live on the other's screen", { skip: absent, timeout: 180000 }, async () => {
  const [ib, ba] = [await show("IB"), await show("BA")];
  assert.equal(await ba.getByRole("button", { name: "Ask it" }).count(), 0);
  await ib.getByLabel("To carrier").fill("BA");
  await ib.locator("#offer-note").fill("Yours: <b>the first leg</b>.");
  await ib.getByRole("button", { name: "Ask it" }).click();
  await ib.getByText("Offered to").waitFor();
  await ba.getByText("Offered to").waitFor(); // by the stream, without a reload
  await ba.reload();
  assert.ok((await ba.locator(".notes").innerText()).includes("Yours: <b>the first leg</b>."), "a hand-over's words are for both sides, and text");
  await ba.getByRole("button", { name: "Take it" }).click();
  await ba.getByText("it accepted the file when it was asked").waitFor();
  await ib.getByText("it accepted the file when it was asked").waitFor();
  for (const page of [ib, ba]) assert.deepEqual(page.faults, []);
  await Promise.all([ib, ba].map((page) => page.context().close()));
});

test("fault and closing by forms; what the file does not allow is told", { skip: absent, timeout: 180000 }, async () => {
  const page = await show("BA");
  await page.locator("#close-reason").selectOption("withdrawn");
  await page.locator("#close-note").fill("The passenger phoned.");
  await page.getByRole("button", { name: "Close it" }).click();
  await page.getByText("has not coded fault station and reason").waitFor();
  await page.goto(`${server.url}/desk/cases/${file}`);
  await page.locator("#fault-station").fill("LHR");
  await page.locator("#fault-reason").selectOption("54");
  await page.locator("#fault-note").fill("After the gate had closed.");
  await page.getByRole("button", { name: "Code it" }).click();
  await page.getByText("RL 54: interline, not made available by inbound carrier").waitFor();
  await page.locator("#close-reason").selectOption("withdrawn");
  await page.locator("#close-note").fill("The passenger phoned.");
  await page.getByRole("button", { name: "Close it" }).click();
  await page.getByText("closed: the customer asks for nothing more").waitFor();
  assert.equal(await page.getByRole("button", { name: "Close it" }).count(), 0);
  await page.context().close();
});

test("notes are read by their carrier and by the owner, whose look is recorded, and by no auditor", { skip: absent, timeout: 120000 }, async () => {
  const page = await show("IB");
  await page.locator("#note-text").fill("Ask the transfer desk again.");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByText("Ask the transfer desk again.").waitFor();
  await page.context().close();
  const said = await server.post("/v1/events", { event_id: "n-1", plate: "0125000002", travel_date: "2026-11-20", code: "STAFF_NOTE", occurred_at: "2026-11-21T07:30:00Z", note: "Seen on the belt." }, staff.IB);
  assert.equal(said.status, 201, said.text);
  const chief = await server.chief("BA");
  const reads = async () => (await server.get(`/v1/cases/${file}/reads`, chief)).json.reads.filter((r) => r.shown.includes("notes") && r.organisation === "BA").length;
  const before = await reads();
  const owner = await server.get(`/desk/cases/${file}`, staff.BA);
  for (const note of ["Ask the transfer desk again.", "Seen on the belt."]) assert.ok(owner.text.includes(note), note);
  assert.equal(await reads(), before + 1);
  const auditor = await server.login(server.account("auditor.ba", "auditor", "BA"));
  const seen = await server.get(`/desk/cases/${file}`, auditor);
  assert.equal(seen.status, 200);
  for (const note of ["transfer desk again", "Seen on the belt", "gate had closed", "phoned"]) assert.ok(!seen.text.includes(note), note);
  assert.ok(!seen.text.includes("<form class=\"search\""), "an auditor takes no steps");
});

test("the page is clean for axe in both themes, and no wider than 320 px", { skip: absent, timeout: 180000 }, async () => {
  for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
    const page = await show("BA", { colorScheme, viewport: { width, height: 800 } });
    assert.deepEqual(await axe(page), [], `${colorScheme} ${width}`);
    assert.equal(await tooWide(page), false, `${width}`);
    await page.context().close();
  }
});
