// SPDX-License-Identifier: Apache-2.0
// Mandates from outside: handlers and hubs that speak for carriers, as far as those let them and no further.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { ask, head, sql, Stream } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
const ago = (minutes) => new Date(Date.parse(now) - minutes * 60000).toISOString().replace(".000", "");
let db, one, two, auditor, serial = 0;

before(async () => {
  db = await Database.start();
  one = await Server.start({ at: now, databaseUrl: db.owner });
  two = await one.twin();
  auditor = await one.auditor();
});
after(async () => {
  await two?.stop();
  await one?.stop();
  await db?.stop();
});

const plate = () => `0075${String(300000 + ++serial)}`;
const scan = (more = {}) => ({ event_id: `m-${++serial}`, plate: plate(), travel_date: "2026-11-20", code: "ON_HAND", occurred_at: ago(5),
  station: "MAD", for_carrier: "IB", ...more });

async function took(key, body, server = one) {
  const answer = await server.post("/v1/events", body, { key });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
async function bagOf(said) {
  const answer = await one.get(`/v1/bags/${said.bag.id}`, auditor);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.bag;
}
const flagged = (said) => said.flags.includes("no_mandate");

/** A handler with a key that names its carriers. */
let handlers = 0;
function handler(carriers) {
  const code = `GROUND${++handlers}`;
  one.account(`boss.${code.toLowerCase()}`, "carrier-admin", code);
  return { code, key: one.key(code, ...(carriers ? ["--for", carriers] : [])) };
}

test("without a mandate a statement sets place, never custody, and the answer says so (req: SEC-10)", async () => {
  const { code, key } = handler("IB");
  for (const [name, more, place] of [
    ["ON_HAND", {}, "AT"],
    ["TRANSFER_IN", { from_carrier: "BA" }, "AT"],
    ["BAG_LOADED", { flight: { no: "IB3170", date: "2026-11-20" } }, "LOADED"],
    ["ARRIVED_AT_DESTINATION", {}, "AT_DESTINATION"],
    ["BAG_EXPECTED", { flight: { no: "IB3170", date: "2026-11-20" } }, "EXPECTED"],
    ["DELIVERED", { proof: "pin" }, "NONE"],
    ["SEARCHED_NOT_FOUND", { searched: "hall 2", person: "S-12" }, "NONE"],
    ["FORWARD_PLANNED", { to_station: "LHR", new_plate: "same", flight: { no: "IB3170", date: "2026-11-20" }, time_type: "planned" }, "NONE"],
  ]) {
    const said = await took(key, scan({ code: name, ...more }));
    assert.ok(flagged(said), `${name}: ${said.flags}`);
    assert.match(said.instruction, /^Iberia has given you no mandate for this: at most a sighting, custody stays\./, name);
    assert.deepEqual([said.event.sender, said.event.carrier], [code, "IB"], "who said it for whom is shown");
    const bag = await bagOf(said);
    assert.deepEqual([bag.place, bag.custody, bag.custodian, bag.last_seen_at], [place, "NONE", undefined, /^(NONE|EXPECTED)$/.test(place) ? null : ago(5)], name);
    assert.ok(!bag.forward && !bag.last_news_at, `${name} is nobody's news`);
  }
});

test("a statement without a mandate takes nothing from the custodian, meets no promise and opens nobody's file (req: SEC-10 BAG-05)", async () => {
  const { key } = handler("IB");
  const ib = one.key("IB");
  const body = scan({ code: "BAG_ACCEPTED", for_carrier: undefined, occurred_at: ago(60) });
  await took(ib, body);
  const file = { plate: body.plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } };
  assert.equal((await one.post("/v1/cases", { ...file, for_carrier: "IB" }, { key })).status, 403, "opening a file takes a mandate");
  assert.equal((await one.post("/v1/cases", file, { key: ib })).status, 201);
  const owed = (await took(ib, scan({ plate: body.plate, for_carrier: undefined, occurred_at: ago(50) }))).promises;
  assert.equal(owed[0].carrier, "IB");

  const plan = { code: "FORWARD_PLANNED", to_station: "LHR", new_plate: "same", flight: { no: "IB3170", date: "2026-11-20" }, time_type: "planned" };
  for (const more of [plan, { code: "TRANSFER_OUT", to_carrier: "BA" }, { code: "LOSS_ADMITTED", station: undefined },
    { code: "CORRECTION", station: undefined, replaces: [{ event_id: body.event_id }] }]) {
    const said = await took(key, scan({ plate: body.plate, ...more }));
    assert.ok(flagged(said), more.code);
    assert.deepEqual(Object.keys(said.bag).sort(), ["id", "plate", "version"], "naming a carrier shows nothing of its bag");
    const { json } = await one.get(`/v1/bags/${said.bag.id}`, auditor);
    assert.deepEqual([json.bag.custody, json.bag.custodian, json.bag.case], ["HELD", "IB", "OPEN"], more.code);
    assert.deepEqual(json.promises.map((p) => [p.id, p.carrier]), owed.map((p) => [p.id, p.carrier]), more.code);
  }
  // its own words it may read, and no other's
  const words = await one.get(`/v1/bags/${body.plate}/events`, { key });
  assert.deepEqual(new Set(words.json.events.map((e) => e.sender)), new Set([one.key && words.json.events[0].sender]));
  assert.equal(words.json.events.length, 4);
  assert.deepEqual((await one.get(`/v1/search?q=${body.plate}`, { key })).json.hits, []);
});

