// SPDX-License-Identifier: Apache-2.0
// The test realm (ING-15): what bagk_test_ keys say is taken, judged, owed, streamed and verified like anything else, and stands
// nowhere in the live one; thirty days after the first of it all of it is gone.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, secret, until } from "../lib/server.mjs";
import { Stream, sql } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let db, owner, server, second, live, tried, agent, auditor, admin, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: now, databaseUrl: db.owner, metrics: true });
  owner = await sql(db.owner);
  live = { ba: server.key("BA"), ib: server.key("IB") };
  tried = { ba: server.key("BA", "--test"), ib: server.key("IB", "--test") };
  agent = await server.login(server.account("agent-ib", "agent", "IB"));
  auditor = await server.auditor();
  admin = await server.login(server.account("boss-ba", "carrier-admin", "BA"));
});
after(async () => {
  await owner?.end();
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

const plate = () => `0125${String(700000 + ++serial)}`;
const scan = (more = {}) => ({ event_id: `r-${++serial}`, plate: plate(), travel_date: "2026-11-20", code: "BAG_ACCEPTED",
  occurred_at: "2026-11-20T11:00:00Z", station: "LHR", ...more });
const file = (more = {}) => ({ plate: plate(), travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" },
  itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }, { flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }], ...more });

async function said(body, key) {
  const answer = await server.post("/v1/events", body, { key });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
async function opened(body, key, headers = {}) {
  const answer = await server.post("/v1/cases", body, { key, headers });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

/** How many rows every table of a schema has, but for those that live by themselves. */
async function counts(schema) {
  const { rows } = await owner.query("SELECT table_name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1", [schema]);
  const all = {};
  for (const { table_name: name } of rows) all[name] = (await owner.query(`SELECT count(*)::int AS n FROM ${schema}.${name}`)).rows[0].n;
  for (const name of ["session", "duty_cursor"]) delete all[name];
  return all;
}

/** What the live realm shows that must not move: its rows, its feed, its figures. */
async function standing() {
  const { rows: [feed] } = await owner.query("SELECT last_seq, last_index, epoch FROM bagwatch.feed_state");
  const figures = (await server.metrics()).split("\n").filter((line) =>
    /^bagwatch_(events_total|feed_index|promises_|writer_(batch|commit|queue|clashes)|dead_letters|heartbeats|bulk_lines|streams|stream_closed|feed_wire|promise_raise)/.test(line));
  return { counts: await counts("bagwatch"), feed, figures };
}

test("a key of the test realm does what a live key does, and every answer says where (req: ING-15)", async () => {
  const before = await standing();
  const me = await server.get("/v1/me", { key: tried.ba });
  assert.equal(me.json.realm, "test");
  assert.equal(me.headers.get("bagwatch-realm"), "test");

  const body = scan();
  const first = await server.post("/v1/events", body, { key: tried.ba });
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.get("bagwatch-realm"), "test");
  assert.equal(first.json.outcome, "accepted");
  const again = await server.post("/v1/events", body, { key: tried.ba });
  assert.equal(again.status, 200);
  assert.equal(again.json.event.uid, first.json.event.uid);
  assert.equal((await server.post("/v1/events", { ...body, station: "MAD" }, { key: tried.ba })).json.type.split("/").pop(), "event-id-conflict");

  const bag = await server.get(`/v1/bags/${body.plate}?date=2026-11-20`, { key: tried.ba });
  assert.equal(bag.status, 200, bag.text);
  assert.equal(bag.json.bag.id, first.json.bag.id);
  assert.equal(bag.json.bag.custodian, "BA");
  const history = await server.get(`/v1/bags/${first.json.bag.id}/events`, { key: tried.ba });
  assert.deepEqual(history.json.events.map((e) => e.event_id), [body.event_id]);
  assert.equal((await server.get(`/v1/search?q=${body.plate}&date=2026-11-20`, { key: tried.ba })).status, 200);

  const twice = { "idempotency-key": "try-1" }, body2 = file({ plate: body.plate });
  const one = await opened(body2, tried.ib, twice);
  const same = await server.post("/v1/cases", body2, { key: tried.ib, headers: twice });
  assert.equal(same.headers.get("idempotency-replayed"), "true");
  assert.equal(same.json.ref, one.ref);
  const seen = await server.get(`/v1/cases/${one.ref}`, { key: tried.ba });
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.json.owner, "IB");
  const owed = await server.get("/v1/promises", { key: tried.ib });
  assert.ok(owed.text.includes(one.ref) || owed.text.includes(first.json.bag.id), owed.text);

  const telegram = await server.post("/v1/typeb", "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.O/IB3167/20NOV/MAD\n.N/0125690001002\n.P/1SAMPLE/ANA\nENDBSM\nBSM\nnonsense\nENDBSM\n",
    { key: tried.ba, type: "text/plain" });
  assert.equal(telegram.status, 200, telegram.text);
  assert.deepEqual(telegram.json.messages.map((m) => m.status), ["used", "unusable"]);
  const lines = [scan(), scan(), { ...scan(), code: "NO_SUCH" }].map((line) => JSON.stringify(line)).join("\n");
  const bulk = await server.post("/v1/events:bulk", `${lines}\n`, { key: tried.ba, type: "application/x-ndjson" });
  assert.deepEqual(bulk.text.trim().split("\n").map((line) => JSON.parse(line).status), [201, 201, 422]);
  assert.equal((await server.post("/v1/heartbeat", { station: "LHR" }, { key: tried.ba })).status, 200);
  assert.deepEqual((await server.get("/v1/heartbeats", { key: tried.ba })).json.heartbeats.map((h) => h.station), ["LHR"]);
  assert.equal((await server.get("/v1/proposals", { key: tried.ba })).status, 200);
  const stale = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-21", { key: tried.ib });
  assert.equal(stale.status, 200, stale.text);

  const there = await counts("bagwatch_test");
  assert.ok(there.event >= 6 && there.bag >= 4 && there.case_file === 1 && there.raw_message === 1 && there.dead_letter === 1 && there.heartbeat === 1, JSON.stringify(there));
  assert.deepEqual(await standing(), before, "the live realm has not moved");
});

