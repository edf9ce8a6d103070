// SPDX-License-Identifier: Apache-2.0
// Event streams from outside, with three clients that know nothing of us: bytes on a socket, the npm package eventsource, curl -N.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EventSource } from "eventsource";
import { Database, Server, until } from "../lib/server.mjs";
import { Cable, Raw, Stream, head, sql } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let db, server, ba, ib, desk, auditor, quiet, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: now, databaseUrl: db.owner, args: ["--feed-retention", "1"] });
  ba = server.key("BA");
  ib = server.key("IB");
  desk = server.key("IB", "--scope", "events,read,cases");
  auditor = await server.auditor();
  quiet = await Stream.open(server, { key: server.key("LH") }); // hears nothing but heartbeats until the end
  quiet.since = performance.now();
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

const plate = () => `0125${String(200000 + ++serial)}`;
const scan = (more = {}) => ({ event_id: `s-${++serial}`, plate: plate(), travel_date: "2026-11-20", code: "BAG_SEEN",
  occurred_at: "2026-11-20T11:00:00Z", station: "LHR", ...more });
async function post(body, key = ba) {
  const answer = await server.post("/v1/events", body, { key });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const watch = (more = {}) => Stream.open(server, { cookie: auditor.cookie, ...more });
const indexOf = (id) => Number(id.split("-")[1]);

test("the head of a stream, its first bytes, and hello (req: STR-01)", async () => {
  const spans = [];
  for (let k = 0; k < 5; k++) {
    const stream = await watch();
    const hello = await stream.next("hello");
    spans.push(stream.raw.firstByteAt - stream.sentAt);
    const h = stream.headers;
    assert.match(h.get("content-type"), /^text\/event-stream/);
    assert.equal(h.get("cache-control"), "no-store");
    assert.equal(h.get("x-accel-buffering"), "no");
    for (const never of ["content-length", "content-encoding"]) assert.ok(!h.has(never), never);
    assert.equal(stream.retries.length, 1);
    assert.ok(stream.retries[0] >= 1000 && stream.retries[0] <= 10000);
    assert.ok(Number.isInteger(hello.json.epoch) && hello.json.epoch > 0);
    assert.ok(Number.isInteger(hello.json.index));
    assert.equal(hello.json.server_time, now);
    assert.equal(hello.json.heartbeat_s, 15);
    stream.end();
  }
  console.log(JSON.stringify({ first_byte_ms: spans.map((s) => Math.round(s * 10) / 10) }));
  assert.ok(spans.sort((x, y) => x - y)[1] < 100, `${spans}`);
});

test("HEAD has the same head and no body; Accept-Encoding changes nothing (req: STR-01)", async () => {
  const raw = await Raw.open(server);
  raw.send(head("HEAD /v1/stream HTTP/1.1", `Cookie: ${auditor.cookie}`));
  await until(() => raw.got.includes("\r\n\r\n"), "the head");
  assert.match(raw.got.toString(), /200 OK[^]*text\/event-stream/);
  raw.end();
  const packed = await watch({ headers: { "Accept-Encoding": "gzip, br" } });
  await packed.next("hello");
  assert.ok(!packed.headers.has("content-encoding"));
  packed.end();
});

test("hello is said only when the stream already listens: what is posted after it comes (req: STR-01 STR-03)", async () => {
  for (let k = 0; k < 30; k++) {
    const stream = await watch();
    const hello = await stream.next("hello");
    const said = await post(scan());
    const event = await stream.next((e) => e.event === "bag" && e.json.uid === said.event.uid);
    assert.equal(indexOf(event.id), hello.json.index + 1);
    stream.end();
  }
});

test("every data event carries its id; it is the epoch and the feed's own gap-free index (req: STR-02)", async () => {
  const stream = await watch();
  const { json: { epoch, index } } = await stream.next("hello");
  for (let k = 0; k < 20; k++) await post(scan());
  await until(() => stream.changes.length >= 20, "twenty events");
  assert.deepEqual(stream.changes.map((e) => e.id), Array.from({ length: 20 }, (_, k) => `${epoch}-${index + 1 + k}`));
  stream.end();
});

/** Posts as fast as the answers come, over connections of its own, until told to stop; gives the number acknowledged. */
async function flood(connections, control) {
  let n = 0;
  await Promise.all(Array.from({ length: connections }, async () => {
    const raw = await Raw.open(server);
    while (!control.stop) {
      const bodies = Array.from({ length: 8 }, () => JSON.stringify(scan()));
      raw.send(bodies.map((b) => head("POST /v1/events HTTP/1.1", `Authorization: Bearer ${ba}`, "Content-Type: application/json", `Content-Length: ${b.length}`) + b).join(""));
      for (const _ of bodies) {
        const answer = await raw.answer();
        assert.equal(answer.status, 201, answer.body);
        n++;
      }
    }
    raw.end();
  }));
  return n;
}

test("readers that come and go while a writer runs at full speed see every event once and in order (req: STR-03)", async () => {
  const start = await watch();
  const { json: { epoch, index: from } } = await start.next("hello");
  start.end();
  const control = { stop: false };
  const writing = flood(4, control);
  const ways = [
    (id) => ({ headers: { "Last-Event-ID": id } }),
    (id) => ({ path: `/v1/stream?last_event_id=${id}` }),
    (id) => ({ path: `/v1/stream?lastEventId=${id}` }),
    (id) => ({ path: `/v1/stream?last_event_id=${epoch}-1`, headers: { "Last-Event-ID": id } }), // the header wins
  ];
  let last = Infinity, resumes = 0;
  const reader = async (k) => {
    const seen = [];
    let id = `${epoch}-${from}`;
    for (let round = 0; seen.length === 0 || indexOf(id) < last; round++) {
      const stream = await watch(ways[(k + round) % ways.length](id));
      assert.ok(!stream.refused, JSON.stringify(stream.refused));
      resumes++;
      const leave = performance.now() + 10 + Math.random() * 250;
      await until(() => performance.now() > leave || (last < Infinity && stream.id && indexOf(stream.id) >= last), "time to leave", 20000);
      stream.raw.socket.destroy();
      assert.ok(!stream.events.some((e) => e.event === "reset" || e.event === "slow"), JSON.stringify(stream.events.find((e) => e.event === "reset")));
      for (const e of stream.changes) seen.push(indexOf(e.id));
      if (stream.changes.length) id = stream.changes.at(-1).id;
    }
    return seen;
  };
  const reading = Array.from({ length: 6 }, (_, k) => reader(k));
  await sleep(4000);
  control.stop = true;
  const written = await writing;
  last = from + written;
  for (const seen of await Promise.all(reading)) assert.deepEqual(seen, Array.from({ length: written }, (_, k) => from + 1 + k));
  console.log(JSON.stringify({ written, resumes }));
  assert.ok(written > 300 && resumes > 40, `${written} written, ${resumes} resumes`);
});

test("a cursor of another epoch or from the future gets reset with reason and address, then goes on (req: STR-04)", async () => {
  const stream = await watch();
  const { json: { epoch, index } } = await stream.next("hello");
  stream.end();
  const cases = { [`${epoch + 1}-${index}`]: "epoch", [`${epoch - 1}-5`]: "epoch", [`${epoch}-${index + 1000000}`]: "future", [`${epoch}-${index + 500}`]: "future",
    "nonsense": "epoch", "-1": "epoch", [`${epoch}-99999999999999999999999`]: "epoch" };
  await Promise.all(Object.entries(cases).map(async ([cursor, reason]) => {
    const asked = await watch({ headers: { "Last-Event-ID": cursor } });
    const reset = await asked.next("reset");
    assert.equal(reset.json.reason, reason, cursor);
    assert.match(reset.json.snapshot, /^\/v1\//);
    assert.ok(indexOf(reset.id) >= index, "its id is where the feed stands now");
    asked.marked = reset;
    const said = await post(scan());
    await asked.next((e) => e.event === "bag" && e.json.uid === said.event.uid);
    asked.end();
  }));
});

async function restart() {
  await server.kill("SIGTERM");
  await server.run();
}

test("a cursor older than what is kept gets reset, never a hidden hole (req: STR-04)", async () => {
  const stream = await watch();
  const { json: { epoch } } = await stream.next("hello");
  stream.end();
  const warm = await watch({ headers: { "Last-Event-ID": `${epoch}-1` } });
  const first = await warm.next("bag");
  assert.equal(indexOf(first.id), 2, "as long as it is kept it is replayed");
  warm.end();
  server.clock.set("2026-11-24T12:00:00Z");
  await restart(); // its duties look at the day when they start
  const client = await sql(db.owner);
  const left = "SELECT count(*)::int AS n FROM bagwatch.journal j JOIN bagwatch.feed_payload p ON p.journal_id = j.id WHERE j.recorded_at < '2026-11-22'";
  await until(async () => (await client.query(left)).rows[0].n === 0, "what is older than a day is thrown away", 70000);
  await client.end();
  await restart(); // an empty ring
  auditor = await server.login({ name: "oversight", password: "a good long password" });
  await post(scan({ travel_date: "2026-11-24", occurred_at: "2026-11-24T11:59:00Z" }));
  const old = await watch({ headers: { "Last-Event-ID": `${epoch}-1` } });
  const next = await old.next((e) => e.event !== "hello");
  assert.equal(next.event, "reset");
  assert.equal(next.json.reason, "too_old");
  const said = await post(scan({ travel_date: "2026-11-24", occurred_at: "2026-11-24T11:59:00Z" }));
  await old.next((e) => e.event === "bag" && e.json.uid === said.event.uid);
  old.end();
  quiet = await Stream.open(server, { key: server.key("LH") });
  quiet.since = performance.now();
});

const today = (more = {}) => scan({ travel_date: "2026-11-24", occurred_at: "2026-11-24T11:59:00Z", ...more });

test("a snapshot, then the stream from its index, misses nothing (req: STR-05)", async () => {
  const { bag } = await post(today());
  let stop = false, top = bag.version;
  const writer = (async () => {
    while (!stop) top = (await post(today({ plate: undefined, travel_date: undefined, bag: { kind: "id", value: bag.id } }))).bag.version;
  })();
  for (let round = 0; round < 15; round++) {
    const snapshot = await server.get(`/v1/bags/${bag.id}`, auditor);
    const cursor = snapshot.headers.get("bagwatch-index");
    assert.match(cursor, /^\d+-\d+$/);
    const known = snapshot.json.bag.version;
    const stream = await watch({ headers: { "Last-Event-ID": cursor } });
    const versions = new Set();
    const take = () => stream.changes.forEach((e) => e.json.bag.id === bag.id && versions.add(e.json.bag.version));
    await until(() => (take(), versions.has(known + 5) || (stop && versions.has(top))), "five versions more");
    for (let v = known + 1; v <= known + 5; v++) assert.ok(versions.has(v), `version ${v} after a snapshot of ${known} at ${cursor}: ${[...versions]}`);
    stream.end();
  }
  stop = true;
  await writer;
  // other snapshots say where they stand too
  const opened = await server.post("/v1/cases", { plate: bag.plate, travel_date: "2026-11-24", station: "MAD", passenger: { surname: "SAMPLE" } }, { key: desk });
  for (const path of ["/v1/promises", `/v1/bags/${bag.id}/events`, `/v1/search?q=${bag.plate}`, `/v1/cases/${opened.json.ref}`])
    assert.match((await server.get(path, auditor)).headers.get("bagwatch-index") ?? "", /^\d+-\d+$/, path);
});

test("what is pushed is the whole state with its version, the same that a reader finds (req: STR-06)", async () => {
  const stream = await watch();
  await stream.next("hello");
  const body = today({ code: "BAG_ACCEPTED" });
  const said = await post(body);
  const opened = await server.post("/v1/cases", { plate: body.plate, travel_date: "2026-11-24", station: "MAD", passenger: { surname: "SAMPLE" } }, { key: desk });
  assert.equal(opened.status, 201, opened.text);
  const held = await post(today({ plate: body.plate, code: "ON_HAND", place: "T5" }));
  const pushed = await stream.next((e) => e.event === "bag" && e.json.uid === held.event.uid);
  const read = (await server.get(`/v1/bags/${said.bag.id}`, auditor)).json;
  assert.deepEqual(pushed.json.bag, read.bag);
  assert.deepEqual(pushed.json.promises.map((p) => [p.carrier, p.what, p.due]), read.promises.map((p) => [p.carrier, p.what, p.due]));
  assert.equal(pushed.json.v, 1);
  assert.equal(pushed.json.type, "bag.changed");
  assert.ok(pushed.json.audience.includes("BA"));
  assert.deepEqual([pushed.json.event.code, pushed.json.event.carrier, pushed.json.event.station], ["ON_HAND", "BA", "LHR"]);
  // a reader that applies an event of a version it has changes nothing
  const state = new Map();
  const apply = (e) => (state.get(e.json.bag.id)?.version ?? 0) < e.json.bag.version && state.set(e.json.bag.id, e.json.bag);
  const all = stream.changes.filter((e) => e.event === "bag");
  all.forEach(apply);
  const once = JSON.stringify([...state]);
  all.concat(all.toReversed?.() ?? [...all].reverse()).forEach(apply);
  assert.equal(JSON.stringify([...state]), once);
  stream.end();
});

test("the customer's stream says which bag, version, state and level, and nothing else (req: STR-06 PAGE-07 SEC-13)", async () => {
  const body = today({ code: "BAG_ACCEPTED", note: "stranger's words" });
  await post(body);
  const opened = await server.post("/v1/cases", { plate: body.plate, travel_date: "2026-11-24", station: "MAD", passenger: { surname: "QUAGLIARELLA" } }, { key: desk });
  const path = new URL(opened.json.customer_url).pathname;
  const stream = await Stream.open(server, { path: `${path}/stream` });
  await stream.next("hello");
  await post(today()); // another's bag
  const { bag } = await post(today({ plate: body.plate, code: "ON_HAND", note: "more words", place: "store" }));
  const change = await stream.next((e) => e.event === "bag" && e.json.version === bag.version);
  for (const e of stream.changes) assert.deepEqual(Object.keys(e.json).sort(), ["bag", "level", "state", "version"]);
  assert.equal(change.json.bag, 1, "the ordinal of the bag within the case; 0 is the file itself");
  assert.equal(typeof change.json.state, "string");
  assert.match(change.id, /^\d+-\d+$/);
  assert.ok(!stream.events.some((e) => /QUAGLIARELLA|words|store|0125/.test(e.data)));
  const again = await Stream.open(server, { path: `${path}/stream`, headers: { "Last-Event-ID": `${change.id.split("-")[0]}-${indexOf(change.id) - 1}` } });
  assert.deepEqual((await again.next((e) => e.id === change.id)).json, change.json, "the same on replay");
  again.end();
  stream.end();
  const none = await Stream.open(server, { path: "/t/AAAAAAAAAAAAAAAAAAAAAA/stream" });
  assert.equal(none.refused.status, 404);
});

test("a carrier hears of bags of its journeys alone (req: STR-10 SEC-13)", async () => {
  const stream = await Stream.open(server, { key: ib });
  await stream.next("hello");
  const theirs = await post(today());
  const shared = today({ code: "TRANSFER_OUT", to_carrier: "IB" });
  const ours = await post(shared);
  await stream.next((e) => e.event === "bag" && e.json.uid === ours.event.uid);
  assert.ok(!stream.events.some((e) => e.json?.uid === theirs.event.uid));
  stream.end();
  assert.equal((await Stream.open(server)).refused.status, 401);
  assert.equal((await Stream.open(server, { key: server.key("IB", "--scope", "events") })).refused.status, 403);
});

test("the npm package eventsource connects, follows, and resumes by itself (req: STR-01 STR-03 STR-13)", async () => {
  const got = [], ids = new Set();
  let opened = 0;
  const cable = await Cable.to(server);
  const source = new EventSource(`${cable.url}/v1/stream`, {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Cookie: auditor.cookie } }),
  });
  source.addEventListener("hello", () => opened++);
  source.addEventListener("bag", (e) => {
    got.push(JSON.parse(e.data).uid);
    ids.add(e.lastEventId);
  });
  try {
    await until(() => opened === 1, "hello");
    const uids = [];
    for (let k = 0; k < 5; k++) uids.push((await post(today())).event.uid);
    await until(() => got.length >= 5, "five");
    cable.cut();
    for (let k = 0; k < 5; k++) uids.push((await post(today())).event.uid);
    await until(() => got.length >= 10 && opened >= 2, "the rest after it came back", 15000);
    assert.deepEqual(got.filter((uid) => uids.includes(uid)), uids);
    assert.equal(ids.size, got.length);
  } finally {
    source.close();
    cable.remove();
  }
});

