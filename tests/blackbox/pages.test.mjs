// SPDX-License-Identifier: Apache-2.0
// Lists that grow come in pages: the Link of one leads to the next, each row stands in one of them, the last has no Link (design.md 8).
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, client, key, agent;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-21T08:00:00Z", databaseUrl: db.owner });
  client = await sql(db.owner);
  key = { BA: server.key("BA"), IB: server.key("IB") };
  agent = await server.login(server.account("agent-ib", "agent", "IB"));
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

/** The ids of all pages in their order, and how many pages there were. */
async function pages(path, member) {
  const ids = [];
  let n = 0;
  for (; path; n++) {
    const page = await server.get(path, { key: key.BA });
    assert.equal(page.status, 200, page.text);
    ids.push(...page.json[member].map((row) => row.id));
    path = page.headers.get("link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  }
  assert.equal(new Set(ids).size, ids.length, "each once");
  return [ids, n];
}

test("questions to a carrier's stations: by due time, those asked last behind the others", async () => {
  const plates = Array.from({ length: 208 }, (_, k) => `0125${900000 + k}`);
  for (let k = 0; k < plates.length; k += 26) {
    const file = await server.post("/v1/cases", { station: "MAD", passenger: { surname: "SAMPLE" }, bags: plates.slice(k, k + 26).map((plate) => ({ plate, travel_date: "2026-11-20" })),
      itinerary: [{ flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }] }, agent);
    assert.equal(file.status, 201, file.text);
  }
  const asked = [];
  for (const plate of plates) {
    const said = await until(async () => {
      const got = await server.post(`/v1/bags/${plate}/ask`, { event_id: `ask-${plate}`, station: "LHR", carrier: "BA" }, agent);
      return got.status !== 429 && got;
    }, plate);
    assert.equal(said.status, 201, said.text);
    asked.push(said.json.ask.id);
  }
  const [ids, n] = await pages("/v1/asked", "asked");
  assert.deepEqual([ids.length, n, new Set(asked).size], [plates.length, 2, plates.length]);
  for (const id of asked) assert.ok(ids.includes(id), id);
});

test("proposed files: the newest first, of a thousand as of one", async () => {
  await client.query(`INSERT INTO bagwatch.case_proposal (id, made_at, why, bag_bucket, bag_id, owner)
    SELECT gen_random_uuid(), timestamptz '2026-11-20T08:00:00Z' + n / 7 * interval '1 second', 'missed-connection', b.bucket, b.bag_id, 'BA'
    FROM generate_series(1, 1000) n, (SELECT bucket, bag_id FROM bagwatch.bag LIMIT 1) b`);
  const [ids, n] = await pages("/v1/case-proposals", "proposals");
  assert.equal(n, 3, "the second one is full, and its Link leads to an empty one");
  const { rows } = await client.query("SELECT id FROM bagwatch.case_proposal ORDER BY made_at DESC, id DESC");
  assert.deepEqual(ids, rows.map((row) => row.id));
  assert.equal((await server.get("/v1/case-proposals?after=1.2", { key: key.BA })).status, 400);
});

test("our outages: the newest first, back to the beginning of what was asked for", async () => {
  await client.query(`INSERT INTO bagwatch.outage (outage_id, began_at, ended_at, found_by, moved_at)
    SELECT gen_random_uuid(), at, at + interval '10 minutes', 'test', at FROM (SELECT timestamptz '2026-10-01T00:00:00Z' + n * interval '1 hour' AS at FROM generate_series(0, 249) n) t`);
  const [ids, n] = await pages("/v1/outages?from=2026-10-01T05:05:00%2B00:00&to=2026-11-20T00:00:00Z", "outages");
  assert.deepEqual([ids.length, n], [245, 3]);
  const { rows } = await client.query("SELECT outage_id FROM bagwatch.outage ORDER BY began_at DESC LIMIT 245");
  assert.deepEqual(ids, rows.map((row) => row.outage_id));
});
