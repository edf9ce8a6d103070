// SPDX-License-Identifier: Apache-2.0
// What goes wrong around the server: it is told to stop under load, its database dies, or stands still.
import assert from "node:assert/strict";
import test, { after, afterEach, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, Server, until } from "../lib/server.mjs";
import { Raw, Stream, head, sql } from "../lib/wire.mjs";

let db, server, key, auditor, serial = 0;
const loads = new Set();

before(async () => {
  db = await Database.start();
  server = await Server.start({ databaseUrl: db.owner, args: ["--drain-seconds", "4"] });
  key = server.key("BA");
  auditor = await server.auditor();
});
afterEach(() => loads.forEach((control) => (control.stop = true)));
after(async () => {
  await server?.stop();
  await db?.stop();
});

const scan = () => ({ event_id: `f-${++serial}`, plate: `0125${String(100000 + serial)}`, code: "BAG_SEEN", station: "LHR",
  occurred_at: new Date(Date.now() - 60000).toISOString() });
const post = (body) => server.post("/v1/events", body, { key });

/** Sends until told to stop or until nobody takes connections; what was answered 201 stands in `acknowledged`. */
async function load(n, control) {
  loads.add(control);
  await Promise.all(Array.from({ length: n }, async () => {
    while (!control.stop) {
      const body = scan();
      const answer = await post(body).catch((error) => error);
      if (answer instanceof Error) {
        control.cut = (control.cut ?? 0) + 1;
        control.codes = (control.codes ?? new Set()).add(answer.cause?.code ?? answer.message);
        await sleep(20);
        continue;
      }
      if (answer.status === 201) control.acknowledged.push(body.plate);
      else {
        assert.equal(answer.status, 503, answer.text);
        assert.ok(Number(answer.headers.get("retry-after")) >= 1);
        await sleep(10);
      }
    }
  }));
}

async function storedAll(plates) {
  const client = await sql(db.owner);
  const { rows } = await client.query("SELECT count(DISTINCT value)::int AS n FROM bagwatch.alias WHERE kind = 'plate' AND value = ANY($1)", [plates]);
  const events = await client.query("SELECT count(*)::int AS n FROM bagwatch.event e JOIN bagwatch.bag b USING (bucket, bag_id) JOIN bagwatch.alias a ON a.bag_id = b.bag_id WHERE a.kind = 'plate' AND a.value = ANY($1)", [plates]);
  await client.end();
  assert.equal(rows[0].n, plates.length, "bags of acknowledged events");
  assert.equal(events.rows[0].n, plates.length, "each stored once");
}

test("SIGTERM under load: not ready, accepted requests finish, streams leave spread over the drain, exit 0, nothing lost (req: REL-02)", async () => {
  const streams = await Promise.all(Array.from({ length: 15 }, () => Stream.open(server, { cookie: auditor.cookie })));
  await Promise.all(streams.map((s) => s.next("hello")));
  const control = { stop: false, acknowledged: [] };
  const loading = load(6, control);
  await until(() => control.acknowledged.length > 50, "load");

  // ten requests are accepted and wait for the database when the signal comes
  const client = await sql(db.owner);
  await client.query("BEGIN");
  await client.query("LOCK TABLE bagwatch.journal IN ACCESS EXCLUSIVE MODE");
  const held = Array.from({ length: 10 }, scan);
  const waiting = await Promise.all(held.map(async (body) => {
    const text = JSON.stringify(body);
    const raw = await Raw.open(server);
    return raw.send(head("POST /v1/events HTTP/1.1", `Authorization: Bearer ${key}`, "Content-Type: application/json", `Content-Length: ${text.length}`), text);
  }));
  const probe = await Raw.open(server);
  await sleep(300);
  const start = Date.now();
  server.child.kill("SIGTERM");
  await until(async () => (await probe.send(head("GET /readyz HTTP/1.1")).answer()).status === 503, "not ready", 2000);
  await sleep(500);
  await client.query("ROLLBACK");
  await client.end();
  for (const [k, raw] of waiting.entries()) {
    const answer = await raw.answer();
    assert.equal(answer.status, 201, answer.body);
    control.acknowledged.push(held[k].plate);
  }
  const times = await Promise.all(streams.map(async (s) => {
    const bye = await s.next("bye", 8000);
    const at = Date.now() - start;
    assert.equal(bye.json.reason, "restart");
    assert.ok(s.retries.at(-1) >= 1000 && s.retries.at(-1) <= 5000, "comes back spread as well");
    return at;
  }));
  times.sort((x, y) => x - y);
  assert.ok(times.at(-1) - times[0] > 1000, `all at once: ${times}`);
  assert.ok(times.at(-1) < 5500, `${times}`);
  const end = await server.exited;
  control.stop = true;
  await loading;
  assert.deepEqual(end, { code: 0, signal: null });
  assert.ok(Date.now() - start < 12000, `${Date.now() - start} ms`);
  assert.ok(!/panic|"level":"error"/i.test(server.logText()), server.logText().match(/.*("level":"error"|panic).*/)?.[0]);
  console.log(JSON.stringify({ fault: "SIGTERM", acknowledged: control.acknowledged.length, cut_without_answer: control.cut ?? 0, how: [...(control.codes ?? [])], bye_ms: [times[0], times.at(-1)] }));
  await storedAll(control.acknowledged);
  await server.run();
  const [stored] = held;
  assert.equal((await post(stored)).json.outcome, "duplicate");
  auditor = await server.login({ name: "oversight", password: "a good long password" });
});

