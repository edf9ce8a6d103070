// SPDX-License-Identifier: Apache-2.0
// Requests as bytes: limits are told early, doubtful framing is refused and ends the connection (reliability.md 2.1, ING-10).
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "../lib/server.mjs";
import { Raw, ask, head } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let server, auth, serial = 0;

before(async () => {
  server = await Server.start({ at: now });
  auth = ["Authorization", `Bearer ${server.key("BA")}`];
});
after(() => server?.stop());

const json = ["Content-Type", "application/json"];
const line = "POST /v1/events HTTP/1.1";
function scan() {
  const n = String(++serial).padStart(6, "0");
  return JSON.stringify({ event_id: `w-${n}`, plate: `0125${n}`, code: "BAG_SEEN", occurred_at: "2026-11-20T11:58:00Z", station: "LHR" });
}
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Sends a head and gives the answer that comes before any body was sent. */
async function early(...lines) {
  const raw = await Raw.open(server);
  try {
    const answer = await raw.send(head(...lines)).answer();
    return { ...answer, closes: await raw.closes(1000) };
  } finally {
    raw.end();
  }
}

function problem(answer, status, slug) {
  assert.equal(answer.status, status, answer.body);
  assert.match(answer.headers.get("content-type"), /^application\/problem\+json/);
  assert.equal(answer.json.type, `/problems/${slug}`);
  assert.ok(answer.headers.get("x-request-id"));
}

test("a body that is announced too large is refused before it is sent, and the connection ends (req: ING-10)", async () => {
  const answer = await early(line, auth, json, ["Content-Length", 65537]);
  problem(answer, 413, "too-large");
  assert.ok(answer.closes);
  const form = await early("POST /login HTTP/1.1", ["Content-Type", "application/x-www-form-urlencoded"], ["Content-Length", 8193]);
  assert.equal(form.status, 413);
  assert.ok(form.closes);
  problem(await early("GET /livez HTTP/1.1", ["Content-Length", 1]), 413, "too-large");
});

test("a body of the very limit is read; one byte more in chunks is refused (req: ING-10)", async () => {
  const body = scan();
  const full = body + " ".repeat(65536 - body.length);
  assert.equal((await ask(server, head(line, auth, json, ["Content-Length", 65536]), full)).status, 201);
  const chunks = [body, " ".repeat(40000), " ".repeat(65537 - 40000 - body.length)].map(chunk);
  problem(await ask(server, head(line, auth, json, "Transfer-Encoding: chunked"), ...chunks, "0\r\n\r\n"), 413, "too-large");
  const within = [scan(), " ".repeat(40000)].map(chunk);
  assert.equal((await ask(server, head(line, auth, json, "Transfer-Encoding: chunked"), ...within, "0\r\n\r\n")).status, 201);
});

test("media type, length and body are refused in words of their own (req: ING-10 OPS-07)", async () => {
  problem(await early(line, auth, ["Content-Type", "text/plain"], ["Content-Length", 2]), 415, "unsupported-media");
  problem(await early(line, auth, ["Content-Type", "application/json; charset=latin1"], ["Content-Length", 2]), 415, "unsupported-media");
  problem(await early(line, auth, ["Content-Length", 2]), 415, "unsupported-media");
  problem(await early(line, auth, json), 411, "length-required");
  problem(await ask(server, head(line, auth, json, ["Content-Length", 0])), 400, "bad-json");
  problem(await ask(server, head(line, auth, json, ["Content-Length", 5]), "{'a'}"), 400, "bad-json");
  problem(await ask(server, head(line, auth, json, ["Content-Length", 2]), "{}"), 422, "invalid-body");
  assert.equal((await ask(server, head(line, auth, ["Content-Type", "Application/JSON; charset=UTF-8"], ["Content-Length", 2]), "{}")).status, 422);
});

test("Expect: 100-continue is answered before the body, or refused instead (req: ING-10)", async () => {
  const raw = await Raw.open(server);
  const body = scan();
  raw.send(head(line, auth, json, ["Content-Length", body.length], "Expect: 100-continue"));
  const interim = await raw.answer();
  assert.equal(interim.status, 100);
  assert.equal((await raw.send(body).answer()).status, 201);
  const second = scan();
  raw.send(head(line, auth, json, ["Content-Length", second.length], "Expect: 100-continue"));
  assert.equal((await raw.answer()).status, 100);
  assert.equal((await raw.send(second).answer()).status, 201, "the connection goes on");
  raw.end();
  for (const [lines, status, slug] of [
    [[auth, json, ["Content-Length", 65537], "Expect: 100-continue"], 413, "too-large"],
    [[auth, ["Content-Type", "text/csv"], ["Content-Length", 5], "Expect: 100-continue"], 415, "unsupported-media"],
    [[auth, json, ["Content-Length", 5], "Expect: 200-ok"], 417, "expectation-failed"],
  ]) {
    const answer = await early(line, ...lines);
    problem(answer, status, slug);
    assert.ok(answer.closes);
  }
});

