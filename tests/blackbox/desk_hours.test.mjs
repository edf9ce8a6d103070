// SPDX-License-Identifier: Apache-2.0
// Open hours of a station's desk, from a supervisor's PUT to what the customer reads: station duties wait for the desk, at most twelve hours,
// the owner's word never does, and a station of which nothing was told is always open.  req: CLK-17
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const start = Date.parse("2026-11-20T12:00:00Z");
const iso = (ms) => new Date(ms).toISOString().replace(".000", "");
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const daily = (from, until) => days.map((day) => ({ day, from, until }));
let db, server, client, key, chief, serial = 0, now = start;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: iso(start), databaseUrl: db.owner });
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  await client.query("SET search_path = bagwatch");
  key = server.key("BA");
  chief = server.account("chief.ba", "supervisor", "BA");
  server.account("chief.ib", "supervisor", "IB");
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

function move(to) {
  now = Date.parse(to);
  server.clock.set(to);
}
async function put(body, tag = "*", name = chief) {
  const who = await server.login(name);
  return server.call("PUT", "/v1/policies/hours", { ...who, body, headers: { ...who.headers, "if-match": tag } });
}
async function told(body) {
  const answer = await put(body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
async function desks() {
  const answer = await server.get("/v1/policies/hours", await server.login(chief));
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** A bag of a file, on hand with BA at a station from now on. */
async function bag(station = "LHR") {
  const plate = `0125${String(700000 + ++serial)}`;
  const said = (code, more = {}) => server.post("/v1/events", { event_id: `h-${serial}-${code}`, plate, travel_date: "2026-11-20", code, occurred_at: iso(now), station, ...more }, { key });
  assert.equal((await said("BAG_ACCEPTED")).status, 201);
  const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" },
    { flight: "BA456", date: "2026-11-20", from: "LHR", to: "MAD" }], passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(file.status, 201, file.text);
  const answer = await said("ON_HAND");
  assert.equal(answer.status, 201, answer.text);
  const owed = answer.json.promises.find((p) => p.owed === "located");
  return { id: answer.json.bag.id, url: new URL(file.json.customer_url).pathname, said, owed, ref: file.json.ref };
}
/** Until the server gives new promises the time that the desk's hours make. */
const given = (due, station) => until(async () => {
  const made = await bag(station);
  if (made.owed.due === due) return made;
  throw new Error(`${made.owed.due} is not ${due}`);
}, due);

test("a desk of which nothing was told is always open", async () => {
  assert.deepEqual((await desks()).desks, []);
  const { owed } = await bag();
  assert.deepEqual([owed.due, owed.desk_opens], [iso(now + 240 * 60000), undefined]);
});

test("fewer hours hold a day after they were told, for promises opened from then on; more hold at once; each is an event of the book", async () => {
  const early = await put({ station: "LHR", week: daily("05:00", "22:00"), from: iso(now + 3600000) });
  assert.deepEqual([early.status, early.json.type], [422, "/problems/policy-limit"], early.text);
  const bad = await put({ station: "LHR", week: [{ day: "mon", from: "5 am", until: "22:00" }] });
  assert.deepEqual([bad.status, bad.json.type], [422, "/problems/invalid-body"], bad.text);
  assert.equal((await put({ station: "LHR" })).status, 422);
  assert.equal((await put({ carrier: "BA", station: "LHR", week: daily("05:00", "22:00") }, "*", { ...chief, name: "chief.ib" })).status, 403);
  const row = await told({ station: "LHR", week: daily("05:00", "22:00"), dates: [{ date: "2026-12-25" }] });
  assert.deepEqual([row.valid_from, row.weekly_minutes, row.dates], [iso(now + 86400000), 7 * 17 * 60, [{ date: "2026-12-25" }]]);
  assert.equal((await put({ station: "LHR", week: daily("04:00", "22:00") }, '"0"')).status, 412, "the book was changed meanwhile");
  const { version, desks: list } = await desks();
  assert.deepEqual([version, list.map((d) => d.state)], [1, ["coming"]]);
  const { rows } = await client.query("SELECT e.data::text AS data, e.subject, c.after, a.name FROM event e JOIN policy_change c ON c.change_id = e.uid JOIN account a USING (account_id) WHERE e.code = 'POLICY_CHANGED'");
  assert.equal(rows.length, 1);
  const { facts } = JSON.parse(rows[0].data);
  assert.deepEqual([rows[0].subject, rows[0].name, facts.what, facts.relaxes, facts.before, facts.after], ["policy", "chief.ba", "hours", true, null, JSON.parse(rows[0].after)]);
  const { json } = await server.get("/v1/policies/changes?carrier=BA", await server.login(chief));
  assert.deepEqual([json.changes[0].before, json.changes[0].after.station], [null, "LHR"]);
});

test("station duties wait for the desk, and the page and the API say when it opens; the owner's word does not wait", async () => {
  move("2026-11-21T20:30:00Z"); // the hours hold since noon; an hour and a half are left of today's
  const made = await given("2026-11-22T07:30:00Z");
  assert.equal(made.owed.desk_opens, undefined, "it is open");
  const stored = (await client.query("SELECT yardstick_at, opened_at, due_at FROM promise WHERE promise_id = $1", [made.owed.id])).rows[0];
  assert.equal(stored.yardstick_at - stored.opened_at, 240 * 60000, "the yardstick knows no hours");
  const step = (await client.query("SELECT p.due_at - p.opened_at AS time FROM promise p JOIN case_file c ON c.case_id = p.bag_id WHERE c.ref = $1 AND p.owed = 'reported'", [made.ref])).rows[0];
  assert.equal(step.time.hours, 1, "an hour is an hour for the owner's word");
  const home = (await server.get(`/v1/bags/${(await bag("JFK")).id}`, { key })).json.promises[0];
  assert.equal(Date.parse(home.due) - now, 240 * 60000, "of its desk at JFK nothing was told");

  move("2026-11-21T23:00:00Z");
  const { json } = await server.get(`/v1/bags/${made.id}`, { key });
  assert.equal(json.promises[0].desk_opens, "2026-11-22T05:00:00Z");
  const owed = (await server.get("/v1/promises?owes=BA", { key })).json.promises.find((p) => p.id === made.owed.id);
  assert.equal(owed.desk_opens, "2026-11-22T05:00:00Z");
  const page = (await server.get(`${made.url}?tz=Europe/London`)).text.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
  assert.match(page, /Its desk at [^.]*Heathrow[^.]* opens 22 Nov, 05:00[^;]*; the answer is due by 22 Nov, 07:30/);
  const french = (await server.get(`${made.url}?tz=Europe/London`, { headers: { "accept-language": "fr" } })).text.replace(/<[^>]*>/g, "");
  assert.match(french, /a un comptoir à [^.]*Heathrow[^.]* qui ouvre le /);

  // told at night: nothing counts until it opens
  const night = await bag();
  assert.deepEqual([night.owed.due, night.owed.desk_opens], ["2026-11-22T09:00:00Z", "2026-11-22T05:00:00Z"]);
  move("2026-11-22T05:00:00Z");
  assert.equal((await server.get(`/v1/bags/${made.id}`, { key })).json.promises[0].desk_opens, undefined, "it is open again");
  assert.ok(!(await server.get(`${made.url}?tz=Europe/London`)).text.includes("Its desk at"));
});

test("a desk that stays closed puts nothing off by more than twelve hours, and a day without it is told by its date", async () => {
  await told({ station: "LHR", week: [{ day: "mon", from: "09:00", until: "17:00" }] });
  move("2026-11-24T09:00:00Z"); // a Tuesday
  await given("2026-11-25T01:00:00Z");
  await told({ station: "LHR", ends: true });
  move("2026-11-24T09:01:00Z");
  await given("2026-11-24T13:01:00Z");
  const report = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-26", await server.login(chief));
  assert.deepEqual(report.json.desk_hours.map((d) => [d.carrier, d.station, d.weekly_minutes, d.valid_until]),
    [["BA", "LHR", 7140, "2026-11-23T05:00:00Z"], ["BA", "LHR", 480, "2026-11-24T09:01:00Z"]]);
  const first = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-21", await server.login(chief));
  assert.deepEqual(first.json.desk_hours, [], "it held from noon on the next day");
  assert.match(server.verb(["verify", "--bags"]), / 0 differences/);
});
