// SPDX-License-Identifier: Apache-2.0
// What is told of missed promises: 500 bags that lapse in one second, on two servers of one database, make a handful of messages; each
// promise is in one message of its level, whichever server was at it and however often they start again; a customer hears once in 12 hours;
// what was met is not chased; nobody's name is in any of it.  req: CLK-15
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";

const start = "2026-11-21T00:00:00Z";
const hours = (n) => new Date(new Date(start).getTime() + n * 3600e3).toISOString().replace(".000", "");
const files = 20, bags = 25;
let database, one, two, account, agent;

/** Rows of a query, as objects. */
function rows(sql) {
  const got = spawnSync(join(database.programs, "psql"), ["-XqAt", database.owner, "-c", `SELECT coalesce(json_agg(x), '[]') FROM (${sql}) x`],
    { encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, PGOPTIONS: "-c search_path=bagwatch" } });
  assert.equal(got.status, 0, got.stderr);
  return JSON.parse(got.stdout);
}
const made = (where = "true") => rows(`SELECT kind, receiver, debtor, station, level, channel, promises, body, made_at, not_before FROM chaser WHERE ${where} ORDER BY made_at, chaser_id`);
/** Promises in messages of a level, each as often as it is named. */
const named = (level, kind) => made(`level = ${level} AND kind = '${kind}'`).flatMap((m) => m.promises);
const raised = (level) => rows(`SELECT data::json->>'promise_id' AS id FROM event WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED') AND (data::json->>'level')::int = ${level}`).length;

before(async () => {
  database = await Database.start();
  one = await Server.start({ at: start, databaseUrl: database.owner });
  two = await one.twin();
  one.key("IB");
  account = one.account("agent-ib", "agent", "IB");
  agent = await one.login(account);
  for (let k = 0; k < files; k++) {
    const list = Array.from({ length: bags }, (_, i) => ({ plate: `0075${String(100000 + k * bags + i)}`, travel_date: "2026-11-20" }));
    const answer = await one.post("/v1/cases", { station: "MAD", passenger: { surname: "SAMPLE", given: "ANA" }, bags: list,
      itinerary: [{ flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }] }, agent);
    assert.equal(answer.status, 201, answer.text);
  }
});
after(async () => {
  await two?.stop();
  await one?.stop();
  await database?.stop();
});

test("the first word of twenty files: one message to the desk that owes it", async () => {
  one.clock.set(hours(1));
  await until(() => named(1, "debtor").length === files, "the chaser of the first word");
  const messages = made("level = 1");
  assert.ok(messages.length <= 2, `${messages.length} messages`);
  assert.deepEqual([messages[0].kind, messages[0].receiver, messages[0].debtor, messages[0].station, messages[0].channel], ["debtor", "IB", "IB", "MAD", "mail"]);
  assert.match(messages[0].body, /^Subject: IB owes \d+ updates at MAD that did not come: level 1\n/);
  assert.match(messages[0].body, /MADIB\d{5}: acknowledgement and first search result, due 2026-11-21T01:00:00Z/);
  assert.match(messages[0].body, /\/v1\/promises\?owes=IB&overdue=true&station=MAD&level=1/);
  assert.ok(new Date(messages[0].not_before) - new Date(messages[0].made_at) === 5000, "it waits a moment for its fellows");
});

test("a carrier says how it is told: its supervisors and admins, and nobody else", async () => {
  const wish = (channel, more, who) => one.call("PUT", "/v1/chasers/wish", { ...who, body: { channel, ...more } });
  const chief = await one.chief("IB");
  agent = await one.login(account); // an hour has passed
  assert.deepEqual((await one.get("/v1/chasers/wish", chief)).json, { carrier: "IB", channel: "mail" });
  assert.equal((await wish("webhook", {}, agent)).status, 403);
  assert.equal((await wish("telegram", {}, chief)).status, 422);
  assert.equal((await wish("telegram", { address: "nowhere" }, chief)).status, 422);
  assert.equal((await wish("telegram", { address: "MADIBXH" }, chief)).status, 200);
  assert.deepEqual((await one.get("/v1/chasers/wish", agent)).json, { carrier: "IB", channel: "telegram", address: "MADIBXH" });
});

