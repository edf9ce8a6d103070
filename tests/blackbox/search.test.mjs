// SPDX-License-Identifier: Apache-2.0
// One search box: whatever a traveller says finds the case, every hit says why, one's own carriers' cases alone, names as far as
// sight goes, and each showing of them on record.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

let database, server, keys, agents, ana, ben;
const ask = (sql) => execFileSync("psql", [database.super.replace("dbname=postgres", "dbname=bagwatch"), "-AtX", "-c", sql], { encoding: "utf8" }).trim();
const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });

before(async () => {
  database = await Database.start();
  server = await Server.start({ databaseUrl: database.super.replace("dbname=postgres", "dbname=bagwatch"), at: "2026-11-21T08:00:00Z" });
  keys = Object.fromEntries(["BA", "IB", "LH", "SK"].map((carrier) => [carrier, server.key(carrier)]));
  agents = {};
  for (const carrier of ["BA", "IB", "LH"]) agents[carrier] = await server.login(server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier));
  const open = async (plate, key, more) => {
    const made = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", ...more }, { key });
    assert.equal(made.status, 201, made.text);
    return made.json.ref;
  };
  // Ana flew BA, then IB, which owns her file; Ben and the others flew LH alone.
  ana = await open("0125000001", keys.IB, { itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")],
    passenger: { surname: "García-Müller", given: "Ana" }, description: "blue Samsonite with a red ribbon",
    contacts: { phone: "+34 600 123 456", mail: "Ana.G@Example.ES", pnr: "X7K2PQ", town: "Alcalá de Henares" } });
  ben = await open("0220000002", keys.LH, { itinerary: [leg("LH400", "FRA", "JFK")], passenger: { surname: "O’Neill", given: "Ben" },
    description: "brown box", contacts: { phone: "+1 212 555 3456", pnr: "BENBEN" } });
  await open("0220000003", keys.LH, { itinerary: [leg("LH400", "FRA", "JFK")], passenger: { surname: "Brown", given: "Garth" }, description: "blue trunk" });
});
after(async () => {
  await server?.stop();
  await database?.stop();
});

const search = (q, who = agents.IB, more = "") => server.get(`/v1/search?q=${encodeURIComponent(q)}${more}`, who);
const found = async (q, who) => {
  const answer = await search(q, who);
  assert.equal(answer.status, 200, `${q}: ${answer.text}`);
  return answer.json;
};
/** The one hit, as [reference, reasons]. */
const only = async (q, who) => {
  const { hits } = await found(q, who);
  assert.equal(hits.length, 1, `${q}: ${JSON.stringify(hits)}`);
  return [hits[0].case?.ref, hits[0].why];
};

test("req: DESK-01 whatever is said of a case finds it, and the hit says why", async () => {
  for (const [q, ...why] of [
    ["0125000001", "plate"], ["0125-000001", "plate"], ["0 125 000 001", "plate"], ["125000001", "plate"], ["BA000001", "short"], ["ba 000 001", "short"],
    ["0125000001 20NOV", "plate"], [ana, "ref"], [ana.toLowerCase(), "ref"], [`${ana.slice(0, 3)} ${ana.slice(3)}`, "ref"],
    ["X7K2PQ", "pnr"], ["x7k2pq", "pnr"], ["+34 600 123 456", "phone", "phone_last7"], ["0034 600-123-456", "phone", "phone_last7"], ["600 123 456", "phone_last7"],
    ["0600123456", "phone_last7"], ["3456", "phone_last4"], ["ana.g@example.es", "mail"], ["IB3167 20NOV", "flight"], ["ib 3167 2026-11-20", "flight"], ["IB3167", "flight"],
    ["garcia", "name"], ["GARCÍA", "name"], ["Garcia Ana", "name"], ["mueller", "name"], ["muller", "name"], ["garciamuller", "name"], ["ga", "name_begins"], ["garc", "name_begins"],
    ["garzia", "name_like"], ["blue samsonite", "description"], ["samson", "description"], ["alcala", "town"], ["ana ribbon", "name", "description"],
  ]) assert.deepEqual(await only(q), [ana, why], q);
  assert.deepEqual(await only("000001", agents.BA), [ana, ["short"]]); // the end of one of its own tags
  assert.deepEqual(await only("o neill", agents.LH), [ben, ["name"]]);
});

