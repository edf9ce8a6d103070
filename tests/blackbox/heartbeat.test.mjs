// SPDX-License-Identifier: Apache-2.0
// POST /v1/heartbeat and ?dry_run=true: what says nothing of a bag, and what says it without being kept.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let db, server, ba, ib, auditor, client, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: now, databaseUrl: db.owner });
  ba = server.key("BA");
  ib = server.key("IB");
  auditor = await server.auditor();
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

const beat = (body, key = ba) => server.post("/v1/heartbeat", body, { key });

test("alive, nothing to say: kept per sender and station, read by the sender and by who sees all (req: ING-17)", async () => {
  const first = await beat({ station: "LHR" });
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(first.json, { sender: "BA", station: "LHR", at: now, skew_seconds: 0, times: 1 });
  server.clock.set("2026-11-20T12:07:00Z");
  const second = await beat({ station: "LHR", sent_at: "2026-11-20T12:09:30Z" });
  assert.deepEqual(second.json, { sender: "BA", station: "LHR", at: "2026-11-20T12:07:00Z", skew_seconds: 150, times: 2 });
  await beat({ station: "MAN" });
  await beat({ station: "LHR" }, ib);
  const listed = async (who) => (await server.get("/v1/heartbeats", who)).json.heartbeats.map((h) => [h.sender, h.station, h.times]);
  assert.deepEqual(await listed({ key: ba }), [["BA", "LHR", 2], ["BA", "MAN", 1]]);
  assert.deepEqual(await listed({ key: ib }), [["IB", "LHR", 1]]);
  assert.deepEqual(await listed(auditor), [["BA", "LHR", 2], ["BA", "MAN", 1], ["IB", "LHR", 1]]);
  assert.equal((await client.query("SELECT count(*)::int AS n FROM bagwatch.event")).rows[0].n, 0, "it is no event");
});

test("a sender that beats too fast is told when to come again; others are not held up (req: ING-17 SEC-04)", async () => {
  const fast = server.key("BA"), slow = server.key("IB");
  let told;
  for (let round = 0; round < 20 && !told; round++)
    told = (await Promise.all(Array.from({ length: 25 }, () => beat({ station: "LHR" }, fast)))).find((a) => a.status !== 200);
  assert.ok(told, "five hundred in one go are too many");
  assert.deepEqual([told.status, told.json.type], [429, "/problems/rate-limited"], told.text);
  assert.ok(Number(told.headers.get("retry-after")) >= 1, "it names the seconds");
  assert.equal((await beat({ station: "LHR" }, slow)).status, 200);
});

test("a heartbeat names a station, and nothing that it does not know (req: ING-17 ING-05)", async () => {
  for (const [body, pointers] of [[{}, ["/station"]], [{ station: "lhr" }, ["/station"]], [{ station: "LHR", bag: 1 }, ["/bag"]],
    [{ station: 7, sent_at: "noon" }, ["/station", "/sent_at"]]]) {
    const refused = await beat(body);
    assert.equal(refused.status, 422, refused.text);
    assert.deepEqual(refused.json.errors.map((e) => e.pointer).sort(), pointers.sort());
  }
  assert.equal((await server.post("/v1/heartbeat", { station: "LHR" })).status, 401);
  assert.equal((await server.post("/v1/heartbeat", { station: "LHR" }, { key: server.key("BA", "--scope", "read") })).status, 403);
  assert.equal((await server.post("/v1/heartbeat", { station: "LHR" }, auditor)).status, 403);
});

/** How many rows every table of the realm has. */
async function counts() {
  const { rows } = await client.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'bagwatch' ORDER BY 1");
  const all = {};
  for (const { table_name: name } of rows) all[name] = (await client.query(`SELECT count(*)::int AS n FROM bagwatch.${name}`)).rows[0].n;
  for (const name of ["session", "duty_cursor", "sender_feed"]) delete all[name]; // what chores keep for themselves
  return all;
}

const scan = (more = {}) => ({ event_id: `tried-${++serial}.`, plate: `0125${300000 + ++serial}`, travel_date: "2026-11-20", code: "ON_HAND",
  occurred_at: "2026-11-20T11:50:00Z", station: "LHR", ...more });

test("?dry_run=true gives the verdict and the would-be promise, stores nothing and tells nobody (req: ING-15)", async () => {
  const body = scan({ code: "BAG_ACCEPTED", occurred_at: "2026-11-20T10:00:00Z" });
  assert.equal((await server.post("/v1/events", body, { key: ba })).status, 201);
  const file = { plate: body.plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } };
  assert.equal((await server.post("/v1/cases", file, { key: ba })).status, 201);

  const stop = new AbortController();
  const stream = await fetch(`${server.url}/v1/stream`, { headers: { authorization: `Bearer ${ba}` }, signal: stop.signal });
  let text = "";
  const reading = (async () => {
    for await (const chunk of stream.body) text += Buffer.from(chunk).toString("utf8");
  })().catch(() => {});

  const before = await counts();
  const tried = scan({ plate: body.plate, note: "nobody is to keep this" });
  const dry = await server.post("/v1/events?dry_run=true", tried, { key: ba });
  assert.equal(dry.status, 200, dry.text);
  assert.deepEqual([dry.json.outcome, dry.json.bag.place, dry.json.bag.custodian], ["accepted", "AT", "BA"]);
  assert.deepEqual(dry.json.promises.map((p) => [p.carrier, p.owed]), [["BA", "located"]]);
  const other = scan({ note: "of a bag that nobody knows" });
  assert.equal((await server.post("/v1/events?dry_run=true", other, { key: ba })).status, 200);
  assert.deepEqual(await counts(), before, "no row of any table");

  // the same statement in earnest is new, and is the first thing that the stream hears of
  const real = await server.post("/v1/events?dry_run=false", tried, { key: ba });
  assert.deepEqual([real.status, real.json.outcome], [201, "accepted"]);
  assert.deepEqual(real.json.promises.map((p) => [p.carrier, p.owed, p.due]), dry.json.promises.map((p) => [p.carrier, p.owed, p.due]));
  const end = Date.now() + 10000;
  while (!text.includes(tried.event_id) && Date.now() < end) await new Promise((go) => setImmediate(go));
  stop.abort();
  await reading;
  assert.equal(text.split(`"event_id":"${tried.event_id}"`).length - 1, 1, text);
  assert.ok(!text.includes(other.event_id) && !text.includes(other.plate), text);

  // its refusals are those of a real one
  assert.equal((await server.post("/v1/events?dry_run=true", { ...tried, station: "MAD" }, { key: ba })).status, 409);
  assert.equal((await server.post("/v1/events?dry_run=true", scan({ code: "BAG_TELEPORTED" }), { key: ba })).status, 422);
  assert.equal((await server.post("/v1/events?dry_run=maybe", scan(), { key: ba })).status, 400);
  const again = await server.post("/v1/events?dry_run=true", tried, { key: ba });
  assert.deepEqual([again.status, again.json.outcome], [200, "duplicate"]);
});
