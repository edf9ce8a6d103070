// SPDX-License-Identifier: Apache-2.0
// /desk/rules: staff read by which rows the law's dates are shown, where each was read and from which day it holds; a row with a reviewer says
// who, one without says what customers read of it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, client, agent;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-20T12:00:00Z", databaseUrl: db.owner });
  client = await sql(db.super.replace("dbname=postgres", "dbname=bagwatch"));
  await client.query("SET search_path = bagwatch");
  agent = await server.login(server.account("agent.ba", "agent", "BA"));
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

const rows = async (options = agent) => {
  const answer = await server.get("/desk/rules", options);
  assert.equal(answer.status, 200, answer.text);
  return [...answer.text.matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) => row.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim());
};

test("every row with its source, from when it holds, and that nobody has reviewed it", async () => {
  const { rows: [{ n }] } = await client.query("SELECT (SELECT count(*) FROM legal_rule)::int + (SELECT count(*) FROM legal_limit)::int AS n");
  const shown = await rows();
  assert.equal(shown.length, n);
  assert.ok(shown.every((row) => row.endsWith("nobody yet: “check with the airline”")), shown.join("\n"));
  const damage = shown.find((row) => /^Montreal Convention damage/.test(row));
  assert.match(damage, /^Montreal Convention damage, or something missing days: 7 the bag was received 2003-11-04 Montreal Convention, Article 31\(2\) https:\/\/\S+ nobody yet/);
  assert.ok(shown.some((row) => /^Law of the United States 4700 USD 2025-01-01 14 CFR 254\.4 Federal Register/.test(row)));
  assert.ok(shown.some((row) => /\(last flight of at most 12 hours\) hours: 15 one could leave the aircraft/.test(row)));
});

test("who has reviewed a row stands there, the others stay as they were; another row for the same has no reviewer of its own", async () => {
  await client.query("UPDATE legal_rule SET reviewer = 'A. Jurist' WHERE rule_id = 'montreal-damage'");
  await until(async () => {
    const shown = await rows();
    return shown.filter((row) => row.endsWith("A. Jurist")).length === 1;
  }, "the world is read anew", 60000);
  await client.query("INSERT INTO legal_rule SELECT 'montreal-damage-2', regime, grants, 10, unit, counts_from, trip, rule, date '2027-01-01', NULL, source, NULL FROM legal_rule WHERE rule_id = 'montreal-damage'");
  await until(async () => (await rows()).some((row) => /damage, or something missing days: 10 .* 2027-01-01 .* nobody yet/.test(row)), "the new row", 60000);
});

test("in the menu, in the reader's language; nobody reads it without a log-in", async () => {
  const page = await server.get("/desk/rules", { ...agent, headers: { "accept-language": "fr" } });
  assert.match(page.text, /<a href="\/desk\/rules" aria-current="page">Délais légaux<\/a>/);
  assert.notEqual((await server.get("/desk/rules")).status, 200);
});
