// SPDX-License-Identifier: Apache-2.0
// Nothing is kept for ever: with the clock two years on, what is personal of a closed file is gone, every other class of data has gone in
// its own time, and the auditor's report says how much.  req: CASE-06 SEC-06 (reliability.md P5)
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, ba, ib, people;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-20T12:00:00Z", databaseUrl: db.owner });
  ba = { key: server.key("BA") };
  ib = { key: server.key("IB") };
  people = { agent: server.account("agent", "agent", "IB"), keeper: server.account("keeper", "carrier-admin", "BA"),
    auditor: server.account("auditor", "auditor", "AUDIT", { kind: "auditor" }), chief: server.account("chief", "supervisor", "IB") };
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

async function query(text) {
  const client = await sql(db.owner);
  try {
    return (await client.query(`SET search_path TO bagwatch; ${text}`)).at(-1).rows;
  } finally {
    await client.end();
  }
}
const as = (name) => server.login(people[name]);
const open = (plate, more, headers) => server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quitterie" },
  itinerary: [{ flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }], ...more }, { ...ib, headers });
const send = (text) => server.post("/v1/typeb", text, { ...ba, type: "text/plain" });

/** The server as it is at another time: its duties begin with their first turn. */
async function at(time) {
  server.clock.set(time);
  await server.kill("SIGTERM");
  await server.run();
}
async function report(from, to) {
  const answer = await server.get(`/v1/reports/retention?from=${from}&to=${to}`, await as("auditor"));
  assert.equal(answer.status, 200, answer.text);
  return Object.fromEntries(answer.json.classes.map((c) => [c.class, c]));
}

const made = {};

test("something of every class is kept", async () => {
  for (const [name, plate] of [["closed", "0125728359"], ["open", "0125728360"]]) {
    const answer = await open(plate, {}, { "idempotency-key": `file-${name}` });
    assert.equal(answer.status, 201, answer.text);
    Object.assign(made, { [name]: answer.json.ref, [`${name} link`]: new URL(answer.json.customer_url).pathname });
  }
  const chief = await as("chief");
  const step = (what, body) => server.post(`/v1/cases/${made.closed}:${what}`, { event_id: what, ...body }, chief);
  assert.equal((await step("fault", { station: "LHR", reason: "54", note: "Handed over after the gate had closed." })).status, 201);
  assert.equal((await step("close", { reason: "withdrawn", note: "Found at home." })).status, 201);
  assert.equal((await server.post("/v1/heartbeat", { station: "LHR" }, ba)).status, 200);
  await send("BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125000001001\n.P/1NEMO\nENDBSM\n");
  await send("BTM\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n.N/0125000002001\n.P/1NEMO\nENDBTM\n");
  await send("BPM\n.V/1LLHR/PART1\n.J/S///20NOV/1100L/B1\n.F/IB3167/20NOV/MAD\n.N/0125000003001\n.P/1NEMO\nENDPART1\n");
  await send("BPM\n.V/1LLHR/PART2\n.J/S///20NOV/1100L/B1\n.F/IB3167/20NOV/MAD\n.N/0125000004001\n.P/1NEMO\nENDBPM\n");
  const letter = (await send("BSM\n.V/1LJFK\n.N/01257283590001\n.P/1NEMO\nENDBSM\n")).json.messages[0].dead_letter;
  assert.equal((await server.post(`/v1/dead-letters/${letter}:show`, { reason: "repair" }, await as("keeper"))).status, 200);
  await query(`INSERT INTO proposal (id, made_at, sender, carrier, bag_bucket, bag_id, plate, from_station, to_station, case_id, ref, owner, case_bag_bucket, case_bag_id, why)
    SELECT gen_random_uuid(), '2026-11-20T12:00:00Z', 'BA', 'BA', 0, gen_random_uuid(), '3125000001', 'LHR', 'MAD', gen_random_uuid(), 'MADIB99999', 'IB', 0, gen_random_uuid(), 'route'`);
  const kept = await report("2026-11-20", "2026-11-20");
  for (const [name, c] of Object.entries(kept)) {
    assert.ok(c.kept > 0, `${name}: ${JSON.stringify(c)}`);
    assert.equal(c.destroyed, 0, name);
  }
  assert.equal(kept["case-files"].oldest, "2026-11-20T12:00:00Z");
});

test("only auditors and administrators read what is kept", async () => {
  for (const who of [ba, await as("agent"), await as("chief")])
    assert.equal((await server.get("/v1/reports/retention?from=2026-11-20&to=2026-11-20", who)).status, 403);
  assert.equal((await server.get("/v1/reports/retention?from=2026-11-20", await as("auditor"))).status, 400);
});

test("each class goes in its own time and not before; the details of a closed file stay as long as they may", async () => {
  await at("2026-11-24T12:00:00Z");
  await until(async () => (await report("2026-11-24", "2026-11-24"))["telegram-texts"].destroyed >= 5, "texts of 72 hours");
  const early = await report("2026-11-24", "2026-11-24");
  assert.deepEqual(Object.keys(early).filter((name) => early[name].destroyed > 0).sort(), ["telegram-parts", "telegram-texts"]);
  await at("2026-12-21T12:00:00Z");
  await until(async () => (await report("2026-12-21", "2026-12-21"))["customer-links"].destroyed === 1, "the link of the closed file");
  const later = await report("2026-12-21", "2026-12-21");
  assert.deepEqual(Object.keys(later).filter((name) => later[name].destroyed > 0).sort(), ["customer-links", "kept-answers", "sessions", "transfer-lists"]);
  assert.equal((await server.get(made["open link"])).status, 200, "a file that is open keeps its link");
  await at("2028-11-19T11:00:00Z"); // 730 days from closing are not over
  await until(async () => (await report("2028-11-19", "2028-11-19")).heartbeats.destroyed === 1, "heartbeats and proposals");
  assert.equal((await query(`SELECT erased_at FROM case_file WHERE ref = '${made.closed}'`))[0].erased_at, null);
});

test("two years after closing what is personal of the file is erased, and the figures of the report are true", async () => {
  await at("2028-11-20T12:00:01Z");
  await until(async () => (await report("2028-11-20", "2028-11-20"))["case-files"].destroyed === 1, "the closed file");
  const [closed] = await query(`SELECT erased_at, octet_length(sealed) AS sealed FROM case_file WHERE ref = '${made.closed}'`);
  assert.equal(closed.erased_at.toISOString(), "2028-11-20T12:00:01.000Z");
  assert.equal(closed.sealed, 0);
  const [standing] = await query(`SELECT erased_at, octet_length(sealed) AS sealed FROM case_file WHERE ref = '${made.open}'`);
  assert.equal(standing.erased_at, null, "a file that was never closed is somebody's to answer for");
  assert.ok(standing.sealed > 0);
  assert.deepEqual((await query("SELECT data::json->>'why' AS why FROM event WHERE code = 'CASE_ERASED' AND subject = 'case'")).map((r) => r.why), ["retention"]);
  const all = await report("2026-11-20", "2028-11-20");
  for (const [name, c] of Object.entries(all)) assert.ok(c.destroyed > 0, `${name}: ${JSON.stringify(c)}`);
  assert.deepEqual(["case-files", "telegram-texts", "telegram-parts", "transfer-lists", "customer-links", "kept-answers", "heartbeats", "proposals", "read-logs"].map((name) => all[name].kept),
    [0, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
