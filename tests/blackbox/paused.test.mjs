// SPDX-License-Identifier: Apache-2.0
// Two instances, one paused by SIGSTOP in the midst of a sweep and woken after the other has done its work: each level once, none early, none
// lost.  Then the same with one killed instead.  req: CLK-05 (reliability.md 7, row 27)
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const FILES = 150;
let db, a, b, client, gate, key;

before(async () => {
  db = await Database.start();
  a = await Server.start({ at: "2026-11-21T08:00:00Z", databaseUrl: db.owner });
  b = await a.twin();
  key = a.key("BA");
  client = await sql(db.owner);
  gate = await sql(db.owner);
  for (let n = 0; n < FILES; n++) { // each owes a first result by 09:00
    const opened = await (n % 2 ? a : b).post("/v1/cases", { plate: `0125${800000 + n}`, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
    assert.equal(opened.status, 201, opened.text);
  }
});
after(async () => {
  a?.child.kill("SIGCONT");
  await gate?.end();
  await client?.end();
  await a?.stop();
  await b?.stop();
  await db?.stop();
});

const rows = async (text, values) => (await client.query(text, values)).rows;
const raised = (level) => rows("SELECT data::json->>'promise_id' AS id, count(*)::int AS n, bool_or(recorded_at < occurred_at) AS early FROM bagwatch.event WHERE subject = 'case' AND data::json->>'level' = $1 GROUP BY 1", [String(level)]);
const settled = () => until(async () => (await rows("SELECT 1 FROM bagwatch.promise WHERE next_level_at <= $1", [a.clock.now])).length === 0, "nothing is due any more", 60000);
const once = async (level) => {
  const got = await raised(level);
  assert.equal(got.length, FILES);
  for (const row of got) assert.deepEqual([row.n, row.early], [1, false], row.id);
};

/** Holds every commit up once events are being written, so that whoever sweeps stands in the midst of it. */
async function sweepHeldUp(time) {
  await gate.query("BEGIN; LOCK TABLE bagwatch.promise IN SHARE MODE");
  a.clock.set(time);
  const waiting = async () => (await rows("SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted"))[0].n > 0;
  await until(waiting, "a sweep that waits in the midst of its writing", 20000);
  // the one that does not sweep beats on: the clock's jump is no outage
  await until(async () => (await rows("SELECT 1 FROM bagwatch.pulse WHERE beat_at >= $1", [time])).length > 0, "a beat", 20000);
  await until(waiting, "a sweep that still waits", 20000);
}

test("paused in the midst of a sweep, woken when the other is done: each level once (req: CLK-05)", async () => {
  await sweepHeldUp("2026-11-21T08:45:00Z");
  a.child.kill("SIGSTOP"); // whichever of the two it is that sweeps, the other can
  await gate.query("ROLLBACK");
  await settled();
  await once(0);
  a.child.kill("SIGCONT");
  await until(async () => (await a.get("/readyz")).status === 200, "awake", 30000);
  a.clock.set("2026-11-21T09:00:00Z");
  await settled();
  await once(0);
  await once(1);
});

test("the other one paused, and this one killed and started again meanwhile (req: CLK-05)", async () => {
  await sweepHeldUp("2026-11-21T11:00:00Z");
  b.child.kill("SIGSTOP");
  a.child.kill("SIGKILL");
  await gate.query("ROLLBACK");
  await a.exited;
  await a.run();
  await settled();
  b.child.kill("SIGCONT");
  await until(async () => (await b.get("/readyz")).status === 200, "awake", 30000);
  a.clock.set("2026-11-21T15:00:00Z");
  await settled();
  for (const level of [0, 1, 2, 3]) await once(level);
  assert.equal((await rows("SELECT 1 FROM bagwatch.outage")).length, 0, "one of them took updates, or was gone for a second");
  const falls = await rows("SELECT 1 FROM bagwatch.event e JOIN bagwatch.event f ON f.bucket = e.bucket AND f.bag_id = e.bag_id AND f.version = e.version + 1 WHERE f.recorded_at < e.recorded_at");
  assert.equal(falls.length, 0);
});
