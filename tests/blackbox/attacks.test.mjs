// SPDX-License-Identifier: Apache-2.0
// Attacks on who may do and see what (reliability.md 6, Z1 to Z5): one for each verb, every body with fields that are not its own, and the time
// that a refusal takes.  req: SEC-06 BAG-05
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, client, file, bag, serial = 0;
const key = {}, people = {};
const plate = "0125728359";

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-21T08:00:00Z", databaseUrl: db.owner });
  for (const carrier of ["BA", "IB", "LH", "AF", "KL"]) key[carrier] = server.key(carrier);
  server.account("ramp", "agent", "GROUNDCO", { kind: "handler" }); // an example names it
  for (const role of ["agent", "supervisor", "auditor", "carrier-admin"]) people[role] = await server.login(server.account(`${role}.ib`, role, "IB"));
  people.rival = await server.login(server.account("agent.ba", "agent", "BA"));
  people.stranger = await server.login(server.account("agent.af", "agent", "AF"));
  people.admin = await server.login(server.account("root", "admin", "OPS", { kind: "operator" }));
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const opened = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quetzalwoman" }, itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: key.IB });
  assert.equal(opened.status, 201, opened.text);
  file = opened.json;
  const scan = await say("IB", { code: "ON_HAND", event_id: "scan-1" });
  assert.equal(scan.status, 201, scan.text);
  bag = scan.json.bag.id;
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

function say(carrier, more) {
  return server.post("/v1/events", { event_id: `a-${++serial}`, plate, travel_date: "2026-11-20", station: "MAD", occurred_at: "2026-11-21T07:00:00Z", ...more }, { key: key[carrier] });
}
/** Everything that was ever said and every row that could be changed. */
async function state() {
  const rows = {};
  for (const table of ["event", "bag", "case_file", "promise", "alias", "mandate", "api_key", "case_link", "read_log", "lookup_log"])
    rows[table] = (await client.query(`SELECT count(*)::int AS n, md5(string_agg(j, '|' ORDER BY j)) AS sum FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS j FROM bagwatch.${table} t) w`)).rows[0];
  return rows;
}
const view = async () => (await server.get(`/v1/bags/${bag}`, { key: key.IB })).json;