test("level 2: the owner's desk once, each customer once", async () => {
  one.clock.set(hours(3));
  await until(() => named(2, "customer").length === files && named(2, "desk").length === files, "level 2");
  assert.equal(made("level = 2 AND kind = 'customer'").length, files);
  assert.ok(made("level = 2 AND kind = 'desk'").length <= 2);
  assert.match(made("level = 2 AND kind = 'desk'")[0].body, /^QU MADIBXH\r?\n\.BAGWTXS 210300\r?\nIB OWES \d+ UPDATES? AT MAD/, "by telegram, as it wished");
  one.clock.set(hours(7));
  await until(() => named(3, "supervisors").length === files, "level 3");
});

test("500 bags lapse in one second: at most six messages to staff, every promise in one of them", async () => {
  one.clock.set(hours(24));
  const lapsed = hours(24).replace("Z", "+00:00");
  await until(() => raised(1) === files + files * bags, "every level was raised", 60000);
  await until(() => named(1, "debtor").length === files + files * bags, "every lapsed promise is in a message", 60000);
  const staff = made(`kind <> 'customer' AND made_at = '${lapsed}' AND promises && (SELECT array_agg(promise_id) FROM promise WHERE kind = 'place')`);
  assert.ok(staff.length <= 6, `${staff.length} messages: ${JSON.stringify(staff.map((m) => [m.kind, m.level, m.station, m.promises.length]))}`);
  const all = named(1, "debtor");
  assert.equal(new Set(all).size, all.length, "a promise is in one message of its level");
});

test("what a message refers to is a list in pages, each promise once", async () => {
  const auditor = await one.auditor(), seen = [];
  let pages = 0;
  for (let path = "/v1/promises?owes=IB&overdue=true&level=1"; path; pages++) {
    const page = await one.get(path, auditor);
    assert.equal(page.status, 200, page.text);
    seen.push(...page.json.promises.map((p) => p.id));
    path = page.headers.get("link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  }
  assert.equal(pages, 2);
  assert.equal(seen.length, files + files * bags);
  assert.equal(new Set(seen).size, seen.length);
  const count = async (query) => (await one.get(`/v1/promises?owes=IB&overdue=true&${query}`, auditor)).json.promises.length;
  assert.deepEqual([await count("station=MAD"), await count("kind=case"), await count("level=3"), await count("station=LHR")], [files, files, files, 0]);
  for (const bad of ["station=Madrid", "kind=bag", "level=high", "after=1.2"]) assert.equal((await one.get(`/v1/promises?${bad}`, auditor)).status, 400, bad);
});

test("two messages of one receiver, debtor, station and level lie 15 minutes apart, two of one customer 12 hours", async () => {
  one.clock.set(hours(26.1));
  await until(() => named(2, "desk").length === files + files * bags, "level 2 of the bags", 60000);
  for (const m of rows(`SELECT a.kind, a.not_before, b.not_before AS again FROM chaser a JOIN chaser b USING (kind, receiver, debtor, station, level)
      WHERE a.chaser_id <> b.chaser_id AND a.kind <> 'customer' AND abs(extract(epoch FROM a.not_before - b.not_before)) < 900`))
    assert.fail(`too close: ${JSON.stringify(m)}`);
  assert.deepEqual(rows(`SELECT a.receiver FROM chaser a JOIN chaser b USING (kind, receiver) WHERE a.kind = 'customer' AND a.chaser_id <> b.chaser_id
      AND abs(extract(epoch FROM a.not_before - b.not_before)) < 12 * 3600`), []);
  assert.equal(made("kind = 'customer'").length, 2 * files, "the first word's, and a day later the bags'");
});

test("a server that starts again tells nothing twice, and no message holds a name", async () => {
  const before = made().length;
  await one.kill("SIGKILL");
  await one.run();
  one.clock.set(hours(26.2));
  await until(() => rows(`SELECT cursor::text, (SELECT max(first_index + n - 1)::text FROM journal WHERE seq IS NOT NULL) AS head FROM duty_cursor WHERE duty = 'chase'`)
    .every((r) => r.cursor === r.head), "the chaser has read the feed to its end");
  assert.equal(made().length, before);
  for (const m of made()) assert.doesNotMatch(m.body, /SAMPLE|ANA\b/);
});
