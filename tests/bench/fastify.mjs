// SPDX-License-Identifier: Apache-2.0
// The server beside which single scans are measured (PERF-01): Fastify and node-postgres, one transaction per scan, as
// such servers are written.  `least` does the least that a scan takes: a key that is known, a body that is checked, one row
// per statement under a unique key, a bag row that is locked, folded and written, an answer after COMMIT.  `same` does what
// is promised here besides: a plate names a bag for some days (an alias window that nothing overlaps), every statement has a
// leaf in a numbered journal, and what readers will be shown is stored with it.
//     node tests/bench/fastify.mjs least|same PORT SOCKET-FOLDER ROLE KEY [UID GID]
// Prints one line when it listens; ends with its standard input.  The database knows its users by their ids: started as root
// it becomes that one, and not before everything is loaded, since that one may be kept out of the folder this stands in.
import { createHash } from "node:crypto";
import Fastify from "fastify";
import pg from "pg";

const [shape, port, host, user, key, uid, gid] = process.argv.slice(2);
const same = shape === "same";
const schema = `bench_fastify_${shape}`;
const pool = new pg.Pool({ host, user, database: "bagwatch", max: 20 });
const known = createHash("sha256").update(key).digest("hex");

const body = {
  type: "object", additionalProperties: false, required: ["event_id", "plate", "code", "occurred_at", "station"],
  properties: {
    event_id: { type: "string", pattern: "^[A-Za-z0-9._:-]{1,64}$" }, plate: { type: "string", pattern: "^[0-9]{10}$" },
    code: { type: "string", enum: ["BAG_SEEN", "BAG_ACCEPTED", "BAG_LOADED", "BAG_UNLOADED"] }, occurred_at: { type: "string", format: "date-time" },
    station: { type: "string", pattern: "^[A-Z]{3}$" },
  },
};

/** The window of days in which the plate names its bag; made by the first scan. */
async function window(client, scan) {
  const day = scan.occurred_at.slice(0, 10);
  const known = await client.query({ name: "alias", text: `SELECT plate FROM ${schema}.alias WHERE plate = $1 AND valid @> $2::date`, values: [scan.plate, day] });
  if (!known.rowCount)
    await client.query({ name: "widen", text: `INSERT INTO ${schema}.alias VALUES ($1, daterange($2::date - 3, $2::date + 30))`, values: [scan.plate, day] });
}

/** A leaf in the journal, and the entry that readers of changes will be shown. */
async function log(client, scan, answer, now) {
  const leaf = createHash("sha256").update("\0").update(JSON.stringify(scan)).digest();
  const row = await client.query({ name: "journal", text: `INSERT INTO ${schema}.journal (recorded_at, leaves) VALUES ($1, $2) RETURNING id`, values: [now, leaf] });
  await client.query({ name: "payload", text: `INSERT INTO ${schema}.payload VALUES ($1, $2)`,
    values: [row.rows[0].id, JSON.stringify({ v: 1, type: "bag.changed", ...answer, audience: [answer.bag.custodian] })] });
}

async function store(client, sender, scan) {
  const now = new Date();
  await client.query("BEGIN");
  const stored = await client.query({ name: "stored", text: `SELECT answer FROM ${schema}.event WHERE sender = $1 AND event_id = $2 AND plate = $3`, values: [sender, scan.event_id, scan.plate] });
  if (stored.rowCount) {
    await client.query("COMMIT");
    return { ...stored.rows[0].answer, outcome: "duplicate" };
  }
  const read = await client.query({ name: "bag", text: `SELECT version, last_seen_at FROM ${schema}.bag WHERE plate = $1 FOR UPDATE`, values: [scan.plate] });
  const version = (read.rows[0]?.version ?? 0) + 1;
  if (same) await window(client, scan);
  const answer = {
    outcome: "accepted", flags: [], event: { event_id: scan.event_id, recorded_at: now.toISOString() },
    bag: { plate: scan.plate, version, place: "AT", station: scan.station, custodian: sender, last_seen_at: scan.occurred_at },
    promises: [], instruction: "Keep it moving.",
  };
  await client.query({ name: "event", text: `INSERT INTO ${schema}.event VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, values: [scan.plate, version, sender, scan.event_id, scan.code, scan.station, scan.occurred_at, now, answer] });
  await client.query({
    name: "fold",
    text: `INSERT INTO ${schema}.bag VALUES ($1, $2, 'AT', $3, $4, $5, $6) ON CONFLICT (plate) DO UPDATE
           SET version = $2, place = 'AT', station = $3, custodian = $4, last_seen_at = greatest(bag.last_seen_at, $5), recorded_at = $6`,
    values: [scan.plate, version, scan.station, sender, scan.occurred_at, now],
  });
  if (same) await log(client, scan, answer, now);
  await client.query("COMMIT");
  return answer;
}

const app = Fastify({ logger: false });
app.post("/v1/events", { schema: { body } }, async (request, reply) => {
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  if (createHash("sha256").update(token).digest("hex") !== known) return reply.code(401).send({ title: "unknown key" });
  const client = await pool.connect();
  try {
    const answer = await store(client, "BA", request.body);
    return reply.code(answer.outcome === "duplicate" ? 200 : 201).send(answer);
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
});
await app.ready();
if (uid) {
  process.setgroups([]);
  process.setgid(Number(gid));
  process.setuid(Number(uid));
}
await pool.query(`
  DROP SCHEMA IF EXISTS ${schema} CASCADE;
  CREATE SCHEMA ${schema};
  CREATE TABLE ${schema}.bag (plate text PRIMARY KEY, version integer NOT NULL, place text NOT NULL, station text NOT NULL,
    custodian text NOT NULL, last_seen_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL);
  CREATE TABLE ${schema}.alias (plate text NOT NULL, valid daterange NOT NULL, EXCLUDE USING gist (plate WITH =, valid WITH &&));
  CREATE TABLE ${schema}.journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, recorded_at timestamptz NOT NULL, leaves bytea NOT NULL);
  CREATE TABLE ${schema}.payload (journal_id bigint PRIMARY KEY, entries text NOT NULL);
  CREATE TABLE ${schema}.event (plate text NOT NULL, version integer NOT NULL, sender text NOT NULL, event_id text NOT NULL,
    code text NOT NULL, station text NOT NULL, occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, answer jsonb NOT NULL,
    PRIMARY KEY (plate, version), UNIQUE (sender, event_id, plate))`);
await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("listening");
process.stdin.on("end", async () => {
  await app.close();
  await pool.end();
}).resume();
