// SPDX-License-Identifier: Apache-2.0
// Two instances on one database: the same bags from both sides, one feed, one set of levels, one list of keys.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, Server, program, until } from "../lib/server.mjs";
import { Stream, sql } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let db, a, b, ba, ib, auditor;

before(async () => {
  db = await Database.start();
  a = await Server.start({ at: now, databaseUrl: db.owner });
  b = await a.twin();
  ba = a.key("BA");
  ib = b.key("IB");
  auditor = await a.auditor(); // the session counts on both
});
after(async () => {
  await a?.stop();
  await b?.stop();
  await db?.stop();
});

const bags = Array.from({ length: 50 }, (_, k) => `0125${String(600000 + k)}`);
const codes = ["BAG_SEEN", "BAG_SORTED", "BAG_SCREENED", "ON_HAND"];
const body = (carrier, n, more = {}) => ({ event_id: `${carrier}-${n}`, plate: bags[(n * 7 + (carrier === "IB" ? 3 : 0)) % 50], travel_date: "2026-11-20",
  code: codes[n % codes.length], station: n % 3 ? "LHR" : "MAD", occurred_at: new Date(Date.parse("2026-11-20T06:00:00Z") + ((n * 7919) % 20000) * 1000).toISOString(), ...more });

const answers = new Map(); // what the first answer was, by sender and id

async function send(server, key, event) {
  for (;;) {
    const answer = await server.post("/v1/events", event, { key });
    if (answer.status !== 503) return answer;
    assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    await sleep(20);
  }
}

test("two senders fight over 50 bags through both instances: every verdict right, no version missing (req: ING-03 ING-04 BAG-06)", async () => {
  const started = { a: await Stream.open(a, { cookie: auditor.cookie }), b: await Stream.open(b, { cookie: auditor.cookie }) };
  const from = (await started.a.next("hello")).json.index;
  assert.equal((await started.b.next("hello")).json.index, from);
  const each = 400, open = 16;
  const sender = async (carrier, key, first, second) => {
    let n = 0;
    await Promise.all(Array.from({ length: open }, async (_, k) => {
      for (let mine = n++; mine < each; mine = n++) {
        const event = body(carrier, mine);
        // every fifth is said on both instances at the same moment
        const got = await Promise.all((mine % 5 ? [k % 2 ? first : second] : [first, second]).map((s) => send(s, key, event)));
        for (const answer of got) assert.ok(answer.status === 201 || answer.status === 200, answer.text);
        const fresh = got.filter((g) => g.status === 201);
        assert.equal(fresh.length, 1, `${event.event_id}: ${got.map((g) => g.text)}`);
        for (const g of got) {
          assert.equal(g.json.event.uid, fresh[0].json.event.uid);
          assert.deepEqual({ ...g.json, outcome: 0, flags: 0 }, { ...fresh[0].json, outcome: 0, flags: 0 });
          if (g !== fresh[0]) assert.equal(g.json.outcome, "duplicate");
        }
        answers.set(`${carrier}-${mine}`, fresh[0].json);
      }
    }));
  };
  await Promise.all([sender("BA", ba, a, b), sender("IB", ib, b, a)]);
  assert.equal(answers.size, 2 * each);

  // the feed: the same at each instance, in one order; what came late moved nothing, so it has an index and no push (story.md, row 15)
  const pushed = [...answers.values()].filter((g) => g.outcome !== "late").map((g) => g.event.uid);
  const index = (e) => Number(e.id.split("-")[1]);
  await until(() => [started.a, started.b].every((s) => s.changes.length >= pushed.length), "both feeds at the end", 20000);
  assert.deepEqual(started.b.changes.map((e) => [e.id, e.data]), started.a.changes.map((e) => [e.id, e.data]));
  const ids = started.a.changes.map(index);
  assert.deepEqual(ids, [...new Set(ids)].sort((x, y) => x - y));
  assert.deepEqual(started.a.changes.map((e) => e.json.uid).sort(), pushed.sort());
  const client = await sql(db.owner); // what came late is numbered without a push: it may be the last
  await until(async () => (await client.query("SELECT count(*)::int AS n FROM bagwatch.journal WHERE seq IS NULL")).rows[0].n === 0, "all is numbered");
  const { rows: journal } = await client.query("SELECT seq::int, first_index::int, n FROM bagwatch.journal WHERE n > 0 ORDER BY seq");
  let next = from + 1;
  for (const row of journal.slice(journal.findIndex((r) => r.first_index === next))) {
    assert.equal(row.first_index, next, "the feed has a hole");
    next += row.n;
  }
  assert.equal(next, from + 2 * each + 1, "every acknowledged event has its index");
  started.a.end();
  started.b.end();

  // histories: versions without holes, each acknowledged event once; both instances read the same
  const seen = new Map();
  for (const plate of bags) {
    const [one, two] = await Promise.all([a, b].map((s) => s.get(`/v1/bags/${plate}/events?date=2026-11-20`, auditor)));
    assert.equal(one.status, 200, one.text);
    assert.equal(one.text, two.text);
    const { events } = one.json;
    assert.deepEqual(events.map((e) => e.version).sort((x, y) => x - y), events.map((_, k) => k + 1));
    for (const e of events) {
      assert.ok(!seen.has(e.event_id), `${e.event_id} twice`);
      seen.set(e.event_id, e);
    }
    // verdicts: in order of version an event is late exactly where one before it was newer
    let newest = "";
    for (const e of [...events].sort((x, y) => x.version - y.version)) {
      if (e.occurred_at < newest) assert.equal(e.outcome, "late", JSON.stringify(e));
      if (e.occurred_at > newest) {
        assert.equal(e.outcome, "accepted", JSON.stringify(e));
        newest = e.occurred_at;
      }
    }
    const { bag } = (await a.get(`/v1/bags/${plate}?date=2026-11-20`, auditor)).json;
    assert.equal(bag.last_seen_at, newest);
    assert.equal(bag.version, events.length);
  }
  assert.equal(seen.size, answers.size);
  for (const [id, answer] of answers) {
    assert.equal(seen.get(id).uid, answer.event.uid);
    assert.equal(seen.get(id).version, answer.event.version);
  }
  const { rows } = await client.query("SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = 'bagwatch'");
  await client.end();
  assert.equal(rows[0].n, 0, "deadlocks");
});

