// SPDX-License-Identifier: Apache-2.0
// What each role of the database may do, tried as that role on every table there is: the serving role adds to the log and never changes it, the
// reporting role reads figures and nothing personal.  req: SEC-06 (reliability.md 6, Z6)
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, client, tables;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-21T08:00:00Z", databaseUrl: db.owner });
  const key = server.key("IB");
  const file = await server.post("/v1/cases", { plate: "0125000501", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quetzalwoman" } }, { key });
  assert.equal(file.status, 201, file.text);
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  tables = (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'bagwatch' ORDER BY 1")).rows.map((r) => r.tablename);
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

/** True where the role may; nothing that it does stays. */
async function may(role, statement) {
  await client.query("BEGIN");
  try {
    await client.query(`SET LOCAL ROLE ${role}`);
    await client.query("SET LOCAL search_path = bagwatch");
    await client.query(statement);
    return true;
  } catch (error) {
    if (error.code === "42501") return false;
    throw error;
  } finally {
    await client.query("ROLLBACK");
  }
}
const first = async (table) => (await client.query("SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1", [`bagwatch.${table}`])).rows[0].attname;

test("nobody but the owner empties, drops or alters a table", async () => {
  assert.ok(tables.length > 35, tables.join());
  for (const table of tables) {
    for (const role of ["bagwatch_app", "bagwatch_report"]) {
      assert.equal(await may(role, `TRUNCATE ${table}`), false, `${role} truncates ${table}`);
      assert.equal(await may(role, `ALTER TABLE ${table} ADD COLUMN odd integer`), false, `${role} alters ${table}`);
      assert.equal(await may(role, `DROP TABLE ${table}`), false, `${role} drops ${table}`);
    }
  }
  assert.equal(await may("bagwatch_owner", "ALTER TABLE heartbeat ADD COLUMN odd integer"), true);
});

test("the serving role cannot change or take back what the log, its keys, the journal and the records of readings hold", async () => {
  const kept = ["event", "event_key", "journal", "raw_message", "read_log", "lookup_log", "dead_letter_look", "mandate_change"];
  for (const table of kept) {
    const column = await first(table);
    assert.equal(await may("bagwatch_app", `UPDATE ${table} SET ${column} = DEFAULT`), false, `updates ${table}`);
    assert.equal(await may("bagwatch_app", `DELETE FROM ${table}`), false, `deletes from ${table}`);
  }
  assert.equal(await may("bagwatch_app", "SELECT count(*) FROM event"), true);
});

test("the reporting role reads what reports are made of, and nothing that holds a person, a secret or a text; it writes nothing", async () => {
  const personal = ["event_private", "data_key", "raw_message", "case_file", "case_search", "case_link", "account", "session", "api_key", "idempotency", "dead_letter", "read_log", "lookup_log"];
  for (const table of personal) assert.equal(await may("bagwatch_report", `SELECT * FROM ${table}`), false, `reads ${table}`);
  for (const table of ["promise", "bag", "event", "journal"]) assert.equal(await may("bagwatch_report", `SELECT * FROM ${table}`), true, `reads ${table}`);
  for (const table of tables) {
    const column = await first(table);
    assert.equal(await may("bagwatch_report", `UPDATE ${table} SET ${column} = DEFAULT`), false, `updates ${table}`);
    assert.equal(await may("bagwatch_report", `DELETE FROM ${table}`), false, `deletes from ${table}`);
    assert.equal(await may("bagwatch_report", `INSERT INTO ${table} DEFAULT VALUES`), false, `adds to ${table}`);
  }
});

test("neither role can become the owner, nor read files or run programs of the server", async () => {
  for (const role of ["bagwatch_app", "bagwatch_report"]) {
    const can = (await client.query("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS much FROM pg_roles WHERE rolname = $1", [role])).rows[0];
    assert.equal(can.much, false, role);
    for (const other of ["bagwatch_owner", "bagwatch_app", "bagwatch_report"].filter((r) => r !== role))
      assert.equal((await client.query("SELECT pg_has_role($1, $2, 'MEMBER') AS is", [role, other])).rows[0].is, false, `${role} is ${other}`);
    assert.equal(await may(role, "COPY (SELECT 1) TO PROGRAM 'true'"), false, role);
    assert.equal(await may(role, "SELECT pg_read_file('PG_VERSION')"), false, role);
  }
});
