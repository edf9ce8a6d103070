// SPDX-License-Identifier: Apache-2.0
// The story of one bag through the API on the test clock: rows 1 to 18 without flight times, every cell, the two clocks, the page at
// 06:55, the report.  req: BAG-04 BAG-08 BAG-09 BAG-10 CLK-01 CLK-04 CLK-05 CLK-08 CASE-01 TYB-02 PAGE-01 PAGE-02
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server, until } from "../lib/server.mjs";

const plate = "0125728359";
const rush = "2125001234";
let server, ba, ib, account, link;
/** The story's hours are longer than a session: she logs in whenever she acts. */
const agent = () => server.login(account);

const at = (text) => `2026-11-${text.replace(" ", "T")}:00Z`;

before(async () => {
  server = await Server.start({ at: at("20 10:30") });
  ba = server.key("BA");
  ib = server.key("IB");
  account = server.account("agent-ib", "agent", "IB");
});
after(() => server?.stop());

async function say(who, id, code, occurred, more = {}, recorded) {
  if (recorded) server.clock.set(recorded);
  const options = typeof who === "string" ? { key: who } : who;
  const body = { event_id: id, plate, travel_date: "2026-11-20", code, occurred_at: occurred, ...more };
  const answer = await server.post("/v1/events", body, options);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

async function telegram(text, recorded) {
  server.clock.set(recorded);
  const answer = await server.post("/v1/typeb", text, { key: ba, type: "text/plain" });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.messages[0].status, "used");
  return answer.json.messages[0];
}

