// SPDX-License-Identifier: Apache-2.0
// Policies from outside: a carrier tightens at will and relaxes to twice the default a day later; each change is an event, two supervisors do not
// overwrite each other, and a dry run says what a change would have done.  req: CLK-02 (calendars: desk_hours.test.mjs)
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const start = Date.parse("2026-11-20T12:00:00Z");
const iso = (ms) => new Date(ms).toISOString().replace(".000", "");
let db, server, client, keyBa, keyIb, serial = 0, now = start;
const people = {};

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: iso(start), databaseUrl: db.owner });
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  await client.query("SET search_path = bagwatch");
  keyBa = server.key("BA");
  keyIb = server.key("IB");
  for (const [name, role, organisation, kind] of [["chief.one", "supervisor", "BA"], ["chief.two", "supervisor", "BA"], ["chief.ib", "supervisor", "IB"],
    ["chief.vy", "supervisor", "VY"], ["agent.ba", "agent", "BA"], ["root", "admin", "OPS", "operator"], ["oversight", "auditor", "AUDIT", "auditor"]])
    people[name] = { account: server.account(name, role, organisation, { kind }) };
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

function move(minutes) {
  now += minutes * 60000;
  server.clock.set(iso(now));
}
/** Somebody who is logged in; a session does not last a day. */
async function as(name) {
  const person = people[name];
  if (!(now - person.since < 3600000)) Object.assign(person, { since: now, session: await server.login(person.account) });
  return person.session;
}
const get = async (path, name) => server.get(path, await as(name));
const book = async (carrier, name = "chief.one") => {
  const answer = await get(`/v1/policies?carrier=${carrier}`, name);
  assert.equal(answer.status, 200, answer.text);
  return { ...answer.json, tag: answer.headers.get("etag") };
};
async function put(body, name = "chief.one", tag = "*") {
  const who = await as(name);
  return server.call("PUT", "/v1/policies", { ...who, body, headers: { ...who.headers, ...(tag && { "if-match": tag }) } });
}
async function told(body, name) {
  const answer = await put(body, name);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** A bag of a file, on hand with a carrier at LHR from now on: LOCATED is owed. */
async function located(key = keyBa, first = "BA") {
  const station = "LHR";
  const plate = `0125${String(600000 + ++serial)}`;
  const said = (code, more = {}) => server.post("/v1/events", { event_id: `p-${serial}-${code}`, plate, travel_date: "2026-11-20", code, occurred_at: iso(now), station, ...more }, { key });
  assert.equal((await said("BAG_ACCEPTED")).status, 201);
  const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", itinerary: [{ flight: `${first}178`, date: "2026-11-20", from: "JFK", to: "LHR" },
    { flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }], passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(file.status, 201, file.text);
  const answer = await said("ON_HAND");
  assert.equal(answer.status, 201, answer.text);
  return { plate, id: answer.json.bag.id, said, owed: answer.json.promises.find((p) => p.owed === "located") };
}
/** What the server gives new promises once it has read the policies anew. */
const given = (policy, minutes) => until(async () => {
  const { owed } = await located();
  const got = [owed.policy, (Date.parse(owed.due) - now) / 60000];
  if (got[0] === policy && got[1] === minutes) return true;
  throw new Error(got.join(" "));
}, `${policy} ${minutes}`);

test("what is told first: the defaults of every row, and nothing else", async () => {
  const { version, defaults, in_force, coming, past } = await book("BA");
  assert.deepEqual([version, in_force, coming, past], [0, [], [], []]);
  assert.ok(defaults.length >= 20);
  assert.deepEqual(defaults.find((d) => d.owed === "located"), { owed: "located", kind: "place", what: "a forward plan or the reason to hold", minutes: 240,
    limit_minutes: 480, level2_minutes: 120, level3_minutes: 360 });
});

test("a carrier tightens at will: it holds a minute later, for promises opened from then on, and what runs keeps its time", async () => {
  const before = await located();
  assert.equal(Date.parse(before.owed.due) - now, 240 * 60000);
  const row = await told({ owed: "located", minutes: 60, level2_minutes: 30 });
  assert.deepEqual(row, { owed: "located", carrier: "BA", minutes: 60, level2_minutes: 30, level3_minutes: 360, from: iso(now + 60000), told_at: iso(now), relaxed: false });
  const coming = await book("BA");
  assert.deepEqual([coming.version, coming.coming.length, coming.in_force.length], [1, 1, 0]);
  move(1);
  await given("located/BA", 60);
  assert.equal((await book("BA")).in_force[0].minutes, 60);
  const { json } = await server.get(`/v1/bags/${before.id}`, { key: keyBa });
  assert.deepEqual([json.promises[0].due, json.promises[0].policy], [before.owed.due, "located"], "a running promise keeps its time");
  const { owed } = await located(keyIb);
  assert.equal(Date.parse(owed.due) - now, 240 * 60000, "what another carrier owes is not touched");
});

