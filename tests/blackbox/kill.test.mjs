// SPDX-License-Identifier: Apache-2.0
// kill -9 of bagwatchd and of its PostgreSQL under load from two senders, at random moments and at the named points of a batch: no
// acknowledged event is lost or doubled, the feed has no hole, every bag is the fold of its events.
// BW_DEEP=1: 20 points under 500 scans/s (reliability.md 7, rows 1 and 2); tests/fault/RESULTS.md keeps what came of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Server, until } from "../lib/server.mjs";
import { Stream } from "../lib/wire.mjs";

const deep = process.env.BW_DEEP === "1";
const perSecond = deep ? 500 : 150;
const named = ["before-commit", "after-commit", "mid-fan-out"];
// every named point, kills of the server and of the database in turn
const points = Array.from({ length: deep ? 20 : 7 }, (_, k) => ["database", named[(k >> 1) % 3]][k % 2]).map((p, k) => (k % 6 === 4 ? "server" : p));

let server, keys, auditor, follower;

before(async () => {
  server = await Server.start({ args: ["--log-level", "warn"] });
  keys = { BA: server.key("BA"), IB: server.key("IB") };
  auditor = await server.auditor();
  follower = follow();
});
after(() => server?.stop());

const codes = ["BAG_SEEN", "BAG_SORTED", "BAG_SCREENED"];
const acknowledged = new Map(); // event id -> its first answer
const tally = { sent: 0, unanswered: 0, refused: 0, repeats: 0 };
let sending = true, following = true, reading; // the stream that the follower reads now

/** One statement until it is answered: what got no answer, or 503, is sent again under the same id, as a carrier would. */
async function say(carrier, id, body) {
  const end = Date.now() + 120000;
  for (let tries = 0; Date.now() < end; tries++) {
    tally.sent++;
    let answer;
    try {
      answer = await server.post("/v1/events", body, { key: keys[carrier] });
    } catch {
      tally.unanswered++;
      await sleep(50);
      continue;
    }
    if (answer.status === 503) {
      assert.ok(Number(answer.headers.get("retry-after")) >= 1, answer.text);
      tally.refused++;
      await sleep(50);
      continue;
    }
    assert.equal(answer.status, answer.json?.outcome === "duplicate" ? 200 : 201, answer.text);
    assert.ok(answer.status === 201 || tries > 0, "a duplicate of what was never sent before");
    tally.repeats += answer.status === 200;
    acknowledged.set(id, answer.json);
    return;
  }
  throw new Error(`${id} was never answered`);
}

/** Sends at a steady rate, with at most 200 unanswered, until told to stop. */
async function sender(carrier, offset) {
  const running = new Set();
  const start = performance.now();
  for (let n = 0; sending; n++) {
    const id = `${carrier}-${n}`;
    const work = say(carrier, id, {
      event_id: id, plate: `0125${String(100000 + ((n * 7 + offset) % 50))}`, code: codes[n % 3], station: n % 2 ? "LHR" : "MAD",
      occurred_at: new Date(Date.now() - 60000 + (n % 1000)).toISOString(),
    });
    running.add(work);
    work.finally(() => running.delete(work)).catch(() => {});
    if (running.size > 200) await Promise.race(running);
    const due = start + (n * 2000) / perSecond;
    if (performance.now() < due) await sleep(due - performance.now());
  }
  await Promise.all(running);
}

/** A reader that comes back after every cut with the last id it has, and never sees a reset. */
async function follow() {
  const seen = [];
  let id;
  while (following) {
    let stream;
    try {
      stream = await Stream.open(server, { cookie: auditor.cookie, headers: id ? { "Last-Event-ID": id } : {} });
    } catch {
      await sleep(50);
      continue;
    }
    if (stream.refused) {
      assert.ok([503].includes(stream.refused.status), stream.refused.body);
      await sleep(50);
      continue;
    }
    reading = stream;
    await until(() => !following || stream.raw.ended, "the end of the stream", 600000);
    stream.end();
    assert.ok(!stream.events.some((e) => e.event === "reset"), JSON.stringify(stream.events.find((e) => e.event === "reset")));
    for (const e of stream.changes) seen.push([e.id, e.json.uid]);
    id = stream.id || id;
  }
  return seen;
}

const postmaster = () => Number(readFileSync(join(server.data, "pg", "postmaster.pid"), "utf8").split("\n")[0]);
const ready = async () => (await fetch(`${server.url}/readyz`)).status === 200;