test("the mandate holds for its stations, codes and days, and for nothing beside them (req: SEC-10 ING-01)", async () => {
  const { code, key } = handler("IB,VY");
  await one.mandate("IB", code, { stations: ["MAD", "BCN"], codes: ["ON_HAND", "TRANSFER_IN"], from: "2026-11-18", until: "2026-11-20" });
  const within = [{}, { station: "BCN" }, { code: "TRANSFER_IN", from_carrier: "BA" }, { occurred_at: "2026-11-18T00:00:00Z" },
    { occurred_at: "2026-11-19T01:30:00+02:00" }];
  const beside = [{ station: "LHR" }, { code: "BAG_SEEN" }, { occurred_at: "2026-11-17T23:59:59Z" }, { for_carrier: "VY" },
    { occurred_at: "2026-11-18T01:30:00+02:00" }];
  for (const more of within) {
    const said = await took(key, scan(more));
    assert.deepEqual([flagged(said), said.bag.custody, said.bag.custodian], [false, "HELD", "IB"], JSON.stringify(more));
  }
  for (const more of beside) {
    const said = await took(key, scan(more));
    assert.deepEqual([flagged(said), (await bagOf(said)).custody], [true, "NONE"], JSON.stringify(more));
  }
  const foreign = await one.post("/v1/events", scan({ for_carrier: "BA" }), { key });
  assert.equal(foreign.json.type, "/problems/code-not-yours", "a carrier that the key does not name is not spoken for at all");
});

test("a key that names no carrier speaks for those that gave a mandate; for_carrier may be left out where there is one (req: SEC-10 ING-01)", async () => {
  const { code, key } = handler();
  const none = await one.post("/v1/events", scan(), { key });
  assert.equal(none.status, 403, none.text);
  await one.mandate("IB", code);
  const said = await took(key, scan({ for_carrier: undefined }));
  assert.deepEqual([said.event.carrier, said.bag.custodian, flagged(said)], ["IB", "IB", false]);
  assert.deepEqual((await one.get("/v1/me", { key })).json.carriers, ["IB"]);
  assert.equal((await one.get(`/v1/bags/${said.bag.id}`, { key })).status, 200, "it reads what it may speak of");
  await one.mandate("BA", code);
  const unsaid = await one.post("/v1/events", scan({ for_carrier: undefined }), { key });
  assert.deepEqual(unsaid.json.errors.map((e) => e.pointer), ["/for_carrier"]);
});

