// SPDX-License-Identifier: Apache-2.0
// Running it: settings, logs, headers, migrations, roles of the database.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Database, Server, leak, program, secret } from "../lib/server.mjs";
import { Raw, Stream, ask, head, sql } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let db, server, key, desk, auditor, agent, link;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: now, databaseUrl: db.owner, args: ["--log-level", "debug"] });
  key = server.key("BA");
  desk = server.key("IB", "--scope", "events,read,cases");
  auditor = await server.auditor();
  agent = await server.login(server.account("jane.agent", "agent", "IB"));
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

const scan = (id, more = {}) => ({ event_id: id, plate: "0125728359", travel_date: "2026-11-20", code: "BAG_SEEN", occurred_at: "2026-11-20T11:00:00Z", station: "LHR", ...more });
const run = (args, env = {}) => spawnSync(program, args, { env: { ...process.env, ...env }, encoding: "utf8", timeout: 30000 });

test("an unknown setting is an error that names the nearest, wherever it stands (req: OPS-03)", () => {
  const folder = mkdtempSync(join(tmpdir(), "bw-config-"));
  writeFileSync(join(folder, "a.conf"), "writer-quue = 5\n");
  for (const [args, env, nearest] of [
    [["config", "check", "--writer-treads", "3"], {}, "writer-threads"],
    [["config", "check"], { BAGWATCH_LISTN: "127.0.0.1:1" }, "mean listen?"],
    [["config", "check", "--config", join(folder, "a.conf")], {}, "writer-queue"],
  ]) {
    const got = run(args, env);
    assert.ok([64, 78].includes(got.status), `${args}: ${got.status} ${got.stderr}`);
    assert.ok(got.stderr.includes(nearest), got.stderr);
  }
  for (const [name, value] of [["--writer-threads", "0"], ["--writer-queue", "many"], ["--log-level", "loud"]]) {
    const got = run(["config", "check", name, value]);
    assert.ok([64, 78].includes(got.status), `${name}: ${got.status}`);
    assert.match(got.stderr, /\d|debug/, "says what is allowed");
  }
  rmSync(folder, { recursive: true });
});

test("flag over environment over file over default; secrets by file; the dump says where each came from (req: OPS-03 SEC-08)", () => {
  const folder = mkdtempSync(join(tmpdir(), "bw-config-"));
  const file = join(folder, "a.conf");
  writeFileSync(file, "writer-queue = 11\nwriter-batch = 12\nquery-workers = 3\n");
  writeFileSync(join(folder, "url"), "postgresql://me:hunter2hunter2@db/x\n", { mode: 0o600 });
  const got = run(["config", "dump", "--config", file, "--writer-queue", "77"], { BAGWATCH_WRITER_QUEUE: "22", BAGWATCH_WRITER_BATCH: "23", BAGWATCH_DATABASE_URL_FILE: join(folder, "url") });
  assert.equal(got.status, 0, got.stderr);
  const line = (name) => got.stdout.split("\n").find((l) => l.replace("; ", "").startsWith(`${name} = `));
  assert.match(line("writer-queue"), /^writer-queue = 77 .*flag/);
  assert.match(line("writer-batch"), /^writer-batch = 23 .*BAGWATCH_WRITER_BATCH/);
  assert.match(line("query-workers"), new RegExp(`^query-workers = 3 .*${file}`));
  assert.match(line("http-daemons"), /^http-daemons = 2 .*default/);
  assert.match(line("database-url"), /BAGWATCH_DATABASE_URL_FILE/);
  assert.ok(!(got.stdout + got.stderr).includes("hunter2"));
  rmSync(folder, { recursive: true });
});

const headers = {
  "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/, "x-content-type-options": /^nosniff$/, "referrer-policy": /^no-referrer$/,
  "cross-origin-opener-policy": /^same-origin$/, "cross-origin-resource-policy": /^same-origin$/,
};