test("nobody of the live realm sees any of it, and no report counts it (req: ING-15)", async () => {
  const body = scan(), one = await said(body, tried.ba), made = await opened(file({ plate: body.plate }), tried.ib);
  assert.ok((await server.get("/v1/search?q=SAMPLE", { key: tried.ib })).text.includes(made.ref), "its own keys find it by name");
  for (const who of [{ key: live.ba }, { key: live.ib }, agent, auditor, admin]) {
    for (const path of [`/v1/bags/${body.plate}?date=2026-11-20`, `/v1/bags/${one.bag.id}`, `/v1/bags/${one.bag.id}/events`, `/v1/cases/${made.ref}`])
      assert.equal((await server.get(path, who)).status, 404, path);
    const found = await server.get(`/v1/search?q=${body.plate}`, who);
    assert.ok(!found.text.includes(one.bag.id), found.text);
    const named = await server.get("/v1/search?q=SAMPLE", who);
    assert.ok(!named.text.includes(made.case_id), named.text);
    const owed = await server.get("/v1/promises", who);
    assert.ok(owed.status !== 200 || !owed.text.includes(one.bag.id), owed.text);
  }
  for (const who of [{ key: live.ib }, auditor]) {
    const stale = await server.get("/v1/reports/stale?from=2026-11-01&to=2026-12-31", who);
    assert.equal(stale.status, 200, stale.text);
    assert.deepEqual(stale.json.rows, []);
  }
  assert.deepEqual(JSON.parse(server.verb(["report", "stale", "--from", "2026-11-01", "--to", "2026-12-31"])).rows, []);
  for (const path of [`/desk?q=${body.plate}`, `/desk/bags/${one.bag.id}`, "/desk/overdue", "/desk/ambiguous"])
    assert.ok(!(await server.get(path, agent)).text.includes(one.bag.id), path);
  assert.ok(!(await server.get("/v1/dead-letters", admin)).text.includes("BA"), "no dead letter of the test realm");
});