test("a request target over 2 KiB is refused; one of 2 KiB is looked at (req: ING-10)", async () => {
  problem(await ask(server, head(`GET /${"a".repeat(2047)} HTTP/1.1`)), 404, "not-found");
  problem(await ask(server, head(`GET /${"a".repeat(2048)} HTTP/1.1`)), 414, "uri-too-long");
  problem(await ask(server, head(`GET /livez?a=${"b".repeat(2048)} HTTP/1.1`)), 414, "uri-too-long");
});

test("a head beyond the pool is refused and costs the connection (req: ING-10)", async () => {
  for (const lines of [[`X-Long: ${"x".repeat(20000)}`], Array.from({ length: 2000 }, (_, k) => `X-${k}: y`)]) {
    const answer = await early("GET /livez HTTP/1.1", ...lines);
    assert.equal(answer.status, 431);
    assert.ok(answer.closes);
  }
  problem(await ask(server, head("GET /livez HTTP/1.1", ...Array.from({ length: 100 }, (_, k) => `X-${k}: y`))), 400, "bad-request");
  assert.equal((await ask(server, head("GET /livez HTTP/1.1", `X-Long: ${"x".repeat(8000)}`))).status, 200);
});

test("parameters beyond libmicrohttpd's own pool cost the connection, at the latest when its head is overdue (req: ING-10)", async () => {
  const raw = await Raw.open(server);
  raw.send(head(`GET /livez?${"a=b&".repeat(2000)} HTTP/1.1`));
  assert.ok(await raw.closes(14000));
  assert.ok(!raw.got.includes("HTTP/1.1 200"));
});

test("a value with NUL ends there, as libmicrohttpd 0.9.75 cuts it, and moves no framing (req: ING-10)", async () => {
  const raw = await Raw.open(server);
  raw.send(head("GET /livez HTTP/1.1", "X-Request-Id: abcdefgh\0ijklmnop"), head("GET /readyz HTTP/1.1"));
  const first = await raw.answer();
  assert.ok(first.status === 400 || first.headers.get("x-request-id") === "abcdefgh");
  if (first.status === 200) assert.equal((await raw.answer()).status, 200);
  raw.end();
});

const framing = {
  "two lengths": [line, ["Content-Length", 5], ["Content-Length", 3]],
  "a length of nothing, then one": [line, ["Content-Length", 0], ["Content-Length", 35]],
  "length and chunks": [line, ["Content-Length", 5], "Transfer-Encoding: chunked"],
  "space before the colon": [line, "Content-Length : 5"],
  "coding with a space": [line, "Transfer-Encoding : chunked"],
  "a value with a control character": ["GET /livez HTTP/1.1", "X-A: b\u0001c"],
  "two hosts": ["GET /livez HTTP/1.1", "Host: b"],
  "two authorizations": [line, ["Content-Length", 2], "Authorization: Bearer a"],
  "two content types": [line, ["Content-Length", 2], "Content-Type: text/plain"],
  "two idempotency keys": ["GET /livez HTTP/1.1", "Idempotency-Key: a", "Idempotency-Key: b"],
  "version 1.2": ["GET /livez HTTP/1.2"],
};
for (const [name, [first, ...lines]] of Object.entries(framing))
  test(`doubtful framing is refused and ends the connection: ${name} (req: ING-10)`, async () => {
    const raw = await Raw.open(server);
    const post = first === line;
    raw.send(head(first, ...(post ? [auth, json] : []), ...lines));
    if (post) raw.send("0\r\n\r\nGET /livez HTTP/1.1\r\nHost: smuggled\r\n\r\n");
    const answer = await raw.answer();
    assert.equal(answer.status, 400, answer.line);
    assert.ok(await raw.closes(3000), "nothing behind it may be read as a request");
    assert.ok(!raw.got.includes("HTTP/1.1 200"), "the smuggled request was answered");
  });

for (const coding of ["gzip, chunked", "chunked, identity", "xchunked", "identity"])
  test(`the only transfer coding is chunked: ${coding} (req: ING-10)`, async () => {
    const answer = await early(line, auth, json, ["Transfer-Encoding", coding]);
    problem(answer, 501, "not-implemented");
    assert.ok(answer.closes);
  });