test("Z2: no verb lets a sender speak for another carrier, give its custody away, close, re-own, delete or correct what is another's; nothing is written", async () => {
  const before = await state();
  const path = `/v1/cases/${file.ref}`;
  const attacks = {
    "speak for another": () => say("BA", { code: "ON_HAND", for_carrier: "IB" }),
    "give another's custody away": () => say("BA", { code: "TRANSFER_OUT", for_carrier: "IB", to_carrier: "BA" }),
    "take it over in its name": () => say("AF", { code: "TRANSFER_IN", for_carrier: "IB", from_carrier: "BA" }),
    "settle a dispute": () => say("BA", { code: "CUSTODY_RESOLVED" }),
    "say what Bagwatch says": () => say("BA", { station: undefined, code: "PROMISE_MISSED" }),
    "open a file by an event": () => say("BA", { code: "CASE_OPENED" }),
    "close": () => say("BA", { station: undefined, code: "CASE_CLOSED", reason: "79" }),
    "re-own": () => say("BA", { station: undefined, code: "CASE_OWNER_CHANGED", to_carrier: "BA" }),
    "say that somebody was shown data": () => say("BA", { station: undefined, code: "DATA_REVEALED" }),
    "open a file for another": () => server.post("/v1/cases", { plate: "0125000601", station: "MAD", for_carrier: "IB", passenger: { surname: "x" } }, { key: key.BA }),
    "join records by key": () => server.post(`/v1/bags/${bag}/aliases:join`, { event_id: "j", other: bag }, { key: key.BA }),
    "give a reason by key": () => server.post(`${path}:reveal`, { reason: "audit", note: "let me" }, { key: key.BA }),
    "give a reason as a rival": () => server.post(`${path}:reveal`, { reason: "audit", note: "let me" }, people.rival),
    "change the owner's details as a rival": () => server.call("PATCH", path, { ...people.rival, type: "application/merge-patch+json", headers: { ...people.rival.headers, "if-match": "*" }, body: { contacts: { phone: "+1" } } }),
    "change them as a stranger": () => server.call("PATCH", path, { ...people.stranger, type: "application/merge-patch+json", headers: { ...people.stranger.headers, "if-match": "*" }, body: { description: "x" } }),
    "grant oneself a mandate": () => server.post("/v1/mandates", { carrier: "IB", sender: "BA" }, people.rival),
    "make a key for another": () => server.post("/v1/keys", { organisation: "IB", scopes: ["read"] }, people["carrier-admin"] && people.rival),
    "close in the owner's name": () => server.post(`${path}:close`, { event_id: "c-1", for_carrier: "IB", reason: "withdrawn", note: "x" }, people.rival),
    "close as a step that is not the rival's": () => server.post(`${path}:close`, { event_id: "c-2", reason: "withdrawn", note: "x" }, people.rival),
    "give it away as a step that is not the rival's": () => server.post(`${path}:offer-owner`, { event_id: "c-3", to_carrier: "BA" }, people.rival),
    "take it as a step that is not the rival's": () => server.post(`${path}:accept-owner`, { event_id: "c-4" }, people.rival),
    "take it as a stranger": () => server.post(`${path}:accept-owner`, { event_id: "c-5" }, people.stranger),
    "code its fault as a stranger": () => server.post(`${path}:fault`, { event_id: "c-6", station: "LHR", reason: "11", note: "x" }, { key: key.AF }),
    "delete a file": () => server.call("DELETE", path, { key: key.BA }),
    "delete a bag": () => server.call("DELETE", `/v1/bags/${bag}`, { key: key.BA }),
    "overwrite a file": () => server.call("PUT", path, { key: key.BA, body: {} }),
  };
  for (const [name, attack] of Object.entries(attacks)) {
    const answer = await attack();
    const want = /^(delete|overwrite)/.test(name) ? [405] : name.includes("stranger") ? [404] : [403];
    const among = answer.status === 422 && answer.json.errors.some((e) => e.code === "code-not-yours"); // beside other faults
    assert.ok(want.includes(answer.status) || among, `${name}: ${answer.status} ${answer.text}`);
    assert.deepEqual(await state(), before, name);
  }
});

test("Z2: a correction reaches the words of its own sender alone, and a stranger's scan moves custody to nobody but itself", async () => {
  const was = await view();
  const correction = await say("BA", { code: "CORRECTION", station: undefined, replaces: [{ event_id: "scan-1" }] });
  assert.equal(correction.status, 201, "it waits for words of its own under that name");
  const is = await view();
  assert.deepEqual([is.bag.place, is.bag.station, is.bag.custodian, is.bag.last_seen_at], [was.bag.place, was.bag.station, was.bag.custodian, was.bag.last_seen_at]);
  const handed = await say("BA", { code: "TRANSFER_OUT", to_carrier: "AF", occurred_at: "2026-11-21T07:10:00Z" });
  assert.equal(handed.status, 201);
  const after = (await view()).bag;
  assert.ok(!(after.custody === "HELD" && after.custodian === "AF"), "the receiver's own word alone makes it the holder");
});

test("a report may name any bag, and tells who made it nothing of what is another's; nor does it lead a courier astray (req: BAG-05 SEC-13)", async () => {
  const velox = server.key("VELOX", "--for", "IB", "--kind", "courier");
  await server.mandate("IB", "VELOX");
  const rival = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", beside: file.ref, passenger: { surname: "Impostor" }, contacts: { address: "False Street 1", phone: "+1 555 0100", town: "Nowhere" } }, { key: key.LH });
  assert.equal(rival.status, 201, rival.text);
  const seen = (await server.get(`/v1/cases/${rival.json.ref}`, { key: key.LH })).json;
  assert.equal(seen.state, "REPORT");
  assert.ok(!seen.bags[0].bag.station && !seen.bags[0].bag.custodian && !seen.bags[0].bag.last_seen_at && seen.bags[0].bag.place === "NONE", JSON.stringify(seen.bags));
  assert.deepEqual(seen.bags[0].promises, []);
  const words = await server.get(`/v1/bags/${bag}`, { key: key.LH }); // its own at most
  assert.ok(words.status === 404 || words.json.events.every((e) => e.sender === "LH"), words.text);
  const handed = await say("IB", { code: "HANDED_TO_COURIER", courier: "VELOX", occurred_at: "2026-11-21T07:30:00Z", window: { from: "2026-11-21T15:00:00Z", until: "2026-11-21T18:00:00Z" } });
  assert.equal(handed.status, 201, handed.text);
  assert.equal((await server.get(`/v1/cases/${file.ref}`, { key: velox })).status, 200);
  assert.equal((await server.get(`/v1/cases/${rival.json.ref}`, { key: velox })).status, 404);
});

