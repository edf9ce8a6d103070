// SPDX-License-Identifier: Apache-2.0
// Our own outages: times when no instance could take updates are events, what fell due then is put off before any level is raised, and
// everybody is told that it was us.  Processes are killed, the database is crashed, clocks jump; each outage is found once.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { wordsOf } from "../lib/story.mjs";
import { sql } from "../lib/wire.mjs";

const on = (time) => `2026-11-21T${time}:00Z`;
let db, a, b, client, ba, ib;

before(async () => {
  db = await Database.start();
  a = await Server.start({ at: on("00:00"), databaseUrl: db.owner });
  ba = a.key("BA");
  ib = a.key("IB");
  await connect();
});
after(async () => {
  await client?.end().catch(() => {});
  await a?.stop();
  await b?.stop();
  await db?.stop();
});

async function connect() {
  client = await sql(db.owner);
  client.on("error", () => {});
}
const rows = async (text, values) => (await client.query(text, values)).rows;
const outages = async () => (await a.get("/v1/outages?from=2026-11-20T00:00:00Z&to=2026-12-30T00:00:00Z", { key: ib })).json.outages;
const count = async (code, since = on("00:00")) => (await rows("SELECT count(*)::int AS n FROM bagwatch.event WHERE code = $1 AND recorded_at >= $2", [code, since]))[0].n;

/** An instance ends as if its machine had: nothing is said any more. */
async function kill(server) {
  server.child.kill("SIGKILL");
  await server.exited;
}
/** Waits until we are known to have taken updates at this time. */
const beat = (at) => until(async () => (await rows("SELECT 1 FROM bagwatch.pulse WHERE beat_at >= $1", [at])).length > 0, `a beat at ${at}`, 20000);

async function found(server, n) {
  const plate = `0125${String(700000 + n)}`;
  const seen = await server.post("/v1/events", { event_id: `hand-${n}`, plate, travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", place: "store",
    occurred_at: server.clock.now.replace(".000", "") }, { key: ba });
  assert.equal(seen.status, 201, seen.text);
  const opened = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key: ib });
  assert.equal(opened.status, 201, opened.text);
  return { plate, ref: opened.json.ref, page: new URL(opened.json.customer_url).pathname };
}

/** What is owed of a bag and its file: { located: [due, level], reported: [due, level] }. */
async function owed(server, bag) {
  const got = (await server.get(`/v1/bags/${bag.plate}?date=2026-11-20`, { key: ba })).json;
  return Object.fromEntries([...got.promises, ...got.case.promises].map((p) => [p.owed, [p.due, p.level]]));
}

const doubled = () => rows(`SELECT data::json->>'promise_id' AS id, data::json->>'level' AS level FROM bagwatch.event
  WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED') GROUP BY 1, 2 HAVING count(*) > 1`);

let early, middle, late;

test("what fell due while the only instance was dead is put off by an hour, and no level comes before (req: CLK-13 CLK-05)", async () => {
  early = await found(a, 1); // BA owes a plan by 04:00, and the first result by 01:00
  a.clock.set(on("01:10"));
  await found(a, 4); // 05:10 and 02:10: its third level falls at 08:10, behind the half hour and within the hour
  a.clock.set(on("03:00"));
  middle = await found(a, 2); // 07:00 and 04:00
  a.clock.set(on("04:40"));
  late = await found(a, 3); // 08:40 and 05:40
  a.clock.set(on("05:00"));
  await until(async () => JSON.stringify([await owed(a, early), await owed(a, middle)]) ===
    JSON.stringify([{ located: [on("04:00"), 1], reported: [on("01:00"), 2] }, { located: [on("07:00"), -1], reported: [on("04:00"), 1] }]), "levels before the outage");
  await beat(on("05:00"));
  const missed = await count("PROMISE_MISSED");
  await kill(a);
  a.clock.set(on("07:20"));
  await a.run();
  await until(async () => (await outages())[0]?.moved_at, "what fell due is put off");
  const [outage, ...more] = await outages();
  assert.equal(more.length, 0);
  assert.deepEqual([outage.began_at, outage.ended_at, outage.moves_until, outage.moves_to], [on("05:00"), on("07:20"), on("07:50"), on("08:20")]);
  assert.equal(await count("OUTAGE"), 1);
  // missed before: it stays; due in it or half an hour behind: moved; due later: untouched
  assert.deepEqual(await owed(a, early), { located: [on("04:00"), 1], reported: [on("01:00"), 2] });
  assert.deepEqual(await owed(a, middle), { located: [on("08:20"), -1], reported: [on("04:00"), 1] });
  assert.deepEqual(await owed(a, late), { located: [on("08:40"), -1], reported: [on("08:20"), -1] });
  assert.equal(await count("PROMISE_MISSED"), missed);
  a.clock.set("2026-11-21T08:19:59Z");
  await until(async () => (await owed(a, middle)).located[1] === 0 && (await owed(a, late)).reported[1] === 0, "reminders of the new times");
  assert.equal(await count("PROMISE_MISSED"), missed, "a chaser before the end of the hour");
  a.clock.set(on("08:20"));
  await until(async () => (await count("PROMISE_MISSED")) >= missed + 5, "the levels of 08:20");
  assert.deepEqual(await owed(a, early), { located: [on("04:00"), 2], reported: [on("01:00"), 3] });
  assert.deepEqual(await owed(a, middle), { located: [on("08:20"), 1], reported: [on("04:00"), 2] });
  assert.deepEqual(await owed(a, late), { located: [on("08:40"), 0], reported: [on("08:20"), 1] });
  assert.deepEqual(await doubled(), []);
});

