// SPDX-License-Identifier: Apache-2.0
// Files: opened at the desk or by a carrier's system, one number, one owner; contacts stand nowhere in clear; the link opens the page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

let database, server, ba, ib, lh;

before(async () => {
  database = await Database.start();
  server = await Server.start({ databaseUrl: database.super.replace("dbname=postgres", "dbname=bagwatch"), at: "2026-11-21T08:00:00Z" });
  ba = server.key("BA");
  ib = server.key("IB");
  lh = server.key("LH");
});
after(async () => {
  await server?.stop();
  await database?.stop();
});

const person = {
  passenger: { surname: "Xochiquetzalli", given: "Ximena" },
  contacts: { phone: "+34 611 998 877", mail: "ximena.q@example.net", pnr: "ZZ9PLU", address: "Calle Inventada 99", town: "Villanueva" },
  description: "turquoise trunk with marmoset stickers",
};
const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });

async function open(plate, more = {}, key = ib) {
  return server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", ...person, ...more }, { key });
}

/** Every row of every table as text, by table. */
function everything() {
  const ask = (sql) => {
    const got = spawnSync("psql", [database.super.replace("dbname=postgres", "dbname=bagwatch"), "-AtX", "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(got.status, 0, got.stderr);
    return got.stdout;
  };
  const tables = ask("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'bagwatch%'").trim().split("\n");
  return new Map(tables.map((t) => [t.split(".")[1], ask(`SELECT t::text FROM ${t} t`)]));
}

test("req: CASE-01 a file has a reference, an owner by the last leg, an itinerary, and is found by its reference", async () => {
  const answer = await open("0125000001", { itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] });
  assert.equal(answer.status, 201, answer.text);
  assert.match(answer.json.ref, /^MADIB1\d{4}$/);
  assert.equal(answer.json.owner, "IB");
  assert.equal(answer.headers.get("location"), `/v1/cases/${answer.json.ref}`);
  const file = (await server.get(`/v1/cases/${answer.json.ref}`, { key: ib })).json;
  assert.equal(file.state, "OPEN");
  assert.equal(file.bags[0].bag.plate, "0125000001");
  assert.deepEqual(file.bags[0].bag.route.map((l) => [l.flight, l.from, l.to]), [["BA178", "JFK", "LHR"], ["IB3167", "LHR", "MAD"]]);
  assert.deepEqual(file.promises.map((p) => [p.carrier, p.owed]), [["IB", "reported"]]);
  const byRef = await server.get(`/v1/bags/${answer.json.ref}`, { key: ib });
  assert.equal(byRef.json.bag.id, file.bags[0].bag.id);
  const next = await open("0125000002");
  assert.equal(Number(next.json.ref.slice(5)), Number(answer.json.ref.slice(5)) + 1);
});

test("a second file on the same open bag is refused and names the first", async () => {
  const answer = await open("0125000001", {}, ba);
  assert.equal(answer.status, 409);
  assert.equal(answer.json.type, "/problems/case-exists");
  assert.match(answer.json.detail, /MADIB1\d{4}/);
});

test("bad bodies are told all at once", async () => {
  const answer = await server.post("/v1/cases", { plate: "12", station: "Madrid", passenger: {}, colour: "blue" }, { key: ib });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json.errors.map((e) => e.pointer).sort(), ["/colour", "/passenger/surname", "/plate", "/station"]);
});

test("req: CASE-06 contacts and texts stand in clear nowhere but in case_search, which holds names, description and town alone", async () => {
  const note = "call her sister Persephone about the marmosets";
  const said = await server.post("/v1/events", { event_id: "note-1", plate: "0125000001", travel_date: "2026-11-20", code: "ON_HAND",
    station: "LHR", occurred_at: "2026-11-21T07:30:00Z", note }, { key: ba });
  assert.equal(said.status, 201, said.text);
  const tables = everything();
  assert.ok(tables.size > 20);
  const secrets = ["611998877", "611 998 877", "ximena.q", "ZZ9PLU", "Inventada", "Persephone"];
  const names = ["xochiquetzalli", "ximena", "marmoset", "villanueva"];
  let found = 0;
  for (const [table, text] of tables) {
    for (const secret of secrets) assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `${secret} in ${table}`);
    for (const name of names) {
      const here = text.toLowerCase().includes(name);
      found += here ? 1 : 0;
      assert.ok(!here || table === "case_search", `${name} in ${table}`);
    }
  }
  assert.equal(found, 4, "the look-up has them");
  assert.match(tables.get("case_search"), /\\x[0-9a-f]{16}/); // keyed hashes of 8 bytes
  assert.doesNotMatch(server.logText().toLowerCase(), /xochiquetzalli|ximena|persephone|zz9plu|998877/);
});

test("req: SEC-03 a carrier outside the journey sees no file, and the same answer as for none", async () => {
  const ref = (await server.get("/v1/bags/0125000001?date=2026-11-20", { key: ib })).json.case.ref;
  const foreign = await server.get(`/v1/cases/${ref}`, { key: lh });
  const absent = await server.get("/v1/cases/MADIB99999", { key: lh });
  const strip = (a) => JSON.stringify({ ...a.json, instance: "", request_id: "" });
  assert.equal(foreign.status, 404);
  assert.equal(strip(foreign), strip(absent));
});

test("req: BAG-09 an unwatched bag owes nothing, however late; a file makes it watched", async () => {
  await server.post("/v1/events", { event_id: "uw-1", plate: "0125000077", code: "TRANSFER_OUT", to_carrier: "IB", station: "LHR",
    occurred_at: "2026-11-21T07:59:00Z" }, { key: ba });
  const unwatched = (await server.get("/v1/bags/0125000077", { key: ba })).json;
  assert.equal(unwatched.bag.watched, false);
  assert.deepEqual(unwatched.promises, []);
  assert.equal((await open("0125000077", { travel_date: "2026-11-21" })).status, 201);
  const watched = (await server.get("/v1/bags/0125000077", { key: ba })).json;
  assert.equal(watched.bag.watched, true);
  assert.deepEqual(watched.promises.map((p) => [p.carrier, p.owed]), [["IB", "transfer-pending"]]);
});