test("neither a handler's nor a courier's supervisor takes out or erases what its mandate lets it work on", async () => {
  for (const [org, kind] of [["DESKCO", "handler"], ["BRINGCO", "courier"]]) {
    const who = await server.login(server.account(`chief.${kind}`, "supervisor", org, { kind }));
    await server.mandate("IB", org);
    for (const verb of ["export", "erase"]) {
      const answer = await server.call("POST", `/v1/cases/${file.ref}:${verb}`, who);
      assert.equal(answer.status, 404, `${kind} ${verb}: ${answer.text}`);
    }
  }
});

test("a courier that has had a say on a bag joins and parts nothing, and is told nothing else of it (req: SEC-10 SEC-13)", async () => {
  const who = await server.login(server.account("van.driver", "agent", "DROPCO", { kind: "courier" }));
  await server.mandate("IB", "DROPCO");
  const said = await server.post("/v1/events", { event_id: "d-1", plate, travel_date: "2026-11-20", code: "DAMAGE_REPORTED", for_carrier: "IB", occurred_at: "2026-11-21T07:40:00Z" }, who);
  assert.equal(said.status, 201, said.text);
  assert.deepEqual([Object.keys(said.json.bag).sort(), said.json.promises], [["id", "plate", "version"], []]);
  const other = (await server.post("/v1/events", { event_id: "d-2", plate: "0125728399", travel_date: "2026-11-20", code: "ON_HAND", station: "MAD", occurred_at: "2026-11-21T07:00:00Z" }, { key: key.IB })).json.bag.id;
  const before = await state();
  for (const verb of ["join", "part"]) {
    const answer = await server.post(`/v1/bags/${bag}/aliases:${verb}`, { event_id: "d-3", other, for_carrier: "IB" }, who);
    assert.deepEqual([answer.status, answer.json.type], [403, "/problems/code-not-yours"], `${verb}: ${answer.text}`);
  }
  assert.deepEqual(await state(), before);
});

test("Z3: a body with a field that is not its own is refused by its pointer, on every route that takes one", async () => {
  const odd = ["role", "roles", "carrier", "sender", "record_time", "recorded_at", "seq", "version", "owner", "state", "case_id", "id", "uid", "organisation", "every_carrier", "outcome", "flags", "__proto__"];
  const { paths } = (await server.get("/openapi.json")).json;
  const callers = [{ key: key.IB }, people.agent, people.supervisor, people["carrier-admin"], people.admin, people.auditor];
  let tried = 0;
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      for (const [type, content] of Object.entries(operation.requestBody?.content ?? {}).filter(([t]) => /json$/.test(t) && !/ndjson/.test(t))) {
        const example = content.example ?? Object.values(content.examples)[0].value;
        const target = path.replace("{ref}", file.ref).replace("{id}", path.startsWith("/v1/bags/") ? bag : "0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071")
          .replace("{flight}/{date}", "IB3167/2026-11-20").replace(/\{\w+\}/g, "x");
        for (const field of odd) {
          if (Object.hasOwn(example, field) || new RegExp(`"${field}"`).test(JSON.stringify(content.schema))) continue;
          const body = `{"${field}":"x",${JSON.stringify(example).slice(1)}`.replace(/,}$/, "}");
          let answer;
          for (const who of callers) {
            answer = await server.call(method.toUpperCase(), target, { ...who, body, type, headers: { ...(who.headers ?? {}), "if-match": "*" } });
            if (![401, 403].includes(answer.status) || answer.json?.errors) break;
          }
          if (answer.json?.errors?.some((e) => !e.pointer.endsWith(`/${field}`) && e.pointer.endsWith(field))) continue;
          const own = answer.json?.errors?.some((e) => e.pointer === `/${field}`);
          const known = !own && answer.status < 300;
          if (known && (await schemaHas(content.schema, field))) continue;
          assert.ok(own && [403, 422].includes(answer.status), `${method} ${path} with ${field}: ${answer.status} ${answer.text.slice(0, 300)}`);
          tried++;
        }
      }
    }
  }
  assert.ok(tried > 100, `${tried} bodies`);
});