test("the headers stand on every kind of answer, also on refusals; HSTS only behind TLS (req: SEC-05 PAGE-11)", async () => {
  const opened = await server.post("/v1/events", scan("h-1"), { key });
  assert.equal(opened.status, 201);
  const file = await server.post("/v1/cases", { plate: "0125728359", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "QUAGLIARELLA", given: "ZEBEDEE" } }, { key: desk });
  assert.equal(file.status, 201, file.text);
  link = new URL(file.json.customer_url).pathname;
  const bearer = `Authorization: Bearer ${key}`, json = "Content-Type: application/json", cookie = `Cookie: ${agent.cookie}`;
  const body = (text, ...more) => [head("POST /v1/events HTTP/1.1", bearer, json, `Content-Length: ${Buffer.byteLength(text)}`, ...more), text];
  const etag = (await ask(server, head(`GET /v1/cases/${file.json.ref} HTTP/1.1`, `Cookie: ${auditor.cookie}`))).headers.get("etag");
  const asked = [
    [304, head(`GET /v1/cases/${file.json.ref} HTTP/1.1`, `Cookie: ${auditor.cookie}`, `If-None-Match: ${etag}`)],
    [200, head("GET /livez HTTP/1.1")], [200, head("GET /readyz HTTP/1.1")], [200, head("GET /login HTTP/1.1")], [200, head(`GET ${link} HTTP/1.1`)],
    [200, head("GET /openapi.json HTTP/1.1")], [200, head("GET /problems/busy HTTP/1.1")], [200, head("GET /v1/bags/0125728359 HTTP/1.1", cookie)],
    [201, ...body(JSON.stringify(scan("h-2")))], [200, ...body(JSON.stringify(scan("h-2")))], [409, ...body(JSON.stringify(scan("h-2", { station: "MAD" })))],
    [422, ...body("{}")], [400, ...body("{")], [403, ...body(JSON.stringify(scan("h-3", { for_carrier: "IB" })))],
    [417, head("POST /v1/events HTTP/1.1", bearer, json, "Content-Length: 2", "Expect: wonders")], [413, head("POST /v1/events HTTP/1.1", bearer, json, "Content-Length: 65537")],
    [415, head("POST /v1/events HTTP/1.1", bearer, "Content-Type: text/html", "Content-Length: 2")], [411, head("POST /v1/events HTTP/1.1", bearer, json)],
    [501, head("POST /v1/events HTTP/1.1", bearer, json, "Transfer-Encoding: gzip, chunked")], [414, head(`GET /${"a".repeat(3000)} HTTP/1.1`)],
    [401, head("GET /v1/bags/0125728359 HTTP/1.1")], [401, head("GET /v1/me HTTP/1.1", `Authorization: Bearer bagk_live_${"x".repeat(36)}`)],
    [403, head("GET /v1/keys HTTP/1.1", cookie)], [404, head("GET /nothing HTTP/1.1")], [404, head("GET /t/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1")],
    [405, head("PUT /livez HTTP/1.1")], [405, head("BREW /livez HTTP/1.1")], [400, head("GET /../x HTTP/1.1")],
    [303, head("GET /desk HTTP/1.1")],
  ];
  for (const [status, ...parts] of asked) {
    const what = parts[0].toString().split("\r\n")[0];
    const answer = await ask(server, ...parts);
    assert.equal(answer.status, status, `${what} ${answer.body}`);
    for (const [name, want] of Object.entries(headers)) assert.match(answer.headers.get(name) ?? "", want, `${status} ${what} ${name}`);
    assert.ok(answer.headers.get("x-request-id"), what);
    assert.ok(!answer.headers.has("strict-transport-security"), what);
    assert.ok(!answer.headers.has("server") && !answer.headers.has("x-powered-by"), what);
    const csp = answer.headers.get("content-security-policy");
    assert.ok(!/unsafe|\*|http:/.test(csp), csp);
    if (!/livez|readyz|openapi|problems/.test(what) || status >= 400) assert.equal(answer.headers.get("cache-control"), "no-store", what);
    if (/\/t\//.test(what)) assert.equal(answer.headers.get("x-robots-tag"), "noindex");
    if (status >= 400) assert.equal(leak(answer.body), null, `${what}: errors tell nothing`);
  }
  const stream = await Stream.open(server, { key });
  for (const [name, want] of Object.entries(headers)) assert.match(stream.headers.get(name) ?? "", want, `stream ${name}`);
  stream.end();
  const secure = await ask(server, head("GET /login HTTP/1.1", "X-Forwarded-Proto: https"));
  assert.match(secure.headers.get("strict-transport-security"), /max-age=\d{7,}/);
});

