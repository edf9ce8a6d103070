// SPDX-License-Identifier: Apache-2.0
// The program from outside: graceful stops, one copy a folder, a server that is adopted, a database by URL, two instances, the verbs.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, program, Server, until } from "../lib/server.mjs";

const today = () => new Date().toISOString().slice(0, 10);
const scan = (id, plate) => ({
  event_id: id, plate, travel_date: today(), code: "BAG_SEEN", station: "LHR",
  occurred_at: new Date(Date.now() - 1000).toISOString(),
});

/** Posts as fast as answers come, until told to stop or the server is gone; acknowledged ids end up in `got`. */
async function post(server, key, name, got, going) {
  for (let k = 0; going.on; k++) {
    const id = `${name}-${k}`;
    try {
      const answer = await server.post("/v1/events", scan(id, `0125${String(k % 40).padStart(6, "0")}`), { key });
      if (answer.status === 201) got.push(id);
      else await sleep(5);
    } catch {
      await sleep(5); // the connection was refused or cut: nothing was acknowledged
    }
  }
}

async function readStream(server, key) {
  const answer = await fetch(`${server.url}/v1/stream`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200);
  let text = "";
  const done = (async () => {
    for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  await until(() => text.includes("event: hello"), "hello");
  return { done, text: () => text };
}

// req: REL-02
test("SIGTERM under load: 503 for new readers, streams end with bye, exit 0, nothing acknowledged is lost", async () => {
  const server = await Server.start({ args: ["--drain-seconds", "2"] });
  try {
    const key = server.key("BA", "--scope", "events,read");
    const got = [], going = { on: true };
    const stream = await readStream(server, key);
    const posting = Promise.all([0, 1, 2, 3].map((k) => post(server, key, `s${k}`, got, going)));
    await until(() => got.length > 100, "some scans");
    server.child.kill("SIGTERM");
    const ready = await until(async () => {
      const answer = await fetch(`${server.url}/readyz`).catch(() => ({ status: 503 }));
      return answer.status === 503;
    }, "readyz 503", 5000);
    assert.ok(ready);
    const { code } = await server.exited;
    going.on = false;
    await posting;
    await stream.done;
    assert.equal(code, 0);
    assert.match(stream.text(), /event: bye\n/);
    await server.run();
    const lost = [];
    for (const id of got) {
      const k = Number(id.split("-")[1]);
      const again = await server.post("/v1/events", scan(id, `0125${String(k % 40).padStart(6, "0")}`), { key });
      // the same id with another time is a conflict when it is stored, and would be new when it were lost
      if (again.status !== 409) lost.push([id, again.status]);
    }
    assert.deepEqual(lost, []);
    assert.match(server.verb(["verify"]), / 0 differences/);
  } finally {
    await server.stop();
  }
});

test("two copies never share a folder or a port", async () => {
  const server = await Server.start();
  const other = mkdtempSync(join(tmpdir(), "bw-server-"));
  chmodSync(other, 0o755);
  const again = (env, ...args) =>
    spawnSync(program, ["serve", "--metrics-listen", "", ...args], { env: { ...process.env, ...env }, encoding: "utf8", timeout: 60000 });
  try {
    const folder = again({ BAGWATCH_DATA: server.data }, "--listen", "127.0.0.1:0");
    assert.equal(folder.status, 78);
    assert.match(folder.stderr, /in use by process \d+/);
    const port = again({ BAGWATCH_DATA: join(other, "data") }, "--listen", `127.0.0.1:${server.port}`);
    assert.notEqual(port.status, 0);
    assert.equal((await server.get("/readyz")).status, 200);
  } finally {
    await server.stop();
    rmSync(other, { recursive: true, force: true });
  }
});

test("a server that was killed leaves its PostgreSQL to the next, and a stopped one leaves none", async () => {
  const server = await Server.start();
  const pid = () => readFileSync(join(server.data, "pg", "postmaster.pid"), "utf8").split("\n")[0];
  try {
    const first = pid();
    await server.kill("SIGKILL");
    await server.run();
    assert.equal(pid(), first);
    const { code } = await server.kill("SIGINT");
    assert.equal(code, 0);
    assert.throws(pid);
    assert.match(server.verb(["migrate", "status"]), /program (\d+), database \1, 0 pending/); // starts it for its own duration
    assert.throws(pid);
  } finally {
    server.remove();
  }
});

// req: REL-03
test("PostgreSQL away for longer than a batch may take: 503 with Retry-After, streams stay and are told, then all goes on", async () => {
  const server = await Server.start();
  try {
    const key = server.key("BA");
    const stream = await readStream(server, key);
    // whoever holds this lock is starting or stopping the server, so nobody else starts it
    const holder = spawn("flock", ["--no-fork", join(server.data, "pg.start"), "sleep", "60"], { stdio: "ignore" });
    const released = new Promise((resolve) => holder.once("exit", resolve));
    await sleep(300);
    const state = () => readFileSync(join(server.data, "pg", "postmaster.pid"), "utf8").split("\n");
    const [old] = state();
    process.kill(Number(old), "SIGKILL");
    const began = Date.now();
    const refused = await server.post("/v1/events", scan("away-1", "0125728359"), { key });
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get("retry-after"), /^[0-9]+$/);
    assert.equal(refused.json.type, "/problems/database-away");
    assert.ok(Date.now() - began < 11000, "within a request's time");
    assert.equal((await server.get("/livez")).status, 200);
    assert.equal((await server.get("/readyz")).status, 503);
    await until(() => stream.text().includes('"degraded":true'), "the stream is told");
    await until(() => /\n: hb /.test(stream.text()), "a heartbeat all the same", 20000);
    holder.kill();
    await released;
    // its own word for taking connections; how long it needs to recover is not ours
    await until(() => state()[0] !== old && state()[7]?.trim() === "ready", "started again", 60000);
    const back = Date.now();
    const body = scan("away-2", "0125728359");
    await until(async () => (await server.post("/v1/events", body, { key })).status < 300, "a scan is taken again");
    await until(() => stream.text().includes('"away-2"') && stream.text().includes('"degraded":false'), "the same stream goes on");
    assert.ok(Date.now() - back < 5000, `back after ${Date.now() - back} ms`);
    assert.ok(!stream.text().includes("event: bye"));
  } finally {
    await server.stop();
  }
});

test("verbs work beside a serving copy, and doctor finds the own set-up well", async () => {
  const server = await Server.start();
  try {
    const key = server.key("LH", "--expires", "90d");
    assert.equal((await server.get("/v1/me", { key })).status, 200);
    const list = server.verb(["key", "list", "--carrier", "LH"]);
    assert.match(list, /LH made .* expires /);
    assert.ok(!list.includes(key));
    server.verb(["key", "revoke", list.split(" ")[0]]);
    await until(async () => (await server.get("/v1/me", { key })).status === 401, "revoked", 5000);
    assert.ok(!server.verb(["doctor"]).includes("BAD"));
    const account = server.account("jo", "agent", "LH");
    assert.ok((await server.login(account)).cookie);
    const made = server.verb(["user", "create", "ann", "--role", "auditor", "--org", "AUDIT"], "");
    assert.match(made, /^[0-9A-Za-z]{20}\n$/);
    assert.match(server.verb(["report", "stale", "--from", "2026-01-01", "--to", "2026-01-02", "--format", "csv"]), /^carrier,/);
    const wrong = spawnSync(program, ["link", "create", "XXXYY12345"], { env: server.environment(), encoding: "utf8" });
    assert.equal(wrong.status, 66);
  } finally {
    await server.stop();
  }
});

// req: OPS-03
test("settings: the file, the environment and flags, and what does not fit together", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bw-config-"));
  const path = join(folder, "bagwatch.ini");
  writeFileSync(path, "writer-batch = 99\nlog-level = warn\n");
  const run = (args, env = {}) => spawnSync(program, args, { env: { ...process.env, ...env }, encoding: "utf8" });
  const dump = run(["config", "dump", "--config", path, "--log-level", "error"], { BAGWATCH_WRITER_BATCH: "77", DATABASE_URL: "postgresql://a:b3c@d/e" });
  assert.equal(dump.status, 0);
  assert.match(dump.stdout, /^writer-batch = 77 {3}; environment BAGWATCH_WRITER_BATCH$/m);
  assert.match(dump.stdout, /^log-level = error {3}; flag --log-level$/m);
  assert.ok(!dump.stdout.includes("b3c"));
  assert.equal(run(["config", "check", "--config", join(folder, "none.ini")]).status, 78);
  assert.equal(run(["config", "check", "--listen", "0.0.0.0:80"]).status, 78);
  assert.equal(run(["config", "check"], { BAGWATCH_LISTN: "x" }).status, 78);
  rmSync(folder, { recursive: true });
});