/** The database is away by `away()`, until `back()`; streams, refusals, and how long the return takes. */
async function outage(away, back) {
  const { pid } = server.child;
  const stream = await Stream.open(server, { cookie: auditor.cookie });
  await stream.next("hello");
  const before = scan();
  assert.equal((await post(before)).status, 201);
  const control = { stop: false, acknowledged: [before.plate] };
  const loading = load(4, control);
  await until(() => control.acknowledged.length > 20, "load");
  await away();
  const start = Date.now(), beats = stream.comments.length;
  const refused = await until(async () => {
    const answer = await post(scan());
    return answer.status === 503 && answer;
  }, "503", 12000);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  assert.match(refused.json.type, /^\/problems\/(database-away|busy)$/);
  assert.ok(!/socket|connection|FATAL|\/tmp|\/run|bagwatch_/.test(refused.text), `strangers learn nothing of the database: ${refused.text}`);
  assert.ok(Date.now() - start < 11000, `refused after ${Date.now() - start} ms`);
  const degraded = await stream.next("degraded", 12000);
  assert.equal(degraded.json.degraded, true);
  assert.equal((await server.get("/livez")).status, 200);
  await until(async () => (await server.get("/readyz")).status === 503, "not ready", 12000);
  const read = await server.get(`/v1/bags/${before.plate}`, auditor);
  assert.equal(read.status, 503, read.text);
  assert.ok(Number(read.headers.get("retry-after")) >= 1);
  await until(() => stream.comments.length > beats, "a heartbeat while the database is away", 20000);
  await back();
  const returned = Date.now();
  const again = scan();
  await until(async () => (await post(again)).status < 300, "a scan is taken again", 5000);
  await until(async () => (await server.get("/readyz")).status === 200, "ready again", 5000 - (Date.now() - returned));
  const took = Date.now() - returned;
  assert.ok(took < 5000, `${took} ms`);
  await stream.next((e) => e.event === "degraded" && e.json.degraded === false, 5000);
  await until(() => stream.changes.some((e) => e.json.event.event_id === again.event_id), "the scan on the same stream", 5000);
  assert.ok(!stream.raw.ended, "the stream stayed open");
  assert.equal(server.child.pid, pid);
  assert.equal(server.child.exitCode, null, "no crash");
  control.stop = true;
  await loading;
  assert.equal(control.cut ?? 0, 0, "every request was answered");
  control.acknowledged.push(again.plate);
  await storedAll(control.acknowledged);
  // the stream missed nothing that was committed around the cut
  const uids = new Set(stream.changes.map((e) => e.json.bag.plate));
  await until(() => stream.changes.forEach((e) => uids.add(e.json.bag.plate)) ?? control.acknowledged.every((p) => uids.has(p)), "every acknowledged scan on the stream");
  stream.end();
  return { took };
}

test("the database is stopped in immediate mode and comes back: 503, streams stay, work resumes within 5 s (req: REL-03 ING-03)", async () => {
  const got = await outage(() => db.crash(), () => db.startAgain());
  console.log(JSON.stringify({ fault: "database stopped, immediate mode", back_ms: got.took }));
});

test("the database stands still and goes on: our own deadline ends the wait, nothing is acknowledged that is not stored (req: REL-03 ING-03)", async () => {
  const got = await outage(() => db.freeze(), () => db.thaw());
  console.log(JSON.stringify({ fault: "database frozen", back_ms: got.took }));
});

test("sessions cut one by one under load: nothing lost, nothing doubled, no restart (req: REL-03 ING-03 ING-04)", async () => {
  const control = { stop: false, acknowledged: [] };
  const loading = load(6, control);
  const client = await sql(db.super);
  for (let k = 0; k < 10; k++) {
    await sleep(200);
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bagwatch_owner' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 3");
  }
  control.stop = true;
  await loading;
  await client.end();
  assert.equal(control.cut ?? 0, 0);
  assert.ok(control.acknowledged.length > 50);
  await storedAll(control.acknowledged);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