test("a hit shows file, bags and what is overdue; a bag without a file is a hit too", async () => {
  const { hits: [hit] } = await found("garcia");
  assert.deepEqual([hit.case.owner, hit.case.state, hit.case.station, hit.case.name, hit.case.initials], ["IB", "OPEN", "MAD", "garcia muller ana", undefined]);
  assert.deepEqual(hit.bags.map((bag) => [bag.plate, bag.case_ref]), [["0125000001", ana]]);
  assert.equal(hit.stale, false);
  const scan = await server.post("/v1/events", { event_id: "seen-1", plate: "0117000009", travel_date: "2026-11-20", code: "BAG_SEEN", station: "CPH",
    occurred_at: "2026-11-21T07:00:00Z" }, { key: keys.SK });
  assert.equal(scan.status, 201, scan.text);
  const { hits } = await found("0117000009", { key: keys.SK });
  assert.deepEqual(hits.map((h) => [h.why, h.case, h.bags[0].station]), [[["plate"], undefined, "CPH"]]);
});

test("the best reason comes first, and a common word says that there is more", async () => {
  const brown = await found("brown", agents.LH);
  assert.deepEqual(brown.hits.map((hit) => [hit.case.name, hit.why]), [["brown garth", ["name"]], ["oneill ben", ["description"]]]);
  const ga = await found("gart", agents.LH);
  assert.deepEqual(ga.hits.map((hit) => hit.why), [["name_begins"]]);
  assert.equal(ga.more, false);
  for (let k = 0; k < 24; k++) {
    const made = await server.post("/v1/cases", { plate: `07240001${String(k).padStart(2, "0")}`, travel_date: "2026-11-20", station: "GVA",
      passenger: { surname: k % 2 ? "Rossi" : "Rossini", given: `Nr${k}` } }, { key: keys.SK });
    assert.equal(made.status, 201, made.text);
  }
  const many = await found("rossi", await server.login(server.account("agent.sk", "agent", "SK")));
  assert.equal(many.hits.length, 20);
  assert.equal(many.more, true);
  const names = many.hits.map((hit) => hit.case.name.split(" ")[0]);
  assert.deepEqual(names.slice(0, 12), Array(12).fill("rossi"));
  assert.deepEqual(names.slice(12), Array(8).fill("rossini"));
});

test("req: SEC-14 one's own carriers' cases alone; for others a reason is asked, whether there is one or not", async () => {
  for (const q of ["oneill", "BENBEN", "+1 212 555 3456", "brown box", "LH400 20NOV", "on", "garth"]) assert.deepEqual(await found(q), { hits: [], more: false, ask: false }, q);
  for (const q of ["0220000002", ben, "0220999999", "MADLH99999"]) assert.deepEqual(await found(q), { hits: [], more: false, ask: true }, q);
  assert.deepEqual((await found("3456", agents.LH)).hits.map((hit) => hit.case.ref), [ben]); // both phones end so
  assert.deepEqual((await found("3456", agents.BA)).hits.map((hit) => hit.case.ref), [ana]);
});

test("req: SEC-13 the other carrier of the journey sees initials, a key that cannot open files no persons, an administrator neither", async () => {
  const { hits: [hit] } = await found("garcia", agents.BA);
  assert.deepEqual([hit.case.ref, hit.case.name, hit.case.initials], [ana, undefined, "G. M. A."]);
  const reader = { key: server.key("IB", "--scope", "read") };
  for (const q of ["garcia", "X7K2PQ", "3456"]) assert.equal((await search(q, reader)).status, 400, q);
  const [seen] = (await found("0125000001", reader)).hits;
  assert.deepEqual([seen.case.ref, seen.case.name], [ana, undefined]);
  const admin = await server.login(server.account("root", "admin", "OPS"));
  assert.equal((await search("garcia", admin)).status, 400);
  const [known] = (await found(ana, admin)).hits;
  assert.deepEqual([known.case.ref, known.case.name, known.case.initials], [ana, undefined, undefined]);
  for (const text of [(await search("garcia", agents.BA)).text, (await search(ana, admin)).text])
    for (const personal of ["600123456", "3456", "example", "X7K2PQ", "Alcal", "alcala", "garcia", "ribbon"]) assert.ok(!text.includes(personal), personal);
});

