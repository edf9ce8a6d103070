// SPDX-License-Identifier: Apache-2.0
// No outage where updates were taken: the clock jumps while the only instance that is there stands in the midst of a long sweep, and another
// comes.  req: CLK-13 CLK-05
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, a, b, client, gate, key, serial = 0;

before(async () => {
  db = await Database.start();
  a = await Server.start({ at: "2026-11-21T08:00:00Z", databaseUrl: db.owner, args: ["--test-realm=no"] });
  b = await Server.start({ clock: a.clock, databaseUrl: db.owner, env: { BAGWATCH_KEYS: `${a.data}/keys` }, args: ["--test-realm=no"] });
  key = a.key("BA");
  client = await sql(db.owner);
  gate = await sql(db.owner);
});
after(async () => {
  await gate?.end();
  await client?.end();
  await a?.stop();
  await b?.stop();
  await db?.stop();
});

const count = async (from, values) => (await client.query(`SELECT count(*)::int AS n FROM ${from}`, values)).rows[0].n;
const outages = () => count("bagwatch.outage");
const beaten = (n, time) => until(async () => (await count("bagwatch.pulse WHERE beat_at >= $1", [time])) >= n, `${n} beats at ${time}`, 40000);
async function file() {
  const answer = await a.post("/v1/cases", { plate: `0125${700000 + ++serial}`, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(answer.status, 201, answer.text);
}

test("one is killed, the clock jumps, the other stands in the midst of its sweep: it beats, and who comes then hears it", async () => {
  for (let n = 0; n < 20; n++) await file();
  await beaten(2, "2026-11-21T08:00:00Z");
  await b.kill();
  await gate.query("BEGIN; LOCK TABLE bagwatch.promise IN SHARE MODE");
  a.clock.set("2026-11-21T13:00:00Z");
  await until(() => count("pg_locks WHERE NOT granted"), "a sweep that waits in the midst of its writing", 20000);
  await b.run();
  await beaten(2, "2026-11-21T13:00:00Z");
  assert.ok((await count("pg_locks WHERE NOT granted")) > 0, "it waits still");
  await gate.query("ROLLBACK");
  await until(async () => (await count("bagwatch.promise WHERE next_level_at <= $1", [a.clock.now])) === 0, "all of it is raised", 30000);
  assert.equal(await outages(), 0);
  assert.equal(await count("bagwatch.event WHERE code = 'PROMISE_MOVED'"), 0);
});