async function bag() {
  const answer = await server.get(`/v1/bags/${plate}?date=2026-11-20`, { key: ib });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** One row of the story's table. */
async function cells(want) {
  const got = await bag();
  assert.equal(got.bag.place, want.place);
  assert.equal(got.bag.station, want.station);
  assert.equal(got.bag.custody, want.custody);
  if (want.custodian) assert.equal(got.bag.custodian, want.custodian);
  if (want.receiver) assert.equal(got.bag.receiver, want.receiver);
  assert.deepEqual(got.promises.map((p) => [p.carrier, p.owed, p.due]).sort(), (want.owed ?? []).sort());
  if (want.step) assert.deepEqual(got.case.promises.map((p) => [p.carrier, p.owed, p.due]), want.step);
  if (want.seen) assert.equal(got.bag.last_seen_at, want.seen);
  if (want.news) assert.equal(got.bag.last_news_at, want.news);
  return got;
}

/** The sweeper raises a level as soon as the clock says so, and once. */
async function level(time, expected) {
  server.clock.set(time);
  await until(async () => (await bag()).promises[0].level === expected, `level ${expected}`);
}

test("rows 1 to 5: two flights, a handover that nobody answers", async () => {
  await telegram("BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.O/IB3167/20NOV/MAD\n.N/0125728359001\n.P/1SAMPLE/ANA\nENDBSM\n", at("20 10:40"));
  // a bag that carriers alone know is theirs to see: the agent of IB sees it because IB is of the journey
  await cells({ place: "EXPECTED", station: "JFK", custody: "NONE" });
  await say(ba, "row-2", "BAG_ACCEPTED", at("20 11:04"), { station: "JFK" }, at("20 11:05"));
  await cells({ place: "AT", station: "JFK", custody: "HELD", custodian: "BA" });
  const loaded = await telegram(
    "BPM\n.V/1LJFK\n.J/H///20NOV/072900L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/0125728359001\nENDBPM\n", at("20 12:31"));
  assert.equal(loaded.bags[0].code, "BAG_LOADED");
  assert.equal(loaded.bags[0].answer.event.occurred_at, at("20 12:29"));
  await cells({ place: "LOADED", station: "JFK", custody: "HELD", custodian: "BA" });
  await say(ba, "row-4", "BAG_UNLOADED", at("20 20:10"), { station: "LHR" }, at("20 20:12"));
  await cells({ place: "AT", station: "LHR", custody: "HELD", custodian: "BA" });
  await say(ba, "row-5", "TRANSFER_OUT", at("20 20:34"), { station: "LHR", to_carrier: "IB" }, at("20 20:35"));
  await cells({ place: "AT", station: "LHR", custody: "PENDING", custodian: "BA", receiver: "IB", seen: at("20 20:34") });
});

test("row 8: the file is opened, Iberia owns it, and owes at once", async () => {
  server.clock.set(at("21 00:20"));
  const answer = await server.post("/v1/cases",
    { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE", given: "ANA" } }, await agent());
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.ref, "MADIB10001");
  assert.equal(answer.json.owner, "IB");
  link = new URL(answer.json.customer_url).pathname;
  const got = await cells({
    place: "AT", station: "LHR", custody: "PENDING", custodian: "BA",
    owed: [["IB", "transfer-pending", at("21 01:20")]], step: [["IB", "reported", at("21 01:20")]],
  });
  assert.equal(got.bag.watched, true);
});

test("row 9: four hours after the handover was reported both owe", async () => {
  server.clock.set(at("21 00:35"));
  await until(async () => (await bag()).bag.custody === "DISPUTED", "the dispute");
  await cells({
    place: "AT", station: "LHR", custody: "DISPUTED", custodian: "BA",
    owed: [["BA", "custody-disputed", at("21 04:35")], ["IB", "custody-disputed", at("21 04:35")]],
  });
});

test("rows 10 and 11: the giver's own sighting settles it; an agent confirms", async () => {
  await say(ba, "row-10", "ON_HAND", at("21 00:45"), { station: "LHR", place: "store" }, at("21 00:50"));
  const owed = [["BA", "located", at("21 04:50")]];
  await cells({ place: "AT", station: "LHR", custody: "HELD", custodian: "BA", owed, seen: at("21 00:45"), news: at("21 00:50") });
  server.clock.set(at("21 00:55"));
  await say(await agent(), "row-11", "STATUS_CONFIRMED", at("21 00:55"),
    { action: "asked", asked: "LHR", waiting_for: "BA", next_step_at: at("21 04:50") });
  await cells({ place: "AT", station: "LHR", custody: "HELD", owed, step: [["IB", "case-step", at("22 00:55")]], news: at("21 00:50") });
});

test("row 12: reminded, due, escalated, each once; neither clock moves", async () => {
  await level(at("21 03:50"), 0);
  await level(at("21 04:50"), 1);
  await level(at("21 06:50"), 2);
  await cells({
    place: "AT", station: "LHR", custody: "HELD", owed: [["BA", "located", at("21 04:50")]],
    seen: at("21 00:45"), news: at("21 00:50"),
  });
  const events = (await server.get(`/v1/bags/${plate}/events?date=2026-11-20`, { key: ib })).json.events;
  const levels = events.filter((e) => e.data?.level !== undefined && e.data.owed === "located").map((e) => [e.code, e.data.level]);
  assert.deepEqual(levels.sort(), [["PROMISE_MISSED", 1], ["PROMISE_MISSED", 2], ["PROMISE_REMINDED", 0]]);
});

test("the page at 06:55 says whose fault, what is owed, who took over, and the next word", async () => {
  server.clock.set(at("21 06:55"));
  const page = await server.get(link);
  assert.equal(page.status, 200);
  const words = page.text.replace(/<(script|style)[^]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ").replace(/&#?\w+;/g, "'").replace(/\s+/g, " ");
  for (const said of [/Iberia/, /sorry/i, /London Heathrow/, /01:45/, /British Airways/, /05:50/, /07:50/]) assert.match(words, said);
  for (const never of [/\blost\b/i, /\bsoon\b/i, /check back/i, /guarantee/i, /contact British/i, /SAMPLE/]) assert.doesNotMatch(words, never);
});

test("rows 13 to 15: the plan, the flight, and a late scan that moves nothing", async () => {
  await say(ba, "row-13", "FORWARD_PLANNED", at("21 07:05"),
    { station: "LHR", to_station: "MAD", new_plate: rush, time_type: "planned", flight: { no: "IB3163", date: "2026-11-21" } }, at("21 07:05"));
  await cells({ place: "AT", station: "LHR", custody: "HELD", custodian: "BA", owed: [["IB", "forward-planned", at("22 01:00")]] });
  await say(ib, "row-14", "BAG_LOADED", at("21 09:12"),
    { plate: rush, travel_date: "2026-11-21", station: "LHR", flight: { no: "IB3163", date: "2026-11-21" } }, at("21 09:14"));
  const flying = { place: "LOADED", station: "LHR", custody: "HELD", custodian: "IB", owed: [["IB", "in-flight", at("22 03:14")]] };
  await cells(flying);
  const late = await say(ba, "row-15", "BAG_SEEN", at("21 08:20"), { station: "LHR" }, at("21 09:40"));
  assert.equal(late.outcome, "late");
  await cells({ ...flying, seen: at("21 09:12") });
});

test("rows 16 to 18: arrived, with the courier, delivered: nobody owes anything", async () => {
  await say(ib, "row-16", "ARRIVED_AT_DESTINATION", at("21 12:20"), { plate: rush, travel_date: "2026-11-21", station: "MAD" }, at("21 12:22"));
  await cells({ place: "AT_DESTINATION", station: "MAD", custody: "HELD", custodian: "IB", owed: [["IB", "at-station", at("21 16:22")]] });
  await say(ib, "row-17", "HANDED_TO_COURIER", at("21 14:00"),
    { station: "MAD", window: { from: at("21 15:00"), until: at("21 18:00") } }, at("21 14:00"));
  await cells({ place: "WITH_COURIER", station: "MAD", custody: "HELD", custodian: "IB", owed: [["IB", "with-courier", at("21 19:00")]] });
  await say(ib, "row-18", "DELIVERED", at("21 17:30"), { proof: "pin" }, at("21 17:32"));
  const got = await cells({ place: "DELIVERED", station: "MAD", custody: "NONE", step: [] });
  assert.equal(got.bag.watched, false);
});

test("the report names who let it go stale, in minutes", async () => {
  server.clock.set(at("21 23:59"));
  const auditor = await server.login(server.account("auditor", "auditor", "AUDIT"));
  const path = "/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier";
  const answer = await server.get(path, auditor);
  assert.equal(answer.status, 200, answer.text);
  const report = answer.json;
  const row = (carrier) => report.rows.find((r) => r.carrier === carrier);
  assert.deepEqual([row("BA").fell_due, row("BA").late, row("BA").late_minutes, row("BA").superseded, row("BA").silent_minutes], [1, 1, 135, 1, 135]);
  assert.deepEqual([row("IB").fell_due, row("IB").kept_by_fact, row("IB").kept_by_confirmation, row("IB").late, row("IB").superseded,
    row("IB").silent_minutes], [3, 2, 1, 0, 2, 0]);
  assert.deepEqual([report.all.silent_minutes, report.watched_minutes], [135, 1032]);
  const csv = await server.get(`${path}&format=csv`, auditor);
  assert.match(csv.headers.get("content-type"), /text\/csv/);
  assert.match(csv.text, /^BA,1,0,0,0,0,0,1,0,1,135,135,135,\r$/m);
});

test("any row sent again changes nothing, and nobody speaks for another", async () => {
  const before = (await bag()).bag;
  const again = await server.post("/v1/events", { event_id: "row-10", plate, travel_date: "2026-11-20", code: "ON_HAND",
    occurred_at: at("21 00:45"), station: "LHR", place: "store" }, { key: ba });
  assert.equal(again.status, 200);
  assert.equal(again.json.outcome, "duplicate");
  assert.deepEqual((await bag()).bag, before);
  const forBa = await server.post("/v1/events", { event_id: "row-x", plate, travel_date: "2026-11-20", code: "ON_HAND",
    occurred_at: at("21 00:45"), station: "LHR", for_carrier: "BA" }, { key: ib });
  assert.equal(forBa.status, 403);
  assert.equal(forBa.json.type, "/problems/code-not-yours");
});
