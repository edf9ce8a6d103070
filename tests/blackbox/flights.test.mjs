// SPDX-License-Identifier: Apache-2.0
// Flight times: who may tell them, what hangs on them and moves with them, who owes; bags that missed their flight or cannot make their
// connection, files that are proposed for them; bags that nobody claims; watches by staff; bags that go quiet.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, second, ba, ib, lh, people = {}, n = 0;
const at = (text) => `2026-11-${text.replace(" ", "T")}:00Z`;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: at("20 08:00"), databaseUrl: db.owner });
  second = await server.twin();
  [ba, ib, lh] = ["BA", "IB", "LH"].map((carrier) => server.key(carrier));
  for (const carrier of ["BA", "IB", "LH"]) people[carrier] = server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier);
});
after(async () => {
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

const now = (text) => server.clock.set(at(text));
const put = (key, number, date, told) => server.call("PUT", `/v1/flights/${number}/${date}`, { ...(typeof key === "string" ? { key } : key), body: told });
async function flight(key, number, date, out, into, more = {}) {
  const answer = await put(key, number, date, { origin: "LHR", destination: "MAD", ...more,
    ...(out ? { departure: typeof out === "string" ? { scheduled: out } : out } : {}), ...(into ? { arrival: typeof into === "string" ? { scheduled: into } : into } : {}) });
  assert.ok(answer.status < 300, answer.text);
  return answer;
}
async function say(key, plate, code, more = {}) {
  const answer = await server.post("/v1/events", { event_id: `f-${++n}`, plate, travel_date: "2026-11-20", code, occurred_at: server.clock.now, station: "LHR", ...more }, { key });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const seen = async (plate, key = ib, date = "2026-11-20") => (await server.get(`/v1/bags/${plate}?date=${date}`, { key })).json;
const owed = async (plate) => (await seen(plate)).promises.map((p) => [p.carrier, p.owed, p.due, p.unconfirmed ?? false, p.marketing ?? ""]);
const log = async (plate, code) => (await server.get(`/v1/bags/${plate}/events?date=2026-11-20`, { key: ib })).json.events.filter((e) => e.code === code);
const forecast = (plate, number = "IB3167", first = "BA0178") => server.post("/v1/typeb", `BSM\n.V/1LJFK\n.F/${first}/20NOV/LHR\n.O/${number}/20NOV/MAD\n.N/${plate}001\nENDBSM\n`, { key: ba, type: "text/plain" });
async function file(plate, itinerary = [{ flight: "IB3099", date: "2026-11-20", from: "LHR", to: "MAD" }]) {
  const answer = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" }, itinerary }, { key: ib });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const plan = (plate, number, date) => say(ba, plate, "FORWARD_PLANNED", { to_station: "MAD", new_plate: "same", time_type: "planned", flight: { no: number, date } });

test("req: CLK-03 the carrier of the number tells a flight's times, and whom it names; nobody else; the same again changes nothing", async () => {
  const told = { origin: "LHR", destination: "MAD", departure: { scheduled: at("20 21:20") }, arrival: { scheduled: at("20 23:45") } };
  const first = await put(ib, "IB3001", "2026-11-20", told);
  assert.deepEqual([first.status, first.json.version, first.json.flight], [201, 1, "IB3001"]);
  assert.equal((await put(ba, "IB3001", "2026-11-20", told)).json.type, "/problems/code-not-yours");
  assert.equal((await put(ib, "ib 3001", "2026-11-20", told)).json.version, 1, "nothing new was said");
  const named = await put(ib, "IB3001", "2026-11-20", { ...told, operating: "BA", codeshares: ["LH5001"] });
  assert.equal(named.json.version, 2);
  assert.equal((await put(ba, "IB3001", "2026-11-20", { ...named.json.told, departure: { scheduled: at("20 21:20"), estimated: at("20 21:50") } })).json.version, 3, "who flies it");
  assert.equal((await put(lh, "IB3001", "2026-11-20", { ...named.json.told, departure: { scheduled: at("20 21:20"), estimated: at("20 21:55") } })).json.version, 4, "who sells it");
  const byName = await server.get("/v1/flights/LH5001/2026-11-20", { key: lh });
  assert.deepEqual([byName.json.flight, byName.json.version, byName.json.told.departure.estimated], ["IB3001", 4, at("20 21:55")]);
  assert.equal((await server.get("/v1/flights/IB3002/2026-11-20", { key: ib })).status, 404);
  const chief = await server.chief("IB");
  assert.equal((await put(chief, "IB3003", "2026-11-20", told)).status, 201);
  assert.equal((await put(await server.login(people.IB), "IB3004", "2026-11-20", told)).status, 403, "an agent tells no times");
  const faults = await put(ib, "IB3005", "2026-11-20", { departure: { scheduled: at("20 21:20"), actual: at("20 21:20") }, arrival: { scheduled: at("20 20:00") }, codeshares: ["IB3005"], wrong: 1 });
  assert.equal(faults.status, 422);
  const late = await put(ib, "IB3005", "2026-11-20", { departure: { scheduled: at("20 21:20"), actual: at("20 21:20") }, arrival: { scheduled: at("20 20:00") }, codeshares: ["IB3005"] });
  assert.deepEqual(late.json.errors.map((e) => e.pointer), ["/departure/actual", "/arrival", "/codeshares"]);
  const both = await Promise.all(["20:01", "20:02", "20:03", "20:04"].map((minute, k) =>
    (k % 2 ? second : server).call("PUT", "/v1/flights/IB3006/2026-11-20", { key: ib, body: { departure: { scheduled: at(`20 ${minute}`) } } })));
  assert.ok(both.every((one) => one.status < 300), both.map((one) => one.text).join());
  assert.equal((await server.get("/v1/flights/IB3006/2026-11-20", { key: ib })).json.version, 4, "of several who tell at once each is told");
});

test("req: CLK-03 a plan and a flight fall due by the flight's times, and move with them; what was missed stays missed", async () => {
  const plate = "0125001001";
  now("20 09:00");
  await say(ba, plate, "ON_HAND");
  await file(plate);
  await plan(plate, "IB3101", "2026-11-20");
  assert.deepEqual(await owed(plate), [["IB", "forward-planned", at("21 01:00"), true, ""]], "without times the end of the day, and nobody told who flies it");
  await flight(ib, "IB3101", "2026-11-20", at("20 12:00"), at("20 14:30"), { operating: "BA", codeshares: ["LH7777"] });
  await until(async () => (await owed(plate))[0]?.[2] === at("20 13:00"), "due an hour after it departs");
  assert.deepEqual(await owed(plate), [["BA", "forward-planned", at("20 13:00"), false, "IB"]], "who operates it owes, whose number it has is shown");
  await flight(ib, "IB3101", "2026-11-20", { scheduled: at("20 12:00"), estimated: at("20 13:30") }, at("20 16:00"), { operating: "BA", codeshares: ["LH7777"] });
  await until(async () => (await owed(plate))[0]?.[2] === at("20 14:30"), "moved with the estimate");
  const moved = await log(plate, "FLIGHT_TIMES");
  assert.equal(new Set(moved.map((e) => e.event_id)).size, moved.length, "two instances tell each version once");
  now("20 13:00");
  await flight(ib, "IB3101", "2026-11-20", { scheduled: at("20 12:00"), estimated: at("20 13:05") }, at("20 16:00"), { operating: "BA", codeshares: ["LH7777"] });
  await until(async () => (await owed(plate))[0]?.[2] === at("20 14:05"), "earlier, too");
  now("20 13:10");
  await flight(ib, "IB3101", "2026-11-20", { scheduled: at("20 12:00"), actual: at("20 12:40") }, at("20 16:00"), { operating: "BA", codeshares: ["LH7777"] });
  await until(async () => (await log(plate, "FLIGHT_TIMES")).length === 4, "told");
  assert.deepEqual((await owed(plate))[0][2], at("20 14:05"), "within the hour that everybody has nothing moves");
  now("20 14:06");
  await until(async () => (await seen(plate)).promises[0].level === 1, "missed");
  await flight(ib, "IB3101", "2026-11-20", { scheduled: at("20 12:00"), actual: at("20 13:50") }, at("20 16:00"), { operating: "BA", codeshares: ["LH7777"] });
  await until(async () => (await log(plate, "FLIGHT_TIMES")).length === 5, "told");
  assert.deepEqual([(await owed(plate))[0][2], (await seen(plate)).promises[0].level], [at("20 14:05"), 1], "what was missed stays missed");
  await say(ba, plate, "BAG_LOADED", { flight: { no: "LH7777", date: "2026-11-20" } });
  assert.deepEqual(await owed(plate), [["BA", "in-flight", at("20 18:00"), false, "LH"]], "under a codeshare's number the same flight: two hours after it arrives");
});

test("req: CLK-03 a plan for a flight that will not go is over: a new one is owed", async () => {
  const plate = "0125001002";
  now("20 15:00");
  await say(ba, plate, "ON_HAND");
  await file(plate);
  await plan(plate, "IB3102", "2026-11-20");
  await flight(ib, "IB3102", "2026-11-20", at("20 19:00"), at("20 21:00"), { operating: "IB", cancelled: true });
  await until(async () => (await owed(plate))[0]?.[1] === "located", "a new plan is owed");
  assert.deepEqual((await owed(plate))[0].slice(0, 3), ["BA", "located", at("20 19:00")]);
});

test("req: CLK-20 CASE-02 a bag that its flight leaves without is watched at once and proposed to its owner, who opens the file with what is known", async () => {
  const [left, gone, other, start] = ["0125001003", "0125001004", "0125001005", "0125001006"];
  now("20 15:30");
  for (const plate of [left, gone, other, start]) assert.equal((await forecast(plate)).status, 200);
  await say(ba, start, "BAG_ACCEPTED", { station: "JFK" });
  for (const plate of [left, gone, other]) await say(ba, plate, "BAG_UNLOADED");
  now("20 16:00");
  await say(ib, gone, "BAG_LOADED", { flight: { no: "IB3167", date: "2026-11-20" } });
  await flight(ib, "IB3167", "2026-11-20", at("20 16:30"), at("20 18:50"), { operating: "IB" });
  now("20 16:59");
  await until(async () => (await server.get("/v1/flights/IB3167/2026-11-20", { key: ib })).json.version === 1, "told");
  assert.equal((await seen(left)).bag.watched, false, "half an hour behind its scheduled time it may still stand there");
  now("20 17:00");
  await until(async () => (await seen(left)).bag.watched && (await seen(other)).bag.watched, "gone");
  await until(async () => (await seen(start)).bag.watched, "left further behind, and loading is seen on this flight");
  assert.equal((await seen(gone)).bag.watched, false, "that one is on it");
  assert.deepEqual((await log(left, "WATCH_STARTED")).map((e) => [e.occurred_at, e.data.why, e.flight]), [[at("20 17:00"), "missed-connection", "IB3167"]]);
  const list = async (key) => (await server.get("/v1/case-proposals", { key })).json.proposals.filter((p) => [left, gone, other, start].includes(p.plate));
  await until(async () => (await list(ib)).length === 3, "proposed");
  assert.deepEqual(await list(ba), [], "proposed to who would own it");
  const [one] = (await list(ib)).filter((p) => p.plate === left), [two] = (await list(ib)).filter((p) => p.plate === other);
  assert.deepEqual([one.state, one.why, one.owner, one.station, one.flight, one.tell_customer_by], ["waiting", "missed-connection", "IB", "LHR", "IB3167", at("20 18:50")]);
  const accept = (id, body, key = ib) => server.post(`/v1/case-proposals/${id}:accept`, body, { key });
  const foreign = await accept(one.id, { passenger: { surname: "SAMPLE" } }, ba);
  const none = await accept("00000000-0000-0000-0000-000000000000", { passenger: { surname: "SAMPLE" } });
  assert.deepEqual([foreign.status, none.status, none.json.detail], [404, 404, foreign.json.detail], "another's, and the nil id, which is not the newest one's");
  assert.equal((await accept(one.id, {})).json.errors[0].pointer, "/passenger");
  assert.equal((await accept(one.id, { passenger: { surname: "SAMPLE" }, plate: other })).status, 400, "the bag is known");
  const once = (body) => server.post(`/v1/case-proposals/${one.id}:accept`, body, { key: ib, headers: { "idempotency-key": "found-1" } });
  const opened = await once({ passenger: { surname: "SAMPLE", given: "ANA" } });
  assert.equal(opened.status, 201, opened.text);
  const again = await until(async () => {
    const got = await once({ passenger: { surname: "SAMPLE", given: "ANA" } });
    return got.status === 201 && got; // the first answer is kept when it is on its way already
  }, "the repeat");
  assert.deepEqual([again.headers.get("idempotency-replayed"), again.headers.get("location"), again.json], ["true", opened.headers.get("location"), opened.json], "req: ING-08");
  assert.equal((await once({ passenger: { surname: "OTHER" } })).json.type, "/problems/idempotency-mismatch");
  const whole = (await server.get(`/v1/cases/${opened.json.ref}`, { key: ib })).json;
  assert.deepEqual([whole.owner, whole.bags[0].bag.route.map((leg) => leg.flight), whole.bags[0].bag.plate], ["IB", ["BA178", "IB3167"], left]);
  await until(async () => (await list(ib)).find((p) => p.id === one.id).ref === opened.json.ref, "noted");
  assert.equal((await accept(one.id, { passenger: { surname: "SAMPLE" } })).json.type, "/problems/proposal-settled");
  assert.equal((await server.post(`/v1/case-proposals/${two.id}:dismiss`, { reason: "nothing" }, { key: ib })).status, 422);
  assert.equal((await server.post(`/v1/case-proposals/${two.id}:dismiss`, { reason: "travels-later" }, { key: ib })).status, 204);
  assert.deepEqual((await list(ib)).find((p) => p.id === two.id).reason, "travels-later");
  assert.equal((await seen(other)).bag.watched, true, "no file is no reason not to watch");
  // the same on the desk
  const desk = await server.login(people.IB);
  const page = await server.get("/desk/found", desk);
  const third = (await list(ib)).find((p) => p.plate === start);
  assert.match(page.text, new RegExp(`action="/desk/found/${third.id}:accept"`));
  assert.doesNotMatch(page.text, new RegExp(`action="/desk/found/${one.id}:accept"`), "decided");
  const csrf = page.text.match(/name="csrf" value="([^"]+)"/)[1];
  const post = (path, fields) => server.call("POST", path, { ...desk, type: "application/x-www-form-urlencoded", body: new URLSearchParams({ csrf, ...fields }).toString() });
  assert.equal((await post(`/desk/found/${third.id}:dismiss`, {})).status, 422);
  const made = await post(`/desk/found/${third.id}:accept`, { surname: "SAMPLE", given: "" });
  assert.equal(made.status, 303, made.text);
  assert.match(made.headers.get("location"), /^\/desk\/cases\/MADIB\d{5}$/);
});

test("req: CLK-20 a connection that cannot be made is found while the bag flies; where nobody scans the loading, a bag that was handed in is not missing", async () => {
  const [flying, silent] = ["0125001007", "0125001008"];
  now("20 17:10");
  for (const [plate, ...flights] of [[flying, "IB3201"], [silent, "IB3202", "BA0176"]]) assert.equal((await forecast(plate, ...flights)).status, 200);
  await say(ba, silent, "BAG_ACCEPTED", { station: "JFK" });
  await say(ba, flying, "BAG_LOADED", { station: "JFK", flight: { no: "BA178", date: "2026-11-20" } });
  await flight(ib, "IB3201", "2026-11-20", at("20 20:00"), at("20 22:00"), { operating: "IB" });
  await flight(ba, "BA178", "2026-11-20", at("20 12:00"), { scheduled: at("20 19:00"), estimated: at("20 19:59") }, { origin: "JFK", destination: "LHR", operating: "BA" });
  await until(async () => (await server.get("/v1/flights/BA178/2026-11-20", { key: ba })).json.version === 1, "told");
  assert.equal((await seen(flying)).bag.watched, false);
  await flight(ba, "BA178", "2026-11-20", at("20 12:00"), { scheduled: at("20 19:00"), estimated: at("20 20:10") }, { origin: "JFK", destination: "LHR", operating: "BA" });
  await until(async () => (await seen(flying)).bag.watched, "it arrives when the next is gone");
  assert.deepEqual(await owed(flying), [["BA", "in-flight", at("20 22:10"), false, ""]]);
  await flight(ib, "IB3202", "2026-11-20", { scheduled: at("20 17:00"), actual: at("20 17:05") }, at("20 19:00"), { operating: "IB" });
  const after = "0125001009"; // what is looked at later is found: so the one before was looked at
  assert.equal((await forecast(after, "IB3203")).status, 200);
  await say(ba, after, "BAG_UNLOADED");
  await flight(ib, "IB3203", "2026-11-20", { scheduled: at("20 17:00"), actual: at("20 17:05") }, at("20 19:00"), { operating: "IB" });
  await until(async () => (await seen(after)).bag.watched, "seen at the hub");
  assert.equal((await seen(silent)).bag.watched, false);
});

test("req: CLK-20 a full aircraft whose bags go on with 70 flights: each connection is looked at", async () => {
  const bags = Array.from({ length: 70 }, (_, k) => [`01250${String(2000 + k).padStart(5, "0")}`, `IB${4000 + k}`]);
  now("20 17:20");
  const told = { origin: "JFK", destination: "LHR", operating: "BA" };
  await Promise.all(bags.map(async ([plate, onward]) => {
    assert.equal((await forecast(plate, onward, "BA0182")).status, 200);
    await say(ba, plate, "BAG_LOADED", { event_id: `full-${plate}`, station: "JFK", flight: { no: "BA182", date: "2026-11-20" } });
    await flight(ib, onward, "2026-11-20", at("20 20:00"), at("20 22:00"), { operating: "IB" });
  }));
  await flight(ba, "BA182", "2026-11-20", at("20 12:00"), { scheduled: at("20 19:00"), estimated: at("20 20:10") }, told);
  const client = await sql(db.owner); // look-ups are limited, and seventy at a time are many
  const watched = async () => (await client.query("SELECT count(*)::int AS n FROM bagwatch.bag WHERE watched AND plate = ANY ($1)", [bags.map(([plate]) => plate)])).rows[0].n;
  let n = 0;
  try {
    await until(async () => (n = await watched()) === bags.length, "all of them are found").catch((e) => assert.fail(`${n} of ${bags.length}: ${e.message}`));
  } finally {
    await client.end();
  }
  assert.equal((await seen(bags.at(-1)[0], ba)).bag.watched, true);
});

test("req: BAG-10 seen where it should have gone on, after its flight left: it stands there, and its holder owes the plan", async () => {
  const [before, behind] = ["0125001010", "0125001011"];
  now("20 17:30");
  await flight(ib, "IB3301", "2026-11-20", { scheduled: at("20 17:20"), actual: at("20 17:25") }, at("20 19:20"), { operating: "IB" });
  for (const plate of [before, behind]) assert.equal((await forecast(plate, "IB3301")).status, 200);
  await say(ba, before, "BAG_SEEN", { occurred_at: at("20 17:20") });
  await say(ba, behind, "BAG_SEEN", { occurred_at: at("20 17:28") });
  now("20 17:40");
  for (const plate of [before, behind]) await file(plate, []);
  assert.equal((await owed(before))[0][1], "tracing-holder", "it may have been on it");
  assert.deepEqual((await owed(behind))[0].slice(0, 3), ["BA", "located", at("20 21:40")]);
});

test("req: CLK-20 a bag that stands at its destination for a day and is not asked for is unclaimed, and its holder owes finding the owner", async () => {
  const [stands, belt] = ["0125001012", "0125001013"];
  now("20 18:00");
  for (const plate of [stands, belt]) assert.equal((await forecast(plate, "IB3401")).status, 200);
  await say(ib, stands, "ARRIVED_AT_DESTINATION", { station: "MAD" });
  await say(ib, belt, "PLACED_ON_BELT", { station: "MAD" });
  now("21 17:59");
  assert.equal((await seen(stands)).bag.watched, false);
  now("21 18:00");
  await until(async () => (await seen(stands)).bag.watched, "unclaimed");
  assert.deepEqual([(await seen(stands)).bag.watched_why, (await owed(stands))[0].slice(0, 3)], ["unclaimed", ["IB", "unclaimed", at("22 18:00")]]);
  assert.equal((await seen(belt)).bag.watched, false, "from the belt its owner takes it");
  await say(ib, stands, "HANDED_TO_COURIER", { station: "MAD" });
  assert.equal((await owed(stands))[0][1], "with-courier");
});

test("req: BAG-09 staff ask for a watch; a bag that nobody watches owes nothing and goes quiet, never delivered", async () => {
  const [asked, quiet] = ["0125001014", "0125001015"];
  now("21 18:30");
  for (const plate of [asked, quiet]) {
    assert.equal((await forecast(plate)).status, 200);
    await say(ba, plate, "BAG_SEEN");
  }
  const desk = await server.login(people.IB), id = (await seen(asked)).bag.id;
  const watch = (body, who = desk) => server.post(`/v1/bags/${id}:watch`, body, who);
  assert.equal((await watch({ event_id: "w-1" }, await server.login(people.LH))).status, 404, "not of the journey");
  const first = await watch({ event_id: "w-1" });
  assert.equal(first.status, 201, first.text);
  assert.deepEqual([first.json.bag.watched, first.json.bag.watched_why, first.json.promises.length], [true, "staff", 1]);
  assert.equal((await watch({ event_id: "w-1" })).status, 200, "the same again");
  assert.equal((await watch({ event_id: "w-2" })).json.type, "/problems/proposal-settled", "it is watched");
  const page = await server.get(`/desk/bags/${(await seen(quiet)).bag.id}`, desk);
  assert.match(page.text, /action="\/desk\/bags\/[0-9a-f-]+:watch"/);
  assert.equal((await seen(quiet)).quiet, undefined);
  const csrf = page.text.match(/name="csrf" value="([^"]+)"/)[1];
  const asks = (once) => server.call("POST", `/desk/bags/${id}:watch`, { ...desk, type: "application/x-www-form-urlencoded", body: new URLSearchParams({ csrf, ...once }).toString() });
  for (const once of [{}, { once: "" }, { once: "a b" }, { once: "é" }, { once: "x".repeat(65) }]) // what is no event id anywhere is none in a form
    assert.equal((await asks(once)).status, 422, JSON.stringify(once));
  assert.equal((await asks({ once: "w-1" })).status, 303);
  now("22 18:49");
  assert.equal((await seen(quiet)).quiet, undefined, "48 hours after 20 Nov 18:50");
  now("22 18:50");
  const got = await seen(quiet);
  assert.deepEqual([got.quiet, got.bag.place, got.promises], [true, "AT", []]);
  assert.equal((await seen(asked)).quiet, undefined, "a watched bag is never quiet");
  const then = await server.get(`/desk/bags/${got.bag.id}`, await server.login(people.IB));
  assert.match(then.text, /more than 48 hours ago\. That does not say that its owner has it/);
  const audit = await server.login(server.account("auditor", "auditor", "AUDIT"));
  const report = (await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-23&by=carrier", audit)).json;
  assert.ok(report.rows.length > 0);
});

test("req: CLK-20 ING-15 what tests say of flights and bags finds bags of tests alone", async () => {
  const test = server.key("IB", "--test"), plate = "0125001020";
  now("22 20:00");
  for (const [no, date, station, to_station] of [["IB6250", "2026-11-20", "JFK", "LHR"], ["IB3501", "2026-11-22", "LHR", "MAD"]])
    await say(test, plate, "BAG_EXPECTED", { time_type: "planned", station, to_station, flight: { no, date } });
  await say(test, plate, "BAG_SEEN");
  await flight(test, "IB3501", "2026-11-22", { scheduled: at("22 19:00"), actual: at("22 19:30") }, at("22 21:00"));
  await until(async () => (await seen(plate, test)).bag.watched, "found among the tests");
  assert.equal((await server.get("/v1/flights/IB3501/2026-11-22", { key: ib })).status, 404, "nobody else hears of it");
});

test("req: BAG-07 every row of a bag and file is what its log gives", () => {
  assert.match(server.verb(["verify", "--bags"]), / 0 differences/);
});