test("one plate, one event id, one reference in both realms are strangers to each other (req: ING-15)", async () => {
  const body = scan();
  const [here, there] = [await said(body, tried.ba), await said({ ...body, station: "MAD" }, live.ba)];
  assert.notEqual(here.bag.id, there.bag.id);
  assert.equal((await server.get(`/v1/bags/${body.plate}?date=2026-11-20`, { key: tried.ba })).json.bag.station, "LHR");
  assert.equal((await server.get(`/v1/bags/${body.plate}?date=2026-11-20`, { key: live.ba })).json.bag.station, "MAD");
  assert.equal((await server.get(`/v1/bags/${there.bag.id}`, { key: tried.ba })).status, 404);
  assert.equal((await server.get(`/v1/bags/${here.bag.id}`, { key: live.ba })).status, 404);
  assert.equal((await said(scan({ plate: body.plate, code: "BAG_SORTED", occurred_at: "2026-11-20T11:10:00Z" }), tried.ba)).bag.version, here.bag.version + 1);
  assert.equal((await server.get(`/v1/bags/${body.plate}?date=2026-11-20`, { key: live.ba })).json.bag.version, there.bag.version);
});

test("each realm's streams carry its own feed and nothing else; a customer's link opens the case of its realm (req: ING-15 STR-03)", async () => {
  const streams = { live: await Stream.open(server, { cookie: auditor.cookie }), test: await Stream.open(server, { key: tried.ba }) };
  await Promise.all(Object.values(streams).map((s) => s.next("hello")));
  const body = scan(), made = await opened(file({ plate: body.plate }), tried.ib);
  const token = secret(new URL(made.customer_url).pathname.split("/")[2]);
  assert.match(token, /^test-[0-9A-Za-z]{22}$/);
  const page = await server.get(`/t/${token}`);
  assert.equal(page.status, 200, page.text.slice(0, 300));
  assert.ok(page.text.includes(made.ref));
  assert.match(page.text, /A try-out/);
  const customer = await Stream.open(server, { path: `/t/${token}/stream` });
  await customer.next("hello");
  const tag = (await server.get(`/t/${token}/fragment`)).headers.get("etag");
  const one = await said(body, tried.ba);
  await streams.test.next((e) => e.event === "bag" && e.json.uid === one.event.uid);
  await customer.next((e) => e.event === "bag" && e.json.version === one.bag.version);
  assert.equal((await server.get(`/t/${token}/fragment`, { headers: { "if-none-match": tag } })).status, 200);
  const other = await said(scan(), live.ba);
  await streams.live.next((e) => e.event === "bag" && e.json.uid === other.event.uid);
  const last = await said(scan(), tried.ba);
  await streams.test.next((e) => e.event === "bag" && e.json.uid === last.event.uid);
  assert.deepEqual(streams.live.changes.map((e) => e.json.uid), [other.event.uid]);
  assert.ok(!streams.test.changes.some((e) => e.json.uid === other.event.uid));
  for (const wrong of [token.slice(5), `test-${"A".repeat(22)}`, token.slice(0, -1)]) assert.equal((await server.get(`/t/${wrong}`)).status, 404);
  for (const stream of [...Object.values(streams), customer]) stream.end();
});

test("who stops a key of the test realm ends its streams like any other's (req: ING-15 SEC-01)", async () => {
  const key = server.key("BA", "--test"), stream = await Stream.open(server, { key });
  await stream.next("hello");
  const mine = (await server.get("/v1/keys", admin)).json.keys.find((k) => k.last4 === key.slice(-4));
  assert.equal(mine.realm, "test");
  assert.equal((await server.call("DELETE", `/v1/keys/${mine.id}`, admin)).status, 204);
  assert.equal((await stream.next("bye")).json.reason, "revoked");
  assert.equal((await server.get("/v1/me", { key })).status, 401);
  stream.end();
});