test("a carrier relaxes to twice the default and no further, a day ahead, for promises opened from then on", async () => {
  const beyond = await put({ owed: "located", minutes: 481 });
  assert.deepEqual([beyond.status, beyond.json.type, beyond.json.errors?.[0]?.pointer ?? beyond.json.pointer], [422, "/problems/policy-limit", "/minutes"], beyond.text);
  assert.match(beyond.json.detail, /480 minutes/);
  const level = await put({ owed: "located", minutes: 60, level2_minutes: 241 });
  assert.deepEqual([level.status, level.json.type], [422, "/problems/policy-limit"], level.text);
  const early = await put({ owed: "located", minutes: 400, from: iso(now + 23 * 3600000) });
  assert.deepEqual([early.status, early.json.type], [422, "/problems/policy-limit"], early.text);
  assert.match(early.json.detail, /a day after it is told/);
  const soon = await put({ owed: "located", minutes: 30, from: iso(now + 30000) });
  assert.equal(soon.status, 422, "also less time holds a minute after it was told at the earliest");
  assert.equal((await book("BA")).version, 1, "what is refused is no event");

  const row = await told({ owed: "located", minutes: 480 });
  assert.deepEqual([row.from, row.relaxed], [iso(now + 86400000), true]);
  const runs = await located();
  assert.equal(Date.parse(runs.owed.due) - now, 60 * 60000, "until then what was told before holds");
  move(24 * 60);
  await given("located/BA", 480);
  const sql1 = await client.query("SELECT due_at, yardstick_at, opened_at FROM promise WHERE policy = 'located/BA' ORDER BY opened_at DESC, due_at DESC LIMIT 1");
  assert.equal(sql1.rows[0].yardstick_at - sql1.rows[0].opened_at, 240 * 60000, "the yardstick stays what it is");
});

test("its own row, its own station, lane and class; the end of a longer time comes at once, that of a shorter one a day later", async () => {
  await told({ owed: "located", station: "LHR", minutes: 100 });
  await told({ owed: "located", lane: "JFK-MAD", minutes: 90, station: "LHR" });
  await told({ owed: "located", priority: "medical", minutes: 20 });
  move(1);
  await given("located/BALHRJFK-MAD", 90);
  const ended = await told({ owed: "located", lane: "JFK-MAD", station: "LHR", ends: true });
  assert.deepEqual([ended.minutes, ended.from], [null, iso(now + 86400000)], "then 100 minutes hold there, which is more");
  const nothing = await put({ owed: "held", ends: true });
  assert.deepEqual([nothing.status, nothing.json.type], [422, "/problems/invalid-body"], nothing.text);
  const longer = await told({ owed: "located", ends: true });
  assert.equal(longer.from, iso(now + 60000), "240 minutes are less than 480");
  move(24 * 60);
  await given("located/BALHR", 100);
});

test("of two who change the same book at once the second is told, and nothing is lost", async () => {
  const { tag, version } = await book("BA");
  await as("chief.two");
  const answers = await Promise.all([put({ owed: "held", minutes: 600 }, "chief.one", tag), put({ owed: "held", minutes: 700 }, "chief.two", tag)]);
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 412]);
  const after = await book("BA");
  assert.equal(after.version, version + 1);
  assert.equal(after.coming.filter((p) => p.owed === "held").length, 1);
  const bare = await put({ owed: "held", minutes: 500 }, "chief.one", null);
  assert.equal(bare.status, 428, "without an If-Match nobody changes anything");
  const stale = await put({ owed: "held", minutes: 500 }, "chief.one", tag);
  assert.equal(stale.status, 412);
});

test("a carrier's policies are set by its own supervisors, for all carriers by the installation's administrator, and read by its own people", async () => {
  assert.equal((await put({ carrier: "BA", owed: "held", minutes: 500 }, "chief.ib")).status, 403);
  assert.equal((await put({ owed: "held", minutes: 500 }, "agent.ba")).status, 403);
  assert.equal((await put({ owed: "held", minutes: 500 }, "oversight")).status, 403);
  assert.equal((await get("/v1/policies?carrier=BA", "chief.ib")).status, 403);
  assert.equal((await get("/v1/policies/changes?carrier=BA", "chief.ib")).status, 403);
  assert.equal((await book("BA", "agent.ba")).carrier, "BA");
  assert.equal((await book("BA", "oversight")).carrier, "BA");
  const house = await told({ owed: "attempted", station: "MAD", minutes: 600 }, "root");
  assert.equal(house.carrier, undefined);
  await told({ carrier: "BA", owed: "attempted", minutes: 300 }, "root");
  const seen = await book("IB", "chief.ib");
  assert.deepEqual(seen.coming.map((p) => [p.carrier, p.station]), [[undefined, "MAD"]], "what holds for all is told to all");
  assert.ok(!JSON.stringify([seen.in_force, seen.coming, seen.past]).includes('"BA"'), "and no other carrier's own");
});