test("a database by URL: the owner migrates, the serving role serves; two instances share keys and feed; other keys are refused", async () => {
  const database = await Database.start();
  const stranger = mkdtempSync(join(tmpdir(), "bw-server-"));
  chmodSync(stranger, 0o755);
  let one, two;
  try {
    const env = { BAGWATCH_APP_DATABASE_URL: database.app };
    one = await Server.start({ databaseUrl: database.owner, env });
    // with the owner's URL alone it steps down
    two = await Server.start({ databaseUrl: database.owner, env: { BAGWATCH_KEYS: join(one.data, "keys") } });
    const key = one.key("BA");
    const stream = await readStream(two, key);
    const said = await one.post("/v1/events", scan("two-1", "0125728359"), { key });
    assert.equal(said.status, 201, said.text);
    await until(() => stream.text().includes('"two-1"'), "the other instance's stream", 5000);
    const again = await two.post("/v1/events", scan("two-1", "0125728359"), { key });
    assert.equal(again.status, 409);
    assert.match(one.verb(["verify"]), / 0 differences/);
    const refused = spawnSync(program, ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", ""], {
      env: { ...process.env, BAGWATCH_DATA: join(stranger, "data"), BAGWATCH_DATABASE_URL: database.owner }, encoding: "utf8", timeout: 60000,
    });
    assert.equal(refused.status, 78);
    assert.match(refused.stderr, /belongs to the keys/);
  } finally {
    await two?.stop();
    await one?.stop();
    rmSync(stranger, { recursive: true, force: true });
    await database.stop();
  }
});
