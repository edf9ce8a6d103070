// SPDX-License-Identifier: Apache-2.0
// A machine whose clock is ten minutes off: one clock decides, the database's; who is off says so.  (reliability.md 7, row 12)
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Database, Server, build, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const OFF = 600;
let db, right, wrong, client, key;

before(async () => {
  db = await Database.start();
  right = await Server.start({ at: null, databaseUrl: db.owner });
  key = right.key("BA");
  const env = { BAGWATCH_KEYS: `${right.data}/keys`, LD_PRELOAD: join(build, "clock_shift.so"), BW_CLOCK_SHIFT: String(OFF) };
  wrong = await Server.start({ at: null, databaseUrl: db.owner, env, metrics: true });
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await right?.stop();
  await wrong?.stop();
  await db?.stop();
});
const rows = async (text, values) => (await client.query(text, values)).rows;

test("what it records has the database's time, and it warns that its own is off", async () => {
  const opened = await wrong.post("/v1/cases", { plate: "0125000777", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(opened.status, 201, opened.text);
  const [{ off }] = await rows("SELECT max(abs(extract(epoch FROM clock_timestamp() - recorded_at)))::float AS off FROM bagwatch.event");
  assert.ok(off < 60, `recorded ${off} s from the database's clock`);
  const offset = await until(async () => (await wrong.metrics()).match(/bagwatch_clock_offset_seconds (-?[\d.]+)/)?.[1], "the metric");
  assert.ok(Math.abs(Number(offset) + OFF) < 2, offset);
  await until(() => /"event":"clock\.off"/.test(wrong.logText()), "the warning", 30000);
  assert.doesNotMatch(right.logText(), /"event":"clock\.off"/);
});

test("with the right one gone it raises levels by the database's clock: none early, each once, and no outage (req: CLK-05)", async () => {
  await right.stop();
  right = null;
  // due in ten seconds by the database's clock, and almost ten minutes ago by its own
  await rows(`UPDATE bagwatch.promise SET opened_at = clock_timestamp() - interval '30 seconds', due_at = clock_timestamp() + interval '10 seconds',
    next_level_at = clock_timestamp() + interval '10 seconds', level = 0 WHERE kind = 'case'`);
  await until(async () => (await rows("SELECT 1 FROM bagwatch.event WHERE code = 'PROMISE_MISSED'")).length > 0, "the level", 30000);
  const [{ n, early, late }] = await rows(`SELECT count(*)::int AS n, bool_or(recorded_at < occurred_at) AS early, max(extract(epoch FROM recorded_at - occurred_at))::float AS late
    FROM bagwatch.event WHERE code = 'PROMISE_MISSED'`);
  assert.deepEqual([n, early], [1, false]);
  assert.ok(late < 15, `${late} s late`);
  assert.equal((await rows("SELECT 1 FROM bagwatch.outage")).length, 0);
});