test("req: CASE-07 names in a list are on record before they are shown", async () => {
  const reads = () => Number(ask("SELECT count(*) FROM bagwatch.read_log WHERE why = 'search'"));
  const before = reads();
  await found("garcia");
  await found("garcia", agents.BA);
  assert.equal(reads(), before + 2);
  assert.equal(ask(`SELECT string_agg(DISTINCT r.name || ' ' || array_to_string(shown, ','), ';') FROM bagwatch.read_log r JOIN bagwatch.case_file f USING (bucket, case_id)
    WHERE f.ref = '${ana}' AND r.why = 'search' AND r.name IN ('agent.ba', 'agent.ib')`), "agent.ba initials;agent.ib names");
});

test("who gets the bag finds the case from then on, and by the flight it goes on", async () => {
  const at = "2026-11-21T07:30:00Z";
  assert.deepEqual((await found("garcia", agents.LH)).hits.filter((hit) => hit.case.ref === ana), []);
  for (const [key, body] of [
    [keys.BA, { event_id: "out", code: "TRANSFER_OUT", to_carrier: "LH", station: "LHR", occurred_at: "2026-11-21T07:00:00Z" }],
    [keys.LH, { event_id: "in", code: "TRANSFER_IN", from_carrier: "BA", station: "LHR", occurred_at: at }],
    [keys.LH, { event_id: "fwd", code: "FORWARD_PLANNED", flight: { no: "LH901", date: "2026-11-21" }, to_station: "MAD", new_plate: "same", station: "LHR", occurred_at: at }],
  ]) {
    const told = await server.post("/v1/events", { plate: "0125000001", travel_date: "2026-11-20", ...body }, { key });
    assert.equal(told.status, 201, told.text);
  }
  assert.deepEqual((await found("garcia", agents.LH)).hits.map((hit) => [hit.case.ref, hit.case.initials]).filter(([ref]) => ref === ana), [[ana, "G. M. A."]]);
  assert.deepEqual(await only("LH901/21"), [ana, ["flight"]]);
});

test("details that were put right are what is searched", async () => {
  const seen = await server.get(`/v1/cases/${ana}`, { key: keys.IB });
  const changed = await server.call("PATCH", `/v1/cases/${ana}`, { key: keys.IB, type: "application/merge-patch+json",
    body: { passenger: { surname: "Fernández", given: "Ana" }, contacts: { phone: "+34 600 999 111" } }, headers: { "if-match": seen.headers.get("etag") } });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(await only("fernandez"), [ana, ["name"]]);
  assert.deepEqual(await only("9111"), [ana, ["phone_last4"]]);
  assert.deepEqual(await only("LH901/21"), [ana, ["flight"]]);
  for (const q of ["garcia", "600 123 456"]) assert.deepEqual((await found(q)).hits, [], q);
});

test("what cannot be asked is refused with a sentence", async () => {
  for (const q of ["", "k", "--", "one two three four five six seven", "x".repeat(201)]) {
    const answer = await search(q);
    assert.equal(answer.status, 400, q);
    assert.ok(answer.json.detail.length > 10, answer.text);
  }
  assert.equal((await search("0125000001", agents.IB, "&date=soon")).status, 400);
  assert.deepEqual((await search("0125000001", agents.IB, "&date=2026-01-01")).json.hits, []);
  for (const q of ["x' | 'y", "a:* & !b", "'); DROP TABLE case_search; --", "\\'\"%_"]) assert.ok([200, 400].includes((await search(q)).status), q);
});
