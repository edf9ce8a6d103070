// SPDX-License-Identifier: Apache-2.0
// A dry run of a policy for what hangs on a flight says what then really happens: the same days are lived through by the default, where promises
// move with their flight, and by a carrier's own minutes, which run on; each time the dry run told it before.  req: CLK-02 (flights) CLK-03
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const first = Date.parse("2026-11-02T06:00:00Z"), second = first + 33 * 86400000;
const iso = (ms) => new Date(ms).toISOString().replace(".000", "");
let db, server, client, key, chief, now = first, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: iso(first), databaseUrl: db.owner });
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  await client.query("SET search_path = bagwatch");
  key = server.key("BA");
  chief = server.account("chief.ba", "supervisor", "BA");
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

/** The clock, and everything that is due by then was raised. */
async function move(to) {
  now = to;
  server.clock.set(iso(to));
  await until(async () => (await client.query("SELECT count(*)::int AS n FROM promise WHERE closed_at IS NULL AND next_level_at <= $1", [iso(now)])).rows[0].n === 0, "the levels");
}
async function flight(no, departure, arrival) {
  const answer = await server.call("PUT", `/v1/flights/${no}/${iso(now).slice(0, 10)}`, { key, body: { origin: "LHR", destination: "MAD", operating: "BA", departure, arrival } });
  assert.ok([200, 201].includes(answer.status), answer.text);
}
/** A bag of a file that is to fly on BA456 today. */
async function planned() {
  const plate = `0125${String(500000 + ++serial)}`, date = iso(now).slice(0, 10);
  const said = async (code, more = {}) => {
    const answer = await server.post("/v1/events", { event_id: `f-${serial}-${code}-${now}`, plate, travel_date: date, code, occurred_at: iso(now), station: "LHR", ...more }, { key });
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  };
  await said("BAG_ACCEPTED");
  const file = await server.post("/v1/cases", { plate, travel_date: date, station: "MAD", itinerary: [{ flight: "BA178", date, from: "JFK", to: "LHR" },
    { flight: "BA456", date, from: "LHR", to: "MAD" }], passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(file.status, 201, file.text);
  await said("ON_HAND");
  const { bag } = await said("FORWARD_PLANNED", { to_station: "MAD", new_plate: "same", flight: { no: "BA456", date }, time_type: "planned" });
  return { id: bag.id, said, flight: { no: "BA456", date } };
}
/** New times reach the logs of the bags. */
async function heard(bags, n) {
  for (const bag of bags)
    await until(async () => (await server.get(`/v1/bags/${bag.id}/events`, { key })).json.events.filter((e) => e.code === "FLIGHT_TIMES").length === n, `${n} times told`);
}

/** A day: two bags are to fly, the flight is late twice, one is loaded, the other is not and told so late; the first comes late. */
async function live(start) {
  const at = (hours) => start + hours * 3600000, time = (hours) => iso(at(hours));
  await move(at(0));
  await flight("BA456", { scheduled: time(6) }, { scheduled: time(8) });
  const bags = [await planned(), await planned()];
  await move(at(2));
  await flight("BA456", { scheduled: time(6), estimated: time(9) }, { scheduled: time(8), estimated: time(11) });
  await heard(bags, 1);
  await move(at(4));
  await flight("BA456", { scheduled: time(6), estimated: time(8) }, { scheduled: time(8), estimated: time(10) });
  await heard(bags, 2);
  await move(at(8.5));
  await bags[0].said("BAG_LOADED", { flight: bags[0].flight });
  await move(at(9));
  await flight("BA456", { scheduled: time(6), actual: time(8.75) }, { scheduled: time(8), estimated: time(14) });
  await heard(bags, 3);
  await move(at(9.5));
  await bags[1].said("BAG_NOT_LOADED", { flight: bags[1].flight });
  await move(at(17));
  await bags[0].said("BAG_UNLOADED", { station: "MAD" });
}

/** What happened to a row in a time: its duties, those that were missed, the silence, the levels from 2 up. */
async function happened(owed, from) {
  const { rows } = await client.query("SELECT due_at, closed_at, closed_why, level FROM promise WHERE owed = $1 AND debtor = 'BA' AND opened_at >= $2 AND opened_at < $3",
    [owed, iso(from), iso(from + 86400000)]);
  const duties = rows.filter((r) => r.closed_why !== "moved").map((r) => ({ ...r, late: Math.max(0, (r.closed_at ?? now) - r.due_at) / 60000 }));
  return { promises: duties.length, missed: duties.filter((d) => d.late > 0).length, silent: duties.reduce((sum, d) => sum + d.late, 0),
    raised: duties.reduce((sum, d) => sum + Math.max(0, d.level - 1), 0), moves: rows.length - duties.length };
}
const dry = async (body) => {
  const answer = await server.post("/v1/policies:dry-run", body, await server.login(chief));
  assert.equal(answer.status, 200, answer.text);
  const { promises, missed_after, silent_minutes_after, escalations_after, missed_before, silent_minutes_before, escalations_before } = answer.json;
  return { after: { promises, missed: missed_after, silent: silent_minutes_after, raised: escalations_after },
    before: { promises, missed: missed_before, silent: silent_minutes_before, raised: escalations_before }, json: answer.json };
};
const without = ({ moves, ...rest }) => rest;
const own = { "forward-planned": 100, "in-flight": 240 };

test("what the dry run foretells of a carrier's own minutes, and of their end, is what happens", async () => {
  await live(first);
  const byDefault = {}, foretold = {};
  for (const [owed, minutes] of Object.entries(own)) {
    byDefault[owed] = await happened(owed, first);
    assert.ok(byDefault[owed].moves > 0, `${owed} moved with its flight`);
    const tried = await dry({ owed, minutes });
    assert.deepEqual(tried.before, without(byDefault[owed]), `${owed}: it counts what was`);
    foretold[owed] = tried.after;
    assert.notDeepEqual(tried.after, tried.before);
    assert.equal(tried.json.set_by_other_rules, 0);
  }
  assert.deepEqual([byDefault["forward-planned"].missed, byDefault["forward-planned"].silent], [1, 30]);
  assert.deepEqual([byDefault["in-flight"].missed, byDefault["in-flight"].silent], [1, 60]);
  for (const [owed, minutes] of Object.entries(own)) {
    const who = await server.login(chief);
    const told = await server.call("PUT", "/v1/policies", { ...who, body: { owed, minutes }, headers: { ...who.headers, "if-match": "*" } });
    assert.equal(told.status, 200, told.text);
  }
  server.clock.set(iso(second - 3600000));
  await until(async () => {
    const { json } = await server.get("/v1/policies?carrier=BA", await server.login(chief));
    return json.in_force.length === 2;
  }, "both are in force");
  await live(second);
  for (const owed of Object.keys(own)) {
    const is = await happened(owed, second);
    assert.equal(is.moves, 0, "its own minutes run on");
    assert.deepEqual(without(is), foretold[owed], `${owed}: as it was foretold`);
    const ends = await dry({ owed, ends: true });
    assert.deepEqual([ends.before, ends.after], [without(is), without(byDefault[owed])], `${owed}: without them it is by the default again, moved with its flight`);
    const same = await dry({ owed, minutes: own[owed] });
    assert.deepEqual([same.after, same.json.moved], [same.before, 0]);
  }
});