test("every bag is the fold of its events (req: BAG-07)", () => {
  assert.match(a.verb(["verify"]), / 0 differences/);
});

test("said on one instance, it is a duplicate or a conflict on the other (req: ING-04)", async () => {
  for (const n of [0, 1, 2, 3]) {
    const event = body("BA", n);
    const again = await b.post("/v1/events", event, { key: ba });
    assert.equal(again.status, 200);
    assert.equal(again.json.outcome, "duplicate");
    assert.equal(again.json.event.uid, answers.get(event.event_id).event.uid);
    assert.equal((await b.post("/v1/events", { ...event, station: "CDG" }, { key: ba })).status, 409);
  }
});

test("each level of a promise is raised once, with two sweepers (req: CLK-05)", async () => {
  const desk = a.key("IB", "--scope", "events,read,cases");
  const refs = [];
  for (let k = 0; k < 10; k++) {
    const plate = bags[k];
    const opened = await (k % 2 ? a : b).post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key: desk });
    assert.equal(opened.status, 201, opened.text);
    refs.push(opened.json.ref);
  }
  const client = await sql(db.owner);
  const levels = async () => (await client.query(
    "SELECT bag_id, data::json->>'promise_id' AS promise, data::json->>'owed' AS owed, data::json->>'level' AS level, count(*)::int AS n FROM bagwatch.event WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED') GROUP BY 1, 2, 3, 4")).rows;
  try {
    const open = async () => (await client.query("SELECT count(*)::int AS n FROM bagwatch.promise WHERE closed_at IS NULL")).rows[0].n;
    const promises = await open();
    assert.ok(promises >= 20, `${promises} promises`); // place news of each bag and first result of each file
    for (const when of ["12:45", "13:00", "15:00", "15:59", "16:00"]) {
      a.clock.set(`2026-11-20T${when}:01Z`);
      const due = (await client.query("SELECT count(*)::int AS n FROM bagwatch.promise WHERE closed_at IS NULL AND next_level_at <= $1", [a.clock.now])).rows[0].n;
      await until(async () => (await client.query("SELECT count(*)::int AS n FROM bagwatch.promise WHERE closed_at IS NULL AND next_level_at <= $1", [a.clock.now])).rows[0].n === 0,
        `levels of ${when} (${due} due)`, 20000);
    }
    await sleep(600); // two rounds of both sweepers more
    const got = await levels();
    assert.ok(got.length >= 20, `${got.length} levels`);
    for (const row of got) assert.equal(row.n, 1, JSON.stringify(row));
    const perPromise = new Map();
    for (const row of got) perPromise.set(row.promise, [...(perPromise.get(row.promise) ?? []), Number(row.level)].sort());
    for (const [promise, raised] of perPromise) assert.deepEqual(raised, raised.map((_, k) => k), `${promise}: no level is left out`);
  } finally {
    await client.end();
  }
});

test("a key or session ended on one instance is refused on the other within 5 s (req: SEC-01 SEC-02)", async () => {
  const made = a.key("LH");
  const listed = a.verb(["key", "list", "--carrier", "LH"]);
  const [id] = listed.match(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  assert.equal((await b.get("/v1/me", { key: made })).status, 200);
  const stream = await Stream.open(b, { key: made });
  await stream.next("hello");
  const start = Date.now();
  a.verb(["key", "revoke", id]);
  await until(async () => (await b.get("/v1/me", { key: made })).status === 401, "the key is refused on the other", 5000);
  const bye = await stream.next("bye", 5000);
  assert.ok(bye.json.reason);
  assert.ok(Date.now() - start < 6000);
  assert.equal((await a.get("/v1/me", { key: made })).status, 401);

  const person = await a.login(a.account("short", "agent", "BA"));
  assert.equal((await b.get("/v1/me", person)).status, 200);
  const { csrf } = (await a.get("/v1/me", person)).json;
  const out = await fetch(`${a.url}/logout`, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf }).toString(),
    headers: { cookie: person.cookie, origin: a.url, "content-type": "application/x-www-form-urlencoded" } });
  assert.equal(out.status, 303, await out.text());
  await until(async () => (await b.get("/v1/me", person)).status === 401, "the session is over on the other", 5000);
});

test("an instance with other keys is not let near the database (req: OPS-03)", () => {
  const got = spawnSync(program, ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", ""],
    { env: { ...process.env, BAGWATCH_DATA: `${a.folder}/other`, BAGWATCH_DATABASE_URL: db.owner, BAGWATCH_TEST_CLOCK: a.clock.path }, encoding: "utf8", timeout: 20000 });
  assert.notEqual(got.status, 0);
  assert.match(got.stderr, /belongs to the keys/);
});