let document;
async function schemaHas(schema, field) {
  document ??= (await server.get("/openapi.json")).json;
  const named = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
  const parts = [named, ...(named.allOf ?? []), ...(named.anyOf ?? [])];
  return parts.some((part) => part?.properties && Object.hasOwn(part.properties, field));
}

/** The largest distance of two empirical distributions (Kolmogorov and Smirnov). */
function distance(a, b) {
  const x = [...a].sort((p, q) => p - q), y = [...b].sort((p, q) => p - q);
  let i = 0, j = 0, most = 0;
  while (i < x.length && j < y.length) {
    if (x[i] <= y[j]) i++;
    else j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}

// A refusal takes 25 ms whatever it is (ABSENT_TAKES), so 20,000 of them one after the other take nine minutes: lanes ask side by side, each
// under a key of its own (one key may ask 100 times a second), a pair at a time, and which of the pair is asked first takes turns.
test("Z5: what is another's is refused in the same words and as fast as what is not there (10,000 pairs with BW_DEEP)", async () => {
  const [pairs, lanes] = process.env.BW_DEEP === "1" ? [5000, 16] : [150, 4]; // of each of two routes
  const keys = Array.from({ length: lanes }, (_, k) => (k ? server.key("KL") : key.KL));
  const words = new Set();
  const time = async (path, lane) => {
    const begin = process.hrtime.bigint();
    const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${keys[lane]}` } });
    const text = await answer.text();
    const took = Number(process.hrtime.bigint() - begin) / 1e6;
    assert.equal(answer.status, 404);
    const { request_id, instance, ...said } = JSON.parse(text);
    const headers = [...answer.headers.keys()].filter((name) => !/^(date|keep-alive|connection)$/.test(name)).sort();
    words.add(JSON.stringify([said, headers]));
    return took;
  };
  for (const [foreign, absent] of [[`/v1/cases/${file.ref}`, "/v1/cases/MADIB99999"], [`/v1/bags/${bag}/events`, "/v1/bags/0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071/events"]]) {
    const told = []; // a busy machine may favour one of two by chance; a difference is there every time
    for (let go = 0; go < 3; go++) {
      const one = [], other = [];
      const lane = async (from) => {
        for (let k = from; k < pairs; k += lanes) {
          const first = (k / lanes) & 1 ? foreign : absent;
          const t = await time(first, from), u = await time(first === foreign ? absent : foreign, from);
          (first === foreign ? one : other).push(t);
          (first === foreign ? other : one).push(u);
        }
      };
      await Promise.all(Array.from({ length: lanes }, (_, from) => lane(from)));
      assert.deepEqual([one.length, other.length], [pairs, pairs]);
      const d = distance(one, other), bound = 1.95 * Math.sqrt(2 / pairs); // alpha 0.001
      assert.ok(Math.min(...one, ...other) > 20, "no answer comes early");
      told.push(d);
      if (d <= bound) break;
      assert.ok(go < 2, `${foreign}: distances ${told.map((v) => v.toFixed(3))}, bound ${bound.toFixed(3)}`);
    }
    assert.equal(words.size, 1, [...words].join("\n"));
    words.clear();
    console.log(`# ${foreign.replace(/[^/]*$/, "…")}: ${pairs} pairs, distance ${told.map((v) => v.toFixed(4))}`);
  }
});