test("what is owed falls due there too, and counts nowhere else (req: ING-15 CLK-04)", async () => {
  const figure = async (name) => Number((await server.metrics()).match(new RegExp(`^bagwatch_${name} (\\S+)`, "m"))[1]);
  const raised = await figure("promise_raise_delay_seconds_count");
  const body = scan(), made = await opened(file({ plate: body.plate }), tried.ib);
  const level = async () => (await server.get(`/v1/cases/${made.ref}`, { key: tried.ib })).json.promises.find((p) => p.owed === "reported").level;
  assert.equal(await level(), -1);
  server.clock.set("2026-11-20T13:00:30Z");
  await until(async () => (await level()) === 1, "level 1 in the test realm");
  assert.equal(await figure("promise_raise_delay_seconds_count"), raised);
  const owed = await server.get("/v1/promises?owes=IB&overdue=true", { key: tried.ib });
  assert.ok(owed.text.includes(made.case_id) || owed.text.includes(made.ref), owed.text);
  const { rows } = await owner.query("SELECT count(*)::int AS n FROM bagwatch.event WHERE code = 'PROMISE_MISSED'");
  assert.equal(rows[0].n, 0);
  server.verb(["verify", "--test"]);
  server.verb(["verify"]);
});

test("where the test realm stands still the live one goes on, and is ready (req: ING-15)", async () => {
  const holder = await sql(db.owner);
  try {
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE bagwatch_test.event, bagwatch_test.bag, bagwatch_test.promise IN ACCESS EXCLUSIVE MODE");
    const body = scan();
    let over = false;
    const held = server.post("/v1/events", body, { key: tried.ba }).finally(() => (over = true));
    const looks = Array.from({ length: 6 }, () => server.get(`/v1/bags/${body.plate}?date=2026-11-20`, { key: tried.ba }));
    const { rows: [{ pid }] } = await owner.query("SELECT pg_backend_pid() AS pid");
    await until(async () => (await owner.query("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'test %' AND wait_event_type = 'Lock' AND pid <> $1", [pid])).rowCount >= 1, "the test realm to wait");
    const mine = scan();
    for (let k = 0; k < 5; k++) {
      assert.equal((await server.post("/v1/events", { ...mine, event_id: `${mine.event_id}-${k}` }, { key: live.ba })).status, 201);
      assert.equal((await server.get(`/v1/bags/${mine.plate}?date=2026-11-20`, { key: live.ba })).status, 200);
    }
    assert.equal((await server.get("/readyz")).status, 200);
    assert.equal(over, false, "the statement of the test realm still waits");
    await holder.query("ROLLBACK");
    assert.ok([201, 503].includes((await held).status)); // stored, or told to come again
    for (const look of await Promise.all(looks)) assert.ok([200, 404, 503].includes(look.status), String(look.status));
    await until(async () => [200, 201].includes((await server.post("/v1/events", body, { key: tried.ba })).status), "the test realm to go on");
  } finally {
    await holder.end();
  }
});

test("killed and started again, it stands where it stood, and its streams go on without a gap (req: ING-15 REL-01)", async () => {
  const stream = await Stream.open(server, { key: tried.ba });
  await stream.next("hello");
  const one = await said(scan(), tried.ba);
  const heard = await stream.next((e) => e.event === "bag" && e.json.uid === one.event.uid);
  stream.end();
  const missed = await said(scan(), tried.ba);
  await server.kill();
  await server.run();
  const on = await Stream.open(server, { key: tried.ba, headers: { "Last-Event-ID": heard.id } });
  const next = await on.next((e) => e.event === "bag");
  assert.equal(next.json.uid, missed.event.uid);
  assert.equal(Number(next.id.split("-")[1]), Number(heard.id.split("-")[1]) + 1);
  on.end();
  assert.equal((await server.get(`/v1/bags/${one.bag.id}`, { key: tried.ba })).status, 200);
  const status = server.verb(["migrate", "status"]);
  assert.match(status, /test realm:\n0001 0001_core +applied/);
  assert.match(server.verb(["migrate", "plan"]), /grants anew \(test realm\)/);
});