test("each change is an event of the log with what was before and after, without a person; who did it stands beside it", async () => {
  const rows = (await client.query("SELECT e.version, e.subject, e.sender, e.carrier, e.data::text AS data, a.name, c.before, c.after FROM event e JOIN policy_change c ON c.change_id = e.uid JOIN account a ON a.account_id = c.account_id WHERE e.code = 'POLICY_CHANGED' AND e.carrier = 'BA' ORDER BY e.version")).rows;
  const { version } = await book("BA");
  assert.deepEqual(rows.map((r) => r.version), Array.from({ length: version }, (_, k) => k + 1));
  for (const row of rows) {
    const facts = JSON.parse(row.data).facts;
    assert.deepEqual([row.subject, facts.what, facts.carrier], ["policy", "policy", "BA"]);
    assert.deepEqual([facts.before, facts.after], [row.before && JSON.parse(row.before), JSON.parse(row.after)]);
    for (const name of ["chief.one", "chief.two", "root"]) assert.ok(!row.data.includes(name) && !row.sender.includes(name));
  }
  const second = JSON.parse(rows[1].data).facts;
  assert.deepEqual([second.before.minutes, second.after.minutes, second.relaxes], [60, 480, true]);
  assert.equal((await client.query("SELECT count(*)::int AS n FROM policy_change c LEFT JOIN event e ON e.uid = c.change_id WHERE e.uid IS NULL")).rows[0].n, 0);
  const { json } = await get("/v1/policies/changes?carrier=BA", "agent.ba");
  assert.equal(json.changes.length, version);
  assert.deepEqual([json.changes.at(-1).by, json.changes.at(-1).before, json.changes.at(-1).after.minutes], ["chief.one", null, 60]);
  assert.match(server.verb(["verify", "--bags"]), / 0 differences/, "the chain holds them too");
});

const dry = async (body) => server.post("/v1/policies:dry-run", body, await as("chief.ib"));

/** The same, thought out anew: promises of one row, given their time again by a plain rule. */
async function expected(owed, carrier, due) {
  const rows = (await client.query("SELECT opened_at, due_at, closed_at FROM promise WHERE owed = $1 AND debtor = $2 AND opened_at >= $3 AND opened_at < $4", [owed, carrier, iso(now - 30 * 86400000), iso(now)])).rows;
  const sum = { promises: rows.length, missed_before: 0, missed_after: 0, silent_minutes_before: 0, silent_minutes_after: 0 };
  for (const row of rows) {
    const end = +(row.closed_at ?? now);
    for (const [word, at] of [["before", +row.due_at], ["after", due(+row.opened_at, +row.due_at)]]) {
      sum[`missed_${word}`] += end > at ? 1 : 0;
      sum[`silent_minutes_${word}`] += Math.max(0, end - at) / 60000;
    }
  }
  return sum;
}

