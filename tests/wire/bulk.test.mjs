// SPDX-License-Identifier: Apache-2.0
// Bulk bodies as bytes: read while they come, cut off, held up, sent slowly (ING-06, ING-10, ING-11, ING-13).
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, Server, until } from "../lib/server.mjs";
import { Raw, head } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let database, server, key, auth, serial = 0;

before(async () => {
  database = await Database.start();
  server = await Server.start({ at: now, databaseUrl: database.owner, env: { BAGWATCH_APP_DATABASE_URL: database.app } });
  key = server.key("BA");
  auth = ["Authorization", `Bearer ${key}`];
});
after(async () => {
  await server?.stop();
  await database?.stop();
});

const line = "POST /v1/events:bulk HTTP/1.1";
const ndjson = ["Content-Type", "application/x-ndjson"];
function scan() {
  const n = ++serial;
  return { event_id: `wb-${n}`, plate: `0125${String(n).padStart(6, "0")}`, code: "BAG_SEEN", occurred_at: "2026-11-20T11:58:00Z", station: "LHR" };
}
const scans = (n) => Array.from({ length: n }, scan);
const lines = (events) => events.map((e) => `${JSON.stringify(e)}\n`).join("");
const chunk = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
const verdicts = (answer) => answer.body.split("\n").slice(0, -1).map((text) => JSON.parse(text));
const stored = async (event) => (await server.get(`/v1/bags/${event.plate}`, { key })).status === 200;
const pieces = (bytes, n) => Array.from({ length: Math.ceil(bytes.length / n) }, (_, k) => bytes.subarray(k * n, (k + 1) * n));

async function send(...parts) {
  const raw = await Raw.open(server);
  try {
    const answer = await raw.send(...parts).answer(60000);
    return answer.status === 100 ? { ...await raw.answer(60000), interim: true } : answer;
  } finally {
    raw.end();
  }
}

test("lines are stored while later ones are still to come; the verdicts come after the last byte (req: ING-06)", async () => {
  const first = scans(3), rest = scans(400), body = Buffer.from(lines([...first, ...rest]));
  const cut = Buffer.byteLength(lines(first)) + 20;
  const raw = await Raw.open(server);
  raw.send(head(line, auth, ndjson, ["Content-Length", body.length]), body.subarray(0, cut));
  await until(() => stored(first[2]), "the third line to be stored");
  assert.equal(raw.got.length, 0);
  for (const piece of pieces(body.subarray(cut), 777)) {
    raw.send(piece);
    await new Promise(setImmediate);
  }
  const answer = await raw.answer();
  assert.equal(answer.status, 200);
  assert.deepEqual(verdicts(answer).map((v) => [v.line, v.status]), [...first, ...rest].map((_, k) => [k + 1, 201]));
  const next = await raw.send(head("GET /livez HTTP/1.1")).answer();
  assert.equal(next.status, 200, "the connection goes on");
  raw.end();
});

test("a connection that breaks leaves a stored beginning, and sending all of it again is safe (req: ING-06)", async () => {
  const events = scans(900), body = Buffer.from(lines(events));
  const raw = await Raw.open(server);
  raw.send(head(line, auth, ndjson, ["Content-Length", body.length]), body.subarray(0, Buffer.byteLength(lines(events.slice(0, 600))) + 11));
  await until(() => stored(events[0]), "the first line to be stored");
  raw.end();
  let had = -1; // nothing of it is with the writer any more once two looks find the same
  await until(async () => {
    const found = await Promise.all(events.filter((_, k) => k % 50 === 0).map(stored));
    const n = found.lastIndexOf(true) + 1;
    assert.ok(!found.slice(0, n).includes(false), "a beginning, without gaps");
    const settled = n === had;
    had = n;
    return settled;
  }, "the cut body to settle");
  assert.ok(!await stored(events[600]), "a line that was cut is not stored");
  const answer = await send(head(line, auth, ndjson, ["Content-Length", body.length]), body);
  const got = verdicts(answer).map((v) => v.status);
  const n = got.lastIndexOf(200) + 1;
  assert.ok(n > 0 && n <= 600, `${n} lines were stored before`);
  assert.deepEqual(got, events.map((_, k) => (k < n ? 200 : 201)));
});

test("chunks may be cut anywhere, also of gzip (req: ING-06 ING-13)", async () => {
  for (const packed of [false, true]) {
    const events = scans(120), plain = Buffer.from(lines(events)), body = packed ? gzipSync(plain) : plain;
    for (const size of [1, 13, 4000]) {
      const parts = pieces(size === 1 ? body.subarray(0, 700) : body, size).map(chunk);
      if (size === 1) parts.push(chunk(body.subarray(700)));
      const answer = await send(head(line, auth, ndjson, "Transfer-Encoding: chunked", ...(packed ? ["Content-Encoding: gzip"] : [])), Buffer.concat(parts), "0\r\n\r\n");
      assert.equal(answer.status, 200, answer.body.slice(0, 300));
      assert.deepEqual(verdicts(answer).map((v) => v.event?.event_id), events.map((e) => e.event_id));
    }
  }
});