test("the page, the desk, the history and the report say that it was us (req: CLK-13)", async () => {
  const said = async (path, options) => wordsOf(await a.get(path, options)).replace(/ (?=[.,:])/g, "");
  const page = await said(`${middle.page}?tz=UTC`);
  assert.match(page, /Our own service could not take updates from 21 Nov, 05:00 to 21 Nov, 07:20\. That was our fault and no airline's: what fell due meanwhile was put off until 21 Nov, 08:20\./);
  assert.match(page, /The update that British Airways owes was put off until 21 Nov, 08:20\./);
  const missed = await said(`${early.page}?tz=UTC`);
  assert.match(missed, /from 21 Nov, 05:00 to 21 Nov, 07:20\. That was our fault and no airline's\./);
  assert.match(missed, /was due on 21 Nov, 04:00 and has not come in/, "what was missed before is not forgiven");
  const desk = await said("/desk/overdue", await a.login(a.account("agent-ib", "agent", "IB")));
  assert.match(desk, /Bagwatch could not take updates from 2026-11-21 05:00 to 2026-11-21 07:20 UTC\./);
  const report = (await a.get(`/v1/reports/stale?from=${on("00:00")}&to=2026-11-22T00:00:00Z&by=carrier`, await a.auditor())).json;
  assert.deepEqual([report.all.moved, report.all.late, report.all.superseded], [3, 0, 0]); // 07:00, 05:40 and 05:10
  assert.equal(report.all.silent_minutes, 7 * 60 + 20 + 6 * 60 + 10 + 4 * 60 + 20, "since 01:00 of the one bag, 02:10 and 04:00 of others, and nothing of the last");
});

test("while one of two instances takes updates there is no outage; when none does, one (req: CLK-13)", async () => {
  b = await a.twin();
  const now = (await rows("SELECT max(beat_at) AS at FROM bagwatch.pulse"))[0].at;
  await until(async () => (await rows("SELECT 1 FROM bagwatch.pulse WHERE beat_at >= $1", [now])).length >= 2, "the second beats", 20000);
  await kill(a);
  a.clock.set(on("10:30"));
  await beat(on("10:30"));
  await a.run();
  a.clock.set(on("10:31"));
  await until(async () => (await rows("SELECT 1 FROM bagwatch.pulse WHERE beat_at >= $1", [on("10:31")])).length === 2, "both beat", 20000);
  assert.equal((await outages()).length, 1);
  for (let n = 10; n < 22; n++) await found(a, n); // all due at 11:31 and 14:31
  await kill(a);
  await kill(b);
  a.clock.set(on("12:00"));
  await Promise.all([a.run(), b.run()]);
  await until(async () => (await outages()).length === 2 && (await outages())[0].moved_at, "the second outage");
  assert.equal(await count("OUTAGE"), 2);
  assert.deepEqual((await outages())[0].began_at, on("10:31"));
  const moved = await rows("SELECT bag_id, count(*)::int AS n FROM bagwatch.event WHERE code = 'PROMISE_MOVED' AND data::json->>'due' = $1 GROUP BY 1", [on("13:00")]);
  assert.deepEqual([moved.length, ...new Set(moved.map((r) => r.n))], [12, 1], "each file's first result once, by both together");
  assert.equal(await count("PROMISE_MISSED", on("11:31")), 0);
});

test("a crash in the midst of putting off: the next start goes on where it stopped (req: CLK-13 CLK-05)", async () => {
  a.clock.set("2026-11-22T08:00:00Z");
  await until(async () => (await rows("SELECT 1 FROM bagwatch.promise WHERE next_level_at <= $1", [a.clock.now])).length === 0, "nothing is due", 30000);
  for (let n = 100; n < 220; n++) await found(n % 2 ? a : b, n); // 120 files: due 09:00 and 12:00
  await beat("2026-11-22T08:00:00Z");
  const missed = await count("PROMISE_MISSED");
  await kill(a);
  await kill(b);
  a.clock.set("2026-11-22T11:00:00Z");
  a.options.env = { BAGWATCH_CRASH_AT: "after-commit:2" }; // the outage, and some of what it puts off
  a.options.args = ["--writer-batch", "32"];
  await a.run().catch(() => {});
  assert.equal((await a.exited).signal, "SIGKILL");
  const some = await count("PROMISE_MOVED", "2026-11-22T11:00:00Z");
  assert.ok(some > 0 && some < 120, `${some} put off before the crash`);
  assert.equal(await count("PROMISE_MISSED"), missed);
  Object.assign(a.options, { env: {}, args: [] });
  a.clock.set("2026-11-22T11:00:20Z");
  await a.run();
  await until(async () => (await outages())[0].moved_at, "the rest is put off");
  assert.equal((await outages()).length, 3);
  assert.equal(await count("PROMISE_MOVED", "2026-11-22T11:00:00Z") >= 120, true);
  const left = await rows("SELECT count(*)::int AS n FROM bagwatch.promise WHERE closed_at IS NULL AND due_at BETWEEN $1 AND $2", ["2026-11-22T08:00:00Z", "2026-11-22T11:30:00Z"]);
  assert.equal(left[0].n, 0);
  const again = await rows("SELECT data::json->>'promise_id' FROM bagwatch.event WHERE code = 'PROMISE_MOVED' AND data::json->>'due' IS NOT NULL GROUP BY 1 HAVING count(*) > 1");
  assert.equal(again.length, 0, "put off twice");
  assert.equal(await count("PROMISE_MISSED"), missed);
  await b.run();
});

test("the database away for an hour and a half is an outage of ours, found once (req: CLK-13)", async () => {
  await client.end();
  const down = Date.now();
  await db.crash();
  await Promise.all([a, b].map((s) => until(async () => (await s.get("/readyz")).status === 503, "not ready")));
  await until(() => Date.now() - down > 4000, "more than the moment that a jump of the clock makes us unready");
  a.clock.set("2026-11-22T13:00:00Z");
  await db.startAgain();
  await Promise.all([a, b].map((s) => until(async () => (await s.get("/readyz")).status === 200, "ready again", 30000)));
  await connect();
  await until(async () => (await outages()).length === 4 && (await outages())[0].moved_at, "the fourth outage", 30000);
  assert.equal(await count("OUTAGE"), 4);
  assert.equal((await outages())[0].ended_at, "2026-11-22T13:00:00Z");
});

test("a clock that jumps while we take updates is no outage: no level early, twice or lost (req: CLK-05)", async () => {
  const settled = async () => (await rows("SELECT 1 FROM bagwatch.promise WHERE next_level_at <= $1", [a.clock.now])).length === 0;
  const bag = await found(a, 300); // the first result by 14:00, a plan by 17:00
  for (const at of ["2026-11-22T14:00:00Z", "2026-11-23T14:00:00Z", "2026-11-24T14:00:00Z"]) {
    a.clock.set(at);
    await until(settled, `nothing due at ${at}`, 30000);
  }
  await beat("2026-11-24T14:00:00Z");
  const levels = { located: ["2026-11-22T17:00:00Z", 4], reported: ["2026-11-22T14:00:00Z", 4] }; // daily after the third
  assert.deepEqual(await owed(a, bag), levels);
  const raised = await count("PROMISE_MISSED");
  // back by an hour and by a day: nothing is raised again, and time that was recorded never falls
  for (const at of ["2026-11-24T13:00:00Z", "2026-11-23T13:00:00Z"]) {
    a.clock.set(at);
    const note = await a.post("/v1/events", { event_id: `back-${at}`, plate: bag.plate, travel_date: "2026-11-20", code: "BAG_SEEN", station: "LHR", occurred_at: "2026-11-22T13:05:00Z" }, { key: ba });
    assert.equal(note.status, 201, note.text);
    assert.ok(note.json.event.recorded_at >= "2026-11-24T14:00:00Z", note.json.event.recorded_at);
  }
  await kill(a); // and back also for a process that never saw the later time
  await kill(b);
  await a.run();
  await until(async () => (await rows("SELECT 1 FROM bagwatch.pulse WHERE beat_at = $1", [a.clock.now])).length === 1, "it beats", 20000);
  assert.equal(await count("PROMISE_MISSED"), raised);
  assert.equal((await outages()).length, 4);
  const falls = await rows(`SELECT e.code FROM bagwatch.event e JOIN bagwatch.event f ON f.bucket = e.bucket AND f.bag_id = e.bag_id AND f.version = e.version + 1
    WHERE f.recorded_at < e.recorded_at`);
  assert.equal(falls.length, 0);
  assert.deepEqual(await doubled(), []);
  const early = await rows("SELECT 1 FROM bagwatch.event WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED') AND recorded_at < occurred_at");
  assert.equal(early.length, 0);
  assert.match(a.verb(["verify"]), / 0 differences/);
});