test("a revoked mandate ends on both instances within 5 s, and its streams end (req: SEC-10 SEC-01)", async () => {
  const { code, key } = handler("IB");
  const mandate = await one.mandate("IB", code);
  for (const server of [one, two]) await until(async () => !flagged(await took(key, scan(), server)), "granted everywhere", 5000);
  const before = scan();
  const first = await took(key, before);
  const stream = await fetch(`${two.url}/v1/stream`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(stream.status, 200);
  let text = "";
  const ended = (async () => {
    for await (const chunk of stream.body) text += Buffer.from(chunk).toString("utf8");
  })();
  const gone = await one.call("DELETE", `/v1/mandates/${mandate.id}`, await one.chief("IB"));
  assert.equal(gone.status, 204);
  assert.ok(flagged(await took(key, scan())), "at once where it was revoked");
  const start = Date.now();
  await until(async () => flagged(await took(key, scan(), two)), "revoked on the other instance", 5000);
  await ended;
  assert.ok(Date.now() - start < 6000);
  assert.match(text, /event: bye\ndata: .*revoked/);
  // what was said while it held stays said, and is the same statement when it is sent again
  const again = await one.post("/v1/events", before, { key });
  assert.deepEqual([again.status, again.json.outcome, flagged(again.json)], [200, "duplicate", false]);
  assert.deepEqual([(await bagOf(first)).custodian, (await one.get("/v1/me", { key })).json.carriers.length], ["IB", 0]);
});

test("a mandate is the carrier's own to give; every change stands there with before and after (req: SEC-10 SEC-03)", async () => {
  const { code } = handler("IB");
  const chief = await one.chief("IB"), other = await one.chief("BA");
  const boss = await one.login({ name: `boss.${code.toLowerCase()}`, password: "a good long password" });
  const agent = await one.login(one.account("agent.ib", "agent", "IB"));
  const body = { sender: code, stations: ["MAD"], codes: ["ON_HAND"], from: "2026-11-01", until: "2026-12-31" };
  for (const [who, status, more] of [[agent, 403], [auditor, 403], [other, 403, { carrier: "IB" }], [boss, 403, { carrier: "IB" }], [boss, 403]])
    assert.equal((await one.post("/v1/mandates", { ...body, ...more }, who)).status, status);
  for (const [more, pointer] of [[{ sender: "NOBODY" }, "/sender"], [{ sender: "IB" }, "/sender"], [{ stations: ["Madrid"] }, "/stations"],
    [{ codes: ["BAG_TELEPORTED"] }, "/codes"], [{ from: "2026-12-02", until: "2026-12-01" }, "/until"], [{ lanes: [] }, "/lanes"]]) {
    const refused = await one.post("/v1/mandates", { ...body, ...more }, chief);
    assert.equal(refused.status, 422, refused.text);
    assert.deepEqual(refused.json.errors.map((e) => e.pointer), [pointer], refused.text);
  }
  const key = { ...chief, headers: { ...chief.headers, "idempotency-key": "mandate-1" } };
  const made = await one.post("/v1/mandates", body, key);
  assert.equal(made.status, 201, made.text);
  const { id, ...said } = made.json;
  assert.deepEqual(said, { carrier: "IB", ...body, made_at: now, revoked_at: null });
  assert.equal(made.headers.get("location"), `/v1/mandates/${id}`);
  const again = await one.post("/v1/mandates", body, key);
  assert.deepEqual([again.status, again.json.id, again.headers.get("idempotency-replayed")], [201, id, "true"]);

  const listed = async (who) => (await one.get("/v1/mandates", who)).json.mandates.filter((m) => m.id === id).length;
  assert.deepEqual([await listed(chief), await listed(boss), await listed(auditor), await listed(other)], [1, 1, 1, 0]);
  assert.equal((await one.call("DELETE", `/v1/mandates/${id}`, other)).status, 404, "foreign is absent");
  assert.equal((await one.call("DELETE", `/v1/mandates/${id}`, boss)).status, 404);
  assert.equal((await one.get(`/v1/mandates/${id}/changes`, other)).status, 404);
  for (let times = 0; times < 2; times++) assert.equal((await one.call("DELETE", `/v1/mandates/${id}`, chief)).status, 204);
  const { changes } = (await one.get(`/v1/mandates/${id}/changes`, boss)).json;
  assert.deepEqual(changes.map((c) => [c.by, c.organisation, c.at]), [["chief.ib", "IB", now], ["chief.ib", "IB", now]]);
  assert.deepEqual([changes[0].before, changes[0].after], [null, made.json]);
  assert.deepEqual([changes[1].before, changes[1].after], [made.json, { ...made.json, revoked_at: now }]);
});

test("granting and revoking are events of the mandate's own log, in the feed, and verified (req: SEC-10)", async () => {
  const { code, key } = handler("IB");
  const stream = await Stream.open(one, { key: one.key("IB", "--scope", "events,read") });
  await stream.next("hello");
  const mandate = await one.mandate("IB", code, { stations: ["MAD"], codes: ["ON_HAND"], from: "2026-11-01" });
  await until(async () => !flagged(await took(key, scan())), "granted", 5000);
  assert.equal((await one.call("DELETE", `/v1/mandates/${mandate.id}`, await one.chief("IB"))).status, 204);
  const client = await sql(db.owner);
  try {
    const log = async () => (await client.query("SELECT e.subject, e.version, e.code, e.carrier, e.sender, e.uid, e.data::jsonb AS data, j.leaves IS NOT NULL AS leaf FROM bagwatch.event e JOIN bagwatch.journal j ON j.id = e.journal_id WHERE e.bag_id = $1 ORDER BY e.version", [mandate.id])).rows;
    const events = await log();
    assert.deepEqual(events.map((e) => [e.subject, e.version, e.code, e.carrier]), [["mandate", 1, "MANDATE_GRANTED", "IB"], ["mandate", 2, "MANDATE_REVOKED", "IB"]]);
    for (const e of events) {
      assert.match(e.sender, /^IB\.u[0-9a-f]{8}$/, "a person, by handle");
      assert.deepEqual(e.data, { mandate: { sender: code, stations: ["MAD"], codes: ["ON_HAND"], from: "2026-11-01" } });
    }
    for (const [k, state] of ["GRANTED", "REVOKED"].entries()) {
      const told = await stream.next("mandate");
      assert.deepEqual([told.json.type, told.json.mandate, told.json.event.uid], ["mandate.changed", { id: mandate.id, version: k + 1, state }, events[k].uid]);
      assert.deepEqual(told.json.audience, ["IB"]);
    }
    // two people take back at once: it is written once, and both are told that it is so
    const second = await one.mandate("IB", code);
    const people = [await one.chief("IB"), await one.login(one.account("deputy.ib", "supervisor", "IB"))];
    const both = await Promise.all(people.map((who) => one.call("DELETE", `/v1/mandates/${second.id}`, who)));
    assert.deepEqual(both.map((b) => b.status), [204, 204]);
    const { rows } = await client.query("SELECT version, code FROM bagwatch.event WHERE bag_id = $1 ORDER BY version", [second.id]);
    assert.deepEqual(rows.map((r) => r.code), ["MANDATE_GRANTED", "MANDATE_REVOKED"]);
    assert.match(one.verb(["verify"]), / 0 differences/);
    // what somebody writes into the row, or into the event, is found
    await client.query("UPDATE bagwatch.mandate SET stations = '{MAD,BCN}' WHERE mandate_id = $1", [mandate.id]);
    assert.throws(() => one.verb(["verify"]), /verify: 1/);
    await client.query("UPDATE bagwatch.mandate SET stations = '{MAD}' WHERE mandate_id = $1", [mandate.id]);
    await client.query("UPDATE bagwatch.event SET data = replace(data, 'MAD', 'BCN') WHERE bag_id = $1 AND version = 1", [mandate.id]);
    assert.throws(() => one.verb(["verify"]), /verify: 1/);
    await client.query("UPDATE bagwatch.event SET data = replace(data, 'BCN', 'MAD') WHERE bag_id = $1 AND version = 1", [mandate.id]);
    assert.match(one.verb(["verify"]), / 0 differences/);
  } finally {
    stream.end();
    await client.end();
  }
});

test("an organisation speaks for 64 carriers; the grant of one more is refused, and names why (req: SEC-10)", async () => {
  const { code } = handler("IB");
  const client = await sql(db.owner);
  try {
    const filled = `FROM (SELECT 'Q' || chr(65 + n / 26) || chr(65 + n % 26) AS code FROM generate_series(0, 63) AS n) q`;
    await client.query(`INSERT INTO bagwatch.organisation (code, name, kind, made_at) SELECT code, code, 'carrier', now() ${filled}`);
    await client.query(`INSERT INTO bagwatch.mandate (mandate_id, carrier, sender, stations, codes, made_at, version)
      SELECT gen_random_uuid(), code, $1, '{}', '{}', now(), 1 ${filled}`, [code]);
    const chief = await one.chief("IB");
    const refused = await one.post("/v1/mandates", { sender: code }, chief);
    assert.deepEqual([refused.status, refused.json.errors?.map((e) => e.pointer)], [422, ["/sender"]], refused.text);
    assert.match(refused.text, /speaks for 64 carriers already/);
    await client.query("UPDATE bagwatch.mandate SET revoked_at = now(), version = 2 WHERE sender = $1 AND carrier = 'QAA'", [code]);
    assert.equal((await one.post("/v1/mandates", { sender: code }, chief)).status, 201, "one that is taken back makes room");
    await client.query("DELETE FROM bagwatch.mandate WHERE sender = $1 AND carrier LIKE 'Q%'", [code]);
  } finally {
    await client.end();
  }
});

test("a telegram's bags are held against the mandates one by one (req: SEC-10 TYB-02)", async () => {
  const { code, key } = handler("IB,BA");
  await one.mandate("IB", code);
  const telegram = (flight, no) => `BPM\r\n.V/1TMAD\r\n.J/S/AGENT/20NOV/115500L/MAD\r\n.F/${flight}/20NOV/LHR/Y\r\n.U/AKE12345IB/01\r\n.N/${no}001\r\nENDBPM\r\n`;
  const ours = plate(), theirs = plate();
  const post = async (text) => {
    const answer = await one.post("/v1/typeb", text, { key, type: "text/plain" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.messages[0].bags.length, 1, answer.text);
    return answer.json.messages[0].bags[0].answer;
  };
  const good = await post(telegram("IB3170", ours)), bad = await post(telegram("BA461", theirs));
  assert.deepEqual([flagged(good), (await bagOf(good)).custodian], [false, "IB"]);
  assert.deepEqual([flagged(bad), (await bagOf(bad)).custody, (await bagOf(bad)).place], [true, "NONE", "LOADED"]);
});

test("that there was no mandate is part of the leaf, so that nobody adds one unseen (req: SEC-10 AUD-08)", async () => {
  const { key } = handler("IB");
  const said = await took(key, scan());
  const client = await sql(db.owner);
  try {
    assert.match(one.verb(["verify"]), /./);
    await client.query("UPDATE bagwatch.event SET flags = '{}' WHERE uid = $1", [said.event.uid]);
    assert.throws(() => one.verb(["verify", "--bags"]), /verify/);
    await client.query("UPDATE bagwatch.event SET flags = '{no_mandate}' WHERE uid = $1", [said.event.uid]);
  } finally {
    await client.end();
  }
});