async function killServer() {
  const database = postmaster();
  await server.kill("SIGKILL");
  await server.run();
  assert.equal(postmaster(), database, "the database of a killed server is adopted");
}

async function killDatabase() {
  const old = postmaster();
  process.kill(old, "SIGKILL");
  await until(async () => postmaster() !== old && (await ready()), "ready after the database was killed", 30000);
}

/** The server ends itself at the n-th pass of a named point, whose writer then holds a batch half done. */
async function crashAt(point) {
  await server.kill("SIGKILL");
  server.options.env = { BAGWATCH_CRASH_AT: `${point}:${3 + Math.floor(Math.random() * 40)}` };
  server.run().catch(() => {});
  const end = await Promise.race([server.exited, sleep(30000, null)]);
  server.options.env = {};
  assert.equal(end?.signal, "SIGKILL", `${point} was not passed`);
  await server.run();
}

test(`kill -9 at ${points.length} points under ${perSecond} scans/s from two senders (req: ING-03 REL-03 OPS-03)`, async () => {
  const start = performance.now();
  const senders = Promise.all([sender("BA", 0), sender("IB", 3)]);
  senders.catch(() => {});
  for (const point of points) {
    await sleep(200 + Math.random() * (deep ? 1500 : 400));
    await (point === "server" ? killServer() : point === "database" ? killDatabase() : crashAt(point));
  }
  await sleep(500);
  sending = false;
  await senders;
  tally.seconds = Math.round((performance.now() - start) / 100) / 10;
  assert.ok(acknowledged.size > points.length * perSecond / 10, `${acknowledged.size} acknowledged`);
});

test("nothing acknowledged is lost or doubled, versions have no hole (req: ING-03 ING-04)", async () => {
  const bags = new Map();
  for (const a of acknowledged.values()) bags.set(a.bag.id, (bags.get(a.bag.id) ?? 0) + 1);
  assert.equal(bags.size, 50);
  const seen = new Map();
  for (const [bag, n] of bags) {
    const { events } = (await server.get(`/v1/bags/${bag}/events`, auditor)).json;
    assert.deepEqual(events.map((e) => e.version).sort((x, y) => x - y), Array.from({ length: n }, (_, k) => k + 1));
    for (const e of events) {
      assert.ok(!seen.has(e.event_id), `${e.event_id} twice`);
      seen.set(e.event_id, e);
    }
    assert.equal((await server.get(`/v1/bags/${bag}`, auditor)).json.bag.version, n);
  }
  assert.equal(seen.size, acknowledged.size);
  for (const [id, a] of acknowledged) {
    const e = seen.get(id);
    assert.ok(e, `${id} is lost`);
    assert.deepEqual([e.uid, e.version, e.occurred_at], [a.event.uid, a.event.version, a.event.occurred_at], id);
  }
});

test("the feed has no hole, and who followed it through every cut has seen it all once (req: STR-03 REL-03)", async () => {
  const hello = await Stream.open(server, { cookie: auditor.cookie });
  const { epoch, index } = (await hello.next("hello")).json;
  hello.end();
  assert.equal(index, acknowledged.size, "every event has one index");
  const whole = await Stream.open(server, { cookie: auditor.cookie, headers: { "Last-Event-ID": `${epoch}-0` } });
  const pushed = [...acknowledged.values()].filter((a) => a.event.outcome !== "late").length;
  await until(() => whole.changes.length >= pushed || whole.raw.ended, "the whole feed", 30000);
  whole.end();
  const all = whole.changes.map((e) => [e.id, e.json.uid]);
  assert.equal(all.length, pushed);
  assert.equal(new Set(all.map(([, uid]) => uid)).size, pushed);
  await until(() => reading.id === all.at(-1)[0], "the follower to come to the end");
  following = false;
  const seen = await follower;
  const first = all.findIndex(([id]) => id === seen[0][0]);
  assert.deepEqual(seen, all.slice(first), "the follower");
  assert.ok(first <= perSecond, `it followed from ${first} on`);
});

test("every bag is the fold of its events (req: BAG-07 ING-03)", () => {
  const said = server.verb(["verify"]);
  console.log(JSON.stringify({ fault: "kill -9", points: points.length, per_second: perSecond, acknowledged: acknowledged.size, ...tally, verify: said.trim() }));
});