test("curl -N gets the first bytes at once and every event as it comes (req: STR-01 STR-13)", async () => {
  const start = performance.now();
  const curl = spawn("curl", ["-sN", "--no-buffer", "-D", "-", "-H", `Authorization: Bearer ${ba}`, `${server.url}/v1/stream`], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "", first;
  curl.stdout.on("data", (chunk) => {
    first ??= performance.now() - start;
    text += chunk;
  });
  try {
    await until(() => text.includes("event: hello"), "hello");
    assert.match(text, /^HTTP\/1\.1 200/);
    assert.match(text, /\r\n\r\nretry: \d+\n\nid: \d+-\d+\nevent: hello\ndata: \{/);
    const said = await post(today());
    await until(() => text.includes(said.event.uid), "the event", 2000);
    console.log(JSON.stringify({ curl_first_byte_with_start_ms: Math.round(first) }));
  } finally {
    curl.kill();
  }
});

test("heartbeats are comments every 15 s that change no id (req: STR-02)", async () => {
  await until(() => quiet.comments.length >= 2, "two heartbeats", 40000);
  const hello = quiet.events.find((e) => e.event === "hello");
  assert.deepEqual(quiet.events.map((e) => e.event), ["hello"]);
  for (const c of quiet.comments) assert.equal(c.lastId, hello.id);
  const stamps = quiet.comments.map((c) => c.at - quiet.since);
  assert.ok(stamps[0] < 16500, `${stamps}`);
  assert.ok(Math.abs(stamps[1] - stamps[0] - 15000) < 1500, `${stamps}`);
  quiet.end();
});