test("each request is one line of JSON with ids, route, status and duration (req: OPS-05)", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  await ask(server, head("GET /v1/bags/0125728359 HTTP/1.1", `Cookie: ${auditor.cookie}`, "X-Request-Id: my-own-request-1", `traceparent: 00-${trace}-00f067aa0ba902b7-01`));
  const answer = await ask(server, head("GET /nothing?secret=hushhushhush HTTP/1.1"));
  const lines = server.logText().trim().split("\n").map((line) => JSON.parse(line)); // throws where one is not JSON
  for (const line of lines) assert.ok(line.time && line.level && line.event, JSON.stringify(line));
  const requests = lines.filter((line) => line.event === "http.request");
  assert.ok(requests.length > 30);
  for (const line of requests) {
    assert.match(line.request_id, /^[0-9A-Za-z._-]{8,64}$/);
    assert.ok(line.route.startsWith("/") || line.route === "none", line.route);
    assert.ok(Number.isInteger(line.status) && line.status >= 100 && Number.isInteger(line.dur_us) && line.method);
  }
  const own = requests.find((line) => line.request_id === "my-own-request-1");
  assert.deepEqual([own.trace_id, own.route, own.status, own.method], [trace, "/v1/bags/{id}", 200, "GET"]);
  const none = requests.find((line) => line.request_id === answer.headers.get("x-request-id"));
  assert.deepEqual([none.route, none.status], ["none", 404]);
  assert.ok(!server.logText().includes("hushhush"), "no query strings");
});