for (const [name, bytes] of Object.entries({
  "a length below zero": head(line, "Content-Length: -1"), "a list of lengths": head(line, "Content-Length: 5,5"),
  "a chunk size in C": `${head(line, "Content-Type: application/json", "Transfer-Encoding: chunked")}0x5\r\nhello\r\n0\r\n\r\n`,
  "a chunk size that overflows": `${head(line, "Content-Type: application/json", "Transfer-Encoding: chunked")}fffffffffffffffff\r\nhello\r\n0\r\n\r\n`,
  "no host": "GET /livez HTTP/1.1\r\n\r\n", "junk": "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n" }))
  test(`what is no request is answered with a 4xx or dropped, and ends the connection: ${name} (req: ING-10)`, async () => {
    const raw = await Raw.open(server);
    raw.send(Buffer.from(bytes, "latin1"));
    assert.ok(await raw.closes(12000));
    if (raw.got.length) assert.match(raw.got.toString("latin1"), /^HTTP\/1\.[01] 4\d\d/);
  });

const targets = {
  "/livez%00": 400, "/v1/bags/a%2fb": 400, "/v1/bags/a%2Fb": 400, "/v1/../livez": 400, "/v1/./livez": 400, "/v1/bags/%zz": 400, "/livez#x": 400,
  "http://127.0.0.1/livez": 400, "*": 400, "/livez?x=1": 400, "/v1/bags/1?date=2026-11-20&date=2026-11-21": 400, "//livez": 404, "/LIVEZ": 404,
};
for (const [target, status] of Object.entries(targets))
  test(`the target ${target} is ${status} (req: ING-10)`, async () => {
    const answer = await ask(server, head(`GET ${target} HTTP/1.1`));
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.headers.get("content-type"), /problem\+json/);
  });

for (const method of ["get", "TRACE", "CONNECT", "OPTIONS", "BREW", "PROPFIND"])
  test(`the method ${method} is refused with the list of those that are taken (req: ING-10)`, async () => {
    const answer = await ask(server, head(`${method} /livez HTTP/1.1`));
    problem(answer, 405, "method-not-allowed");
  });

test("a known method on a route that lacks it names those it takes (req: ING-10)", async () => {
  const answer = await ask(server, head("DELETE /v1/events HTTP/1.1"));
  problem(answer, 405, "method-not-allowed");
  assert.match(answer.headers.get("allow"), /POST/);
});

test("pipelined requests are answered in order, also those that wait for the writer (req: ING-10)", async () => {
  const raw = await Raw.open(server);
  const bodies = [scan(), scan(), scan()];
  for (const body of bodies) raw.send(head(line, auth, json, ["Content-Length", body.length]), body, head("GET /livez HTTP/1.1"));
  for (const body of bodies) {
    const answer = await raw.answer();
    assert.equal(answer.status, 201);
    assert.equal(answer.json.event.event_id, JSON.parse(body).event_id);
    assert.equal((await raw.answer()).status, 200);
  }
  raw.end();
});

test("a client that closes its half after the request still gets the answer (req: ING-10)", async () => {
  const raw = await Raw.open(server);
  const body = scan();
  raw.send(head(line, auth, json, ["Content-Length", body.length]), body);
  raw.socket.end();
  assert.equal((await raw.answer()).status, 201);
});

test("a body cut off is nothing that was said (req: ING-10 ING-03)", async () => {
  const raw = await Raw.open(server);
  const body = scan();
  raw.send(head(line, auth, json, ["Content-Length", body.length]), body.slice(0, -1));
  await sleep(50);
  raw.end();
  const { plate } = JSON.parse(body);
  const answer = await ask(server, head(`GET /v1/bags/${plate} HTTP/1.1`, auth));
  assert.equal(answer.status, 404);
});

test("slow heads and slow bodies come to their end: 10 s and 30 s, however they drip (req: ING-10)", async () => {
  const slow = async (first, drop, every) => {
    const raw = await Raw.open(server);
    const start = Date.now();
    raw.send(first);
    const timer = setInterval(() => raw.ended || raw.send(drop), every);
    const closed = await raw.closes(45000);
    clearInterval(timer);
    raw.end();
    return closed ? (Date.now() - start) / 1000 : Infinity;
  };
  const [byHead, byBody, idle] = await Promise.all([
    slow("GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ", "x", 500),
    slow(head(line, auth, json, ["Content-Length", 60000]), "x", 500),
    slow("", "", 60000),
  ]);
  assert.ok(byHead >= 8 && byHead <= 14, `head: ${byHead} s`);
  assert.ok(byBody <= 34, `body: ${byBody} s`);
  assert.ok(idle <= 20, `nothing at all: ${idle} s`);
});

test("what strangers did has hurt nobody (req: ING-10)", async () => {
  assert.equal((await ask(server, head("GET /readyz HTTP/1.1"))).status, 200);
  assert.ok(!/panic|abort|"level":"error"/i.test(server.logText()), server.logText().match(/.*("level":"error"|panic).*/)?.[0]);
});
