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
  const tables = ask("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'bagwatch'").trim().split("\n");
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
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate); // connections that ended while psql held us up are noticed
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

test("req: ING-08 a file opened again under its Idempotency-Key is the first answer; another payload 422; each key holder for itself", async () => {
  const once = (plate, name, { key = ib, more = {} } = {}) =>
    server.call("POST", "/v1/cases", { key, headers: { "idempotency-key": name }, body: { plate, travel_date: "2026-11-20", station: "MAD", ...person, ...more } });
  const first = await once("0125000101", "desk-1");
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.get("idempotency-replayed"), null);
  const again = await once("0125000101", "desk-1");
  assert.equal(again.status, 201, again.text);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  assert.equal(again.headers.get("location"), first.headers.get("location"));
  assert.equal(again.text, first.text, "the same reference and the same link");
  const other = await once("0125000102", "desk-1");
  assert.equal(other.status, 422, other.text);
  assert.equal(other.json.type, "/problems/idempotency-mismatch");
  assert.equal((await once("0125000101", "desk-2")).status, 409, "under another key it is another request, and the bag has a file");
  assert.equal((await once("0125000101", "desk-2")).json.type, "/problems/case-exists", "a refusal is not kept");
  const foreign = await once("0220000103", "desk-1", { key: lh });
  assert.equal(foreign.status, 201, "the same words of somebody else");
  assert.equal(foreign.headers.get("idempotency-replayed"), null);
  assert.equal((await once("0125000104", "x".repeat(129))).status, 400);
  const both = await Promise.all(Array.from({ length: 6 }, () => once("0125000105", "at-once")));
  const made = both.filter((answer) => answer.status === 201);
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map((answer) => answer.json.ref)).size, 1, "one file");
  for (const answer of both) if (answer.status !== 201) assert.equal(answer.json.type, "/problems/idempotency-running", answer.text);
  assert.equal((await once("0125000105", "at-once")).json.ref, made[0].json.ref);
});

test("req: CASE-11 who opened a file reads it, also where it is neither owner nor of the journey; others see no file", async () => {
  const answer = await open("0125000111", { itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, lh);
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.owner, "IB");
  const path = `/v1/cases/${answer.json.ref}`;
  for (const key of [lh, ba, ib]) assert.equal((await server.get(path, { key })).json?.ref, answer.json.ref);
  assert.equal((await server.get(path, { key: server.key("AF") })).status, 404);
});

test("req: PAGE-06 what others hang on a link that they pass on does not break it; the JSON interface stays strict", async () => {
  const answer = await open("0125000121");
  const link = new URL(answer.json.customer_url).pathname;
  for (const query of ["?fbclid=IwAR0x", "?utm_source=mail&utm_medium=x&tz=Europe/Madrid", "?tz=Europe/Madrid&gclid=1&gclid=2"])
    assert.equal((await server.get(link + query)).status, 200, query);
  const own = await server.get(`${link}?tz=Europe/Madrid&tz=Asia/Tokyo`);
  assert.equal(own.status, 400, "its own parameters are still checked");
  assert.equal((await server.get(`/v1/cases/${answer.json.ref}?fbclid=1`, { key: ib })).status, 400);
});