test("Expect: 100-continue asks before the body: go on, or the refusal (req: ING-10)", async () => {
  const body = lines(scans(2));
  const raw = await Raw.open(server);
  raw.send(head(line, auth, ndjson, ["Content-Length", body.length], "Expect: 100-continue"));
  assert.equal((await raw.answer()).status, 100);
  const answer = await raw.send(body).answer();
  assert.deepEqual(verdicts(answer).map((v) => v.status), [201, 201]);
  raw.end();
  const unknown = ["Authorization", "Bearer bagk_live_000000000000000000000000000000000000"];
  for (const [lead, status] of [[[unknown, ndjson, ["Content-Length", 1000]], 401], [[auth, ndjson, ["Content-Length", (64 << 20) + 1]], 413],
    [[auth, ["Content-Type", "text/csv"], ["Content-Length", 1000]], 415], [[auth, ndjson, ["Content-Length", 1000], "Content-Encoding: br"], 415]]) {
    const early = await Raw.open(server);
    const refused = await early.send(head(line, ...lead, "Expect: 100-continue")).answer();
    assert.equal(refused.status, status);
    assert.ok(await early.closes(2000), "no body follows");
  }
});

test("a sender that says nothing for long is cut off, one that was slow is not (req: ING-10)", async () => {
  const events = scans(90), body = Buffer.from(lines(events));
  const dead = await Raw.open(server), slow = await Raw.open(server);
  dead.send(head(line, auth, ndjson, ["Content-Length", 100000]), lines(scans(1)));
  slow.send(head(line, auth, ndjson, ["Content-Length", body.length]));
  const started = Date.now();
  for (const piece of pieces(body, 800)) {
    slow.send(piece);
    await sleep(350); // the rate is what is tested: about twice the least that is allowed
  }
  assert.ok(Date.now() - started > 4000);
  assert.equal((await slow.answer()).status, 200);
  assert.ok(await dead.closes(15000));
  slow.end();
});

/** Bytes of the body that have left this process. */
const left = (raw) => raw.socket.bytesWritten - raw.socket.writableLength;

test("while the writer is held up so is the sender, and then all of it is stored (req: ING-11)", async () => {
  const events = scans(9000), body = Buffer.from(lines(events).replaceAll("}\n", `${" ".repeat(1600)}}\n`));
  const raw = await Raw.open(server);
  database.freeze();
  let at = 0;
  try {
    raw.send(head(line, auth, ndjson, ["Content-Length", body.length]), body);
    await until(() => {
      const was = at;
      at = left(raw);
      return at > 0 && at === was;
    }, "the socket to fill");
    assert.ok(at < body.length - (2 << 20), `${at} of ${body.length} bytes were taken from the sender`);
    assert.equal(raw.got.length, 0);
  } finally {
    database.thaw();
  }
  const answer = await raw.answer(120000);
  assert.equal(answer.status, 200, answer.body.slice(0, 300));
  const told = verdicts(answer);
  assert.equal(told.length, events.length);
  assert.ok(told.every((v) => v.status === 201 || v.status === 200)); // 200: stored by a try whose outcome was unknown
  raw.end();
});

test("held up for too long the body is refused with Retry-After, and what was said before can be said again (req: ING-11)", async () => {
  const events = scans(3000), body = lines(events);
  database.freeze();
  let refused;
  try {
    refused = await send(head(line, auth, ndjson, ["Content-Length", body.length]), body);
  } finally {
    database.thaw();
  }
  assert.equal(refused.status, 503, refused.body.slice(0, 300));
  assert.match(refused.json.type, /\/problems\/(busy|database-away)$/);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, "ready again", 60000);
  const again = await send(head(line, auth, ndjson, ["Content-Length", body.length]), body);
  assert.equal(again.status, 200, again.body.slice(0, 300));
  assert.ok(verdicts(again).every((v) => v.status === 200 || v.status === 201));
  const twice = await server.get(`/v1/bags/${events[5].plate}/events`, { key });
  assert.equal(twice.json.events.filter((e) => e.event_id === events[5].event_id).length, 1);
});

test("a stop in the middle of a body ends it within seconds, and its stored lines stay (req: ING-06 REL-02)", async () => {
  const events = scans(50), text = lines(events);
  const raw = await Raw.open(server);
  raw.send(head(line, auth, ndjson, ["Content-Length", text.length + 1000]), text);
  await until(() => stored(events[0]), "the first line to be stored");
  const end = await server.kill("SIGTERM");
  assert.deepEqual(end, { code: 0, signal: null });
  assert.ok(await raw.closes(1000));
  await server.run();
  assert.ok(await stored(events[0]));
});
