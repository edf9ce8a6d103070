// SPDX-License-Identifier: Apache-2.0
// `bagwatchd verify` holds policies and open hours against the books that told them: whatever is changed, added or taken away in their tables
// is named.  req: CLK-02 (each change an event) AUD-08
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { Database, Server, program } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, client;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-20T12:00:00Z", databaseUrl: db.owner, args: ["--test-realm=no"] });
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  await client.query("SET search_path = bagwatch");
  const chief = await server.login(server.account("chief.ba", "supervisor", "BA"));
  const root = await server.login(server.account("root", "admin", "OPS", { kind: "operator" }));
  const put = async (path, who, body) => {
    const answer = await server.call("PUT", path, { ...who, body, headers: { ...who.headers, "if-match": "*" } });
    assert.equal(answer.status, 200, answer.text);
  };
  await put("/v1/policies", chief, { owed: "located", minutes: 60, level2_minutes: 30 });
  await put("/v1/policies", chief, { owed: "located", minutes: 50 });
  await put("/v1/policies", root, { owed: "held", station: "LHR", priority: "medical", minutes: 300 });
  await put("/v1/policies/hours", chief, { station: "LHR", week: [{ day: "mon", from: "06:00", until: "23:00" }],
    dates: [{ date: "2026-12-25" }, { date: "2026-12-31", from: "06:00", until: "12:00" }] });
  await put("/v1/policies/hours", chief, { station: "LHR", ends: true });
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

/** The exit code of `verify --bags` and what it names. */
function verify() {
  const got = spawnSync(program, ["verify", "--bags"], { env: server.environment(), encoding: "utf8" });
  server.heldUp = true;
  return [got.status, got.stdout + got.stderr];
}

test("what stands there is what was told", () => {
  const [status, text] = verify();
  assert.equal(status, 0, text);
  assert.match(text, / 5 events, .* 0 differences/);
});

const located = "owed = 'located' AND minutes = 50";
const tampered = [
  ["minutes", `UPDATE policy SET minutes = 500 WHERE ${located}`, "policy ID: it is not what event 2 of the book of 'BA' says", `policy WHERE ${located}`],
  ["a level", `UPDATE policy SET steps = '{0,9999,9999}' WHERE ${located}`, "policy ID: it is not what event 2 of the book of 'BA' says", `policy WHERE ${located}`],
  ["the first level", `UPDATE policy SET steps = '{600,30,360}' WHERE minutes = 60`, "policy ID: it is not what event 1 of the book of 'BA' says", "policy WHERE minutes = 60"],
  ["since when", `UPDATE policy SET valid_from = valid_from + interval '1 day' WHERE ${located}`, "policy ID: it is not what event 2", `policy WHERE ${located}`],
  ["who told it", `UPDATE policy SET set_by = 'someone' WHERE ${located}`, "policy ID: it is not what event 2", `policy WHERE ${located}`],
  ["whose it is", `UPDATE policy SET carrier = 'IB' WHERE ${located}`, "policy ID: it is not what event 2 of the book of 'BA' says", `policy WHERE ${located}`],
  ["a class, of all carriers' book", "UPDATE policy SET priority = NULL WHERE owed = 'held'", "policy ID: it is not what event 1 of the book of '' says", "policy WHERE owed = 'held'"],
  ["the hours of a day", "UPDATE desk_hours SET week = '{0,0,60}' WHERE week IS NOT NULL", "desk hours ID: it is not what event 3 of the book of 'BA' says", "desk_hours WHERE week IS NOT NULL"],
  ["a date", "UPDATE desk_hours SET dates[1] = '2026-12-24' WHERE week IS NOT NULL", "desk hours ID: it is not what event 3", "desk_hours WHERE week IS NOT NULL"],
  ["always open", "UPDATE desk_hours SET week = '{}' WHERE week IS NULL", "desk hours ID: it is not what event 4 of the book of 'BA' says", "desk_hours WHERE week IS NULL"],
  ["what was before", "UPDATE policy_change SET before = NULL WHERE before LIKE '%located%'", "policy ID: it is not what event 2", `policy WHERE ${located}`],
  ["a row that is gone", `DELETE FROM policy WHERE ${located}`, "policy ID: event 2 of the book of 'BA' tells it, and there is no such row", `policy WHERE ${located}`],
  ["hours that are gone", "DELETE FROM desk_hours WHERE week IS NULL", "ID: event 4 of the book of 'BA' tells it, and there is no such row", "desk_hours WHERE week IS NULL"],
  ["a row that nobody told", "INSERT INTO policy SELECT gen_random_uuid(), 'tracing', 'QF', NULL, NULL, NULL, 9, '{}', valid_from, told_at, set_by FROM policy LIMIT 1",
    "policy ID: no event tells it", "policy WHERE carrier = 'QF'"],
];

for (const [what, statement, named, where] of tampered)
  test(`tampered with: ${what}`, async () => {
    const column = where.startsWith("policy") ? "policy_id" : "hours_id";
    const id = async () => (await client.query(`SELECT ${column} AS id FROM ${where}`)).rows[0]?.id;
    await client.query("BEGIN");
    for (const table of ["policy", "desk_hours", "policy_change"]) await client.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
    await client.query("COMMIT");
    const before = await id();
    await client.query(statement);
    const [status, text] = verify();
    for (const table of ["policy", "desk_hours", "policy_change"])
      await client.query(`BEGIN; DELETE FROM ${table}; INSERT INTO ${table} TABLE kept_${table}; DROP TABLE kept_${table}; COMMIT`);
    assert.equal(status, 1, text);
    assert.ok(text.includes(named.replace("ID", before ?? "").replace("policy :", "policy")) || (!before && text.includes(named.split("ID")[1])), text);
    assert.equal(text.trim().split("\n").length, 2, `one row, one line, and the sum: ${text}`);
  });