test("a dry run plays the promises of the last 30 days again, with the change and without, and changes nothing", async () => {
  const lots = [];
  for (let k = 0; k < 4; k++) lots.push(await located(keyIb));
  move(150);
  for (const bag of lots.slice(0, 2)) assert.equal((await bag.said("FORWARD_PLANNED", { to_station: "MAD", new_plate: "same", flight: { no: "IB3163", date: "2026-11-25" }, time_type: "planned" })).status, 201);
  move(150);
  assert.equal((await lots[2].said("FORWARD_PLANNED", { to_station: "MAD", new_plate: "same", flight: { no: "IB3163", date: "2026-11-25" }, time_type: "planned" })).status, 201);
  const versions = [(await book("IB", "chief.ib")).version, (await client.query("SELECT count(*)::int AS n FROM event WHERE code = 'POLICY_CHANGED'")).rows[0].n];
  for (const minutes of [100, 200, 480]) {
    const answer = await dry({ owed: "located", minutes });
    assert.equal(answer.status, 200, answer.text);
    const want = await expected("located", "IB", (opened) => opened + minutes * 60000);
    const { promises, missed_before, missed_after, silent_minutes_before, silent_minutes_after } = answer.json;
    assert.deepEqual({ promises, missed_before, missed_after, silent_minutes_before, silent_minutes_after }, want);
    assert.ok(promises >= 5 && answer.json.moved === promises && answer.json.whole);
    assert.deepEqual([answer.json.relaxes, answer.json.change.minutes, answer.json.set_by_other_rules], [minutes > 240, minutes, 0]);
    const row = answer.json.rows.find((r) => r.subject_id === lots[0].id);
    assert.equal(Date.parse(row.would_be_due) - Date.parse(row.opened), minutes * 60000);
    assert.equal(row.due, lots[0].owed.due);
  }
  const lane = await dry({ owed: "located", lane: "CDG-MAD", minutes: 100 });
  assert.deepEqual([lane.json.moved, lane.json.missed_after], [0, lane.json.missed_before], "of another lane none is touched");
  const level = await dry({ owed: "located", minutes: 240, level2_minutes: 10 });
  assert.ok(level.json.escalations_after > level.json.escalations_before, level.text);
  assert.deepEqual([level.json.moved, level.json.missed_after], [0, level.json.missed_before]);
  const beyond = await dry({ owed: "located", minutes: 481 });
  assert.deepEqual([beyond.status, beyond.json.type], [422, "/problems/policy-limit"]);
  assert.deepEqual([(await book("IB", "chief.ib")).version, (await client.query("SELECT count(*)::int AS n FROM event WHERE code = 'POLICY_CHANGED'")).rows[0].n], versions);
});

test("the stale report lists the relaxed policies of its period and carrier, as told by its as_of, and counts silence by the yardstick too", async () => {
  const told0 = now;
  const keyVy = server.key("VY");
  await told({ owed: "located", minutes: 480 }, "chief.vy");
  await told({ owed: "held", minutes: 60 }, "chief.vy");
  const since = now + 86400000;
  move(24 * 60 + 1);
  const plan = { to_station: "MAD", new_plate: "same", flight: { no: "IB3163", date: "2026-11-28" }, time_type: "planned" };
  await until(async () => {
    const tried = await located(keyVy, "VY");
    assert.equal((await tried.said("FORWARD_PLANNED", plan)).status, 201);
    return tried.owed.policy === "located/VY";
  }, "the longer time is read");
  const bag = await located(keyVy, "VY");
  assert.equal(Date.parse(bag.owed.due) - now, 480 * 60000);
  const opened = now;
  move(420);
  assert.equal((await bag.said("FORWARD_PLANNED", plan)).status, 201);
  const period = `from=${iso(opened)}&to=${iso(opened + 460 * 60000)}`;
  const report = async (name, more = "") => {
    const answer = await get(`/v1/reports/stale?${period}${more}`, name);
    assert.equal(answer.status, 200, answer.text);
    return answer;
  };
  const { json } = await report("chief.vy");
  assert.deepEqual(json.relaxed.map((p) => [p.owed, p.carrier, p.minutes, p.from, p.until]), [["located", "VY", 480, iso(since), undefined]]);
  const row = json.rows.find((r) => r.carrier === "VY");
  assert.deepEqual([row.silent_minutes, row.late], [0, 0], "in time by its own policy");
  assert.equal(row.silent_minutes_by_yardstick, 180, "three hours by the default's measure");
  const csv = (await report("chief.vy", "&format=csv")).text.split("\r\n");
  assert.match(csv[0], /,silent_minutes_by_yardstick,.*,relaxed_policies$/);
  assert.match(csv.find((line) => line.startsWith("VY,")), /,located\/VY 480$/);
  assert.deepEqual((await report("chief.one")).json.relaxed.filter((p) => p.carrier === "VY"), [], "another carrier's are not its reader's");
  const page = await get(`/report?${period}`, "oversight");
  assert.match(page.text, /<th scope="row">located\/VY<\/th><td>8 h 0 min<\/td><td>4 h 0 min<\/td>/);

  // what was not told by then is not known
  const as_of = (at) => JSON.parse(server.verb(["report", "stale", "--from", iso(told0 - 60000), "--to", iso(now), "--as-of", iso(at)])).relaxed.filter((p) => p.carrier === "VY");
  assert.deepEqual(as_of(told0 - 30000), [], "before it was told");
  assert.deepEqual(as_of(told0 + 30000), [], "told, and not in force yet");
  const then = as_of(now);
  assert.equal(then[0].until, undefined);
  await told({ owed: "located", ends: true }, "chief.vy");
  assert.deepEqual(as_of(now - 1000), then, "the same as_of gives the same list after it was ended");
});
