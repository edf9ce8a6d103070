// SPDX-License-Identifier: Apache-2.0
// Nothing that runs all day reads a table whole that grows with every event: neither the writers, nor the feed, nor what looks round every
// second for something that is due.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, Server } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const growing = ["event", "event_key", "bag", "alias", "journal", "promise", "case_file", "event_private", "raw_message"];
let db, server, client, ba, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ databaseUrl: db.owner });
  client = await sql(db.owner);
  ba = server.key("BA");
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

async function scans(n) {
  const lines = Array.from({ length: n }, () => JSON.stringify({ event_id: `w-${++serial}`, plate: `0125${String(100000 + (serial % 1500))}`,
    code: "BAG_SEEN", station: "LHR", occurred_at: new Date().toISOString() }));
  const sent = await server.call("POST", "/v1/events:bulk", { key: ba, body: lines.join("\n"), type: "application/x-ndjson" });
  assert.equal(sent.status, 200, sent.text);
}

async function wholeReads() {
  const { rows } = await client.query("SELECT relname, seq_scan::int, seq_tup_read::int FROM pg_stat_user_tables WHERE schemaname = 'bagwatch' AND (relname = ANY ($1) OR relname LIKE 'feed_payload%')", [growing]);
  return Object.fromEntries(rows.map((row) => [row.relname, [row.seq_scan, row.seq_tup_read]]));
}

test("with thousands of events there, no statement reads such a table from its beginning (req: PERF-03)", async () => {
  await scans(3000);
  await server.post("/v1/cases", { plate: "0125100001", station: "LHR", passenger: { surname: "SAMPLE" } }, { key: ba });
  await client.query("ANALYZE");
  await scans(200);
  await sleep(3000); // planned anew by now, and told to the statistics
  const before = await wholeReads();
  assert.ok(before.event && before.bag && before.feed_payload_00, "the statistics name the tables");
  for (let k = 0; k < 17; k++) { // the slowest of the watching chores comes every 15 s
    await scans(20);
    await sleep(1000);
  }
  assert.deepEqual(await wholeReads(), before);
});