test("nothing that a client sends breaks a line or gets into it (req: OPS-05 SEC-05)", async () => {
  const before = server.logText().length;
  const odd = ["\\r\\n{\\\"event\\\":\\\"forged\\\"}", "\u001b[2J", "🧳", "\u2028", "%0d%0a", "\\u0000"];
  for (const [k, text] of odd.entries()) {
    const body = `{"event_id":"odd-${k}","plate":"${text}","note":"${text} QUAGLIARELLA","place":"${text}","code":"${text}","${text}":1}`;
    await server.call("POST", "/v1/events", { key, body, type: "application/json" });
    await server.post("/v1/typeb", `BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125400050001\n.P/1QUAGLIARELLA/${text}\nENDBSM\n`, { key, type: "text/plain" });
    await server.get(`/v1/search?q=${encodeURIComponent(`QUAGLIARELLA ${text}`)}`, auditor);
  }
  for (const bytes of ["GET /\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: \x1b[2J\"},{\r\n\r\n", "\x00\xff\xfe\r\n\r\n"]) {
    const raw = await Raw.open(server);
    raw.send(Buffer.from(bytes, "latin1"));
    await raw.closes(300);
    raw.end();
  }
  const wrong = new URLSearchParams({ name: "jane.agent", password: secret("wrong password wrong") });
  await fetch(`${server.url}/login`, { method: "POST", redirect: "manual", body: wrong.toString(), headers: { origin: server.url, "content-type": "application/x-www-form-urlencoded" } });
  const text = server.logText().slice(before);
  const lines = text.trim().split("\n");
  for (const line of lines) {
    JSON.parse(line);
    assert.ok(!/[\u0000-\u001f\u007f]/.test(line), JSON.stringify(line));
  }
  assert.ok(!lines.some((line) => JSON.parse(line).event === "forged"));
  assert.ok(!/jane\.agent|QUAGLIARELLA|\[2J/.test(text), text.match(/.*(jane\.agent|QUAGLIARELLA|\[2J).*/)?.[0]);
  assert.equal(leak(text), null);
});

test("migrations: status and plan; a program that is too old for the database is refused, the database's own word decides (req: OPS-06)", async () => {
  assert.match(server.verb(["migrate", "status"]), /0001_core.*applied|1, database 1, 0 pending/s);
  const plan = server.verb(["migrate", "plan"]);
  assert.ok(!/0001_core/.test(plan) || /nothing|0 /.test(plan), plan);
  const client = await sql(db.owner);
  const other = join(server.folder, "other");
  const start = () => run(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "", "--data", other, "--keys", join(server.data, "keys")],
    { BAGWATCH_DATABASE_URL: db.owner, BAGWATCH_TEST_CLOCK: server.clock.path });
  try {
    const { rows } = await client.query("SELECT min_program FROM bagwatch.schema_migration");
    await client.query("UPDATE bagwatch.schema_migration SET min_program = 99");
    const old = start();
    assert.ok([69, 78].includes(old.status), `${old.status} ${old.stderr}`);
    assert.match(old.stderr, /99/);
    assert.match(old.stderr, /0001_core/);
    assert.equal((await server.post("/v1/events", scan("m-1"), { key })).status, 201, "what runs already runs on");
    await client.query("UPDATE bagwatch.schema_migration SET min_program = $1", [rows[0].min_program]);
    const sum = (await client.query("SELECT checksum FROM bagwatch.schema_migration")).rows[0].checksum;
    await client.query("UPDATE bagwatch.schema_migration SET checksum = decode(repeat('00', 32), 'hex')");
    const changed = start();
    assert.notEqual(changed.status, 0);
    assert.match(changed.stderr, /another text/);
    await client.query("UPDATE bagwatch.schema_migration SET checksum = $1", [sum]);
  } finally {
    await client.end();
  }
});

test("the serving role adds to the log and never changes it (req: AUD-09 SEC-06)", async () => {
  const app = await sql(db.app);
  const owner = await sql(db.owner);
  const denied = async (text, values) => {
    await assert.rejects(app.query(text, values), (e) => ["42501", "428C9"].includes(e.code) /* not permitted; not even by the owner */, text);
  };
  try {
    await app.query("SET search_path TO bagwatch");
    assert.equal((await app.query("SELECT current_user::text AS u, rolsuper AS s FROM pg_roles WHERE rolname = current_user")).rows[0].u, "bagwatch_app");
    const print = async () => (await owner.query(
      "SELECT md5(string_agg(j::text, '|' ORDER BY id)) AS journal, (SELECT md5(string_agg(e::text, '|' ORDER BY uid)) FROM bagwatch.event e) AS event, (SELECT count(*)::int FROM bagwatch.event_key) AS keys FROM bagwatch.journal j")).rows[0];
    const before = await print();
    for (const table of ["event", "event_key", "journal", "raw_message", "feed_payload", "event_private"]) {
      const { rows } = await owner.query("SELECT column_name FROM information_schema.columns WHERE table_schema = 'bagwatch' AND table_name = $1 ORDER BY ordinal_position", [table]);
      for (const { column_name: column } of rows) await denied(`UPDATE ${table} SET ${column} = ${column}`);
      for (const text of [`DELETE FROM ${table}`, `TRUNCATE ${table}`, `DROP TABLE ${table}`, `ALTER TABLE ${table} ADD x int`, `SELECT * FROM ${table} LIMIT 1 FOR UPDATE`, `CREATE TRIGGER t BEFORE INSERT ON ${table} EXECUTE FUNCTION suppress_redundant_updates_trigger()`])
        await denied(text);
    }
    for (const text of ["UPDATE feed_state SET last_seq = 0", "DELETE FROM feed_state", "INSERT INTO schema_migration SELECT * FROM schema_migration", "UPDATE schema_migration SET min_program = 0",
      "CREATE TABLE bagwatch.mine (x int)", "CREATE FUNCTION bagwatch.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "SET ROLE bagwatch_owner", "SET SESSION AUTHORIZATION bagwatch_owner",
      "ALTER ROLE bagwatch_app SUPERUSER", "DROP FUNCTION bw_stamp(timestamptz)", "ALTER TABLE journal DISABLE TRIGGER ALL", "COPY event FROM PROGRAM 'id'"])
      await denied(text);
    // the one function that numbers rows touches none that has its number, whatever time it is told
    for (const when of ["1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z", now]) await app.query("SELECT bw_stamp($1)", [when]);
    assert.deepEqual(await print(), before);
    assert.equal((await server.post("/v1/events", scan("aud-1"), { key })).status, 201);
    // it can read, and add
    assert.ok((await app.query("SELECT count(*)::int AS n FROM event")).rows[0].n > 0);
    assert.equal((await app.query("SELECT has_table_privilege('event', 'INSERT') AS may")).rows[0].may, true);
    // what PUBLIC may do is nothing
    const { rows: open } = await owner.query(
      "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'bagwatch' AND p.prosecdef AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)");
    assert.deepEqual(open, []);
  } finally {
    await app.end();
    await owner.end();
  }
});

test("the whole log of this server holds no secret and nobody's name (req: SEC-05 OPS-05)", () => {
  const text = server.logs().map((file) => readFileSync(file, "utf8")).join("\n");
  assert.ok(text.length > 10000);
  assert.equal(leak(text), null);
  assert.ok(leak(`x ${link} y`) && leak(`x ${key} y`) && leak("QUAGLIARELLA"), "the search finds what it looks for");
});