test("thirty days after the first of it everything is gone, readers begin anew, and the live realm keeps what it has (req: ING-15 STR-04)", async () => {
  second = await server.twin();
  const kept = await said(scan(), live.ba), gone = await said(scan(), tried.ba);
  const made = await opened(file(), tried.ib), token = new URL(made.customer_url).pathname;
  const streams = { test: await Stream.open(server, { key: tried.ba }), live: await Stream.open(server, { key: live.ba }), customer: await Stream.open(server, { path: `${token}/stream` }),
    second: await Stream.open(second, { key: tried.ba }) };
  const hello = {};
  for (const [name, stream] of Object.entries(streams)) hello[name] = (await stream.next("hello")).json;
  const tables = await counts("bagwatch_test"), lived = await counts("bagwatch");

  server.clock.set("2026-12-20T11:59:00Z"); // 29 days and 23 hours 59 minutes after the first
  await until(async () => (await server.get("/v1/promises?overdue=true", { key: tried.ib })).text.includes('"level":'), "the sweeper has been");
  assert.equal((await server.get(`/v1/bags/${gone.bag.id}`, { key: tried.ba })).status, 200);

  server.clock.set("2026-12-20T12:00:01Z");
  const reset = await streams.test.next("reset", 30000);
  assert.equal(reset.json.reason, "epoch");
  assert.equal((await streams.customer.next("reset")).json.snapshot, "fragment");
  assert.equal((await streams.second.next("reset")).id, reset.id, "one of the two wiped, both begin anew");
  assert.equal(reset.id, `${hello.test.epoch + 1}-0`);
  assert.ok(!streams.live.events.some((e) => e.event === "reset"));
  const left = await counts("bagwatch_test");
  assert.deepEqual(Object.keys(left), Object.keys(tables));
  delete left.pulse; // its duties beat on
  for (const [name, n] of Object.entries(left)) assert.equal(n, ["schema_migration", "feed_state"].includes(name) ? tables[name] : 0, name);
  for (const path of [`/v1/bags/${gone.bag.id}`, `/v1/cases/${made.ref}`]) assert.equal((await server.get(path, { key: tried.ba })).status, 404);
  await until(async () => (await server.get(token)).status === 404, "the link to be dead");

  const survivors = await counts("bagwatch"); // its own sweeper goes on: nothing is less than it was
  for (const [name, n] of Object.entries(lived)) assert.ok(survivors[name] >= n, `${name}: ${survivors[name]} < ${n}`);
  assert.equal((await server.get(`/v1/bags/${kept.bag.id}`, { key: live.ba })).status, 200);
  const { rows: [feed] } = await owner.query("SELECT epoch FROM bagwatch.feed_state");
  assert.equal(feed.epoch, hello.live.epoch);

  const anew = await said(scan({ occurred_at: "2026-12-20T11:00:00Z", travel_date: "2026-12-20" }), tried.ba);
  const event = await streams.test.next((e) => e.event === "bag" && e.json.uid === anew.event.uid);
  assert.equal(event.id, `${hello.test.epoch + 1}-1`);
  assert.equal((await streams.second.next((e) => e.event === "bag" && e.json.uid === anew.event.uid)).id, event.id);
  server.verb(["verify", "--test"]);
  for (const stream of Object.values(streams)) stream.end();
});

test("the serving role can wipe nothing that is younger, and nothing of the live realm at all (req: ING-15 AUD-09)", async () => {
  const app = await sql(db.app);
  try {
    const { rows } = await app.query("SELECT bagwatch_test.bw_realm_wipe('2026-12-20 10:00:00+00') AS epoch");
    assert.equal(rows[0].epoch, 0, "the oldest is younger than that");
    await assert.rejects(app.query("SELECT bagwatch.bw_realm_wipe('2099-01-01 00:00:00+00')"), /does not exist/);
    await assert.rejects(app.query("TRUNCATE bagwatch_test.event"), /permission denied/);
    await assert.rejects(app.query("DELETE FROM bagwatch_test.event"), /permission denied/);
  } finally {
    await app.end();
  }
});

test("a server that wants no test realm refuses its keys (req: ING-15)", async () => {
  const other = await Server.start({ at: now, args: ["--test-realm=no"] });
  try {
    const key = other.key("BA", "--test"), mine = other.key("BA");
    const refused = await other.post("/v1/events", scan(), { key });
    assert.equal(refused.status, 403);
    assert.match(refused.json.detail, /no test realm/);
    assert.equal((await other.get("/v1/me", { key })).status, 200);
    assert.equal((await other.get("/", { key })).status, 200);
    assert.equal((await other.get(`/t/test-${"A".repeat(22)}`)).status, 404);
    assert.equal((await other.post("/v1/events", scan(), { key: mine })).status, 201);
  } finally {
    await other.stop();
  }
});
