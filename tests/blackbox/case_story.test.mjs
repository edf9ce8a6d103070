// SPDX-License-Identifier: Apache-2.0
// Three airlines, one handler and one courier work a file of three bags from report to paid claim, by API alone; at every stage each of them, an
// auditor and a stranger try what they see of it.  req: CASE-01 CASE-03 CASE-09 SEC-13 CASE-08
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server, secret } from "../lib/server.mjs";

let server, file, serial = 0;
const key = {}, people = {};
const plates = ["0125000701", "0125000702", "0125000703"];
const values = {
  initials: ["X.Q."], town: ["Villanueva"], names: ["Quetzalwoman"], contacts: ["+34 611 998 877", "x.quetzal@example.net"], address: ["Calle Inventada 99"],
  contents: ["two silver flutes"], need: ["2026-12-31"],
};
const sessions = new Map();
const all = Object.keys(values), journey = ["initials", "town"], drop = ["+34 611 998 877", "Calle Inventada 99", "Villanueva"];

before(async () => {
  server = await Server.start({ at: "2026-11-21T06:00:00Z" });
  Object.values(values).flat().filter((v) => v.length > 12).forEach(secret);
  for (const carrier of ["BA", "IB", "UX", "AF"]) key[carrier] = server.key(carrier);
  key.DESKCO = server.key("DESKCO", "--for", "IB", "--kind", "handler");
  key.VELOX = server.key("VELOX", "--for", "IB", "--kind", "courier");
  for (const carrier of ["BA", "IB", "UX", "AF"]) people[carrier] = server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier);
  people.auditor = server.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" });
  await server.mandate("IB", "DESKCO", { stations: ["MAD"] });
  await server.mandate("IB", "VELOX", { codes: ["HANDED_TO_COURIER", "DELIVERY_ATTEMPTED", "DELIVERED", "RETURNED_TO_STATION", "DAMAGE_REPORTED"] });
});
after(() => server?.stop());

const at = (time) => server.clock.set(`2026-11-${time.replace(" ", "T")}:00Z`);
/** Logged in once a moment of the story: a session ends with the shift, and log-ins have a limit. */
async function staff(name) {
  const now = `${name} ${server.clock.now}`;
  if (!sessions.has(now)) sessions.set(now, await server.login(people[name]));
  return sessions.get(now);
}
async function must(answer, status = 201) {
  const got = await answer;
  assert.equal(got.status, status, got.text);
  return got.json;
}
const say = (who, bag, code, more = {}) => must(server.post("/v1/events", { event_id: `st-${++serial}`, plate: plates[bag], travel_date: "2026-11-20", code, occurred_at: server.clock.now, ...more }, { key: key[who] }));
const step = async (verb, more, who = "IB") => must(server.post(`/v1/cases/${file.ref}${verb}`, { event_id: `st-${++serial}`, ...more }, await staff(who)));
const owner = async () => must(server.get(`/v1/cases/${file.ref}`, { key: key.IB }), 200);

/** What each of them sees now: the values of these classes, "drop", or nothing at all. */
async function seen(stage, table) {
  const callers = { BA: { key: key.BA }, "BA's agent": await staff("BA"), IB: { key: key.IB }, "IB's agent": await staff("IB"), UX: { key: key.UX }, "UX's agent": await staff("UX"),
    DESKCO: { key: key.DESKCO }, VELOX: { key: key.VELOX }, AF: { key: key.AF }, "AF's agent": await staff("AF"), auditor: await staff("auditor") };
  for (const [name, who] of Object.entries(callers)) {
    const want = table[name.split("'")[0]] ?? null;
    const answer = await server.get(`/v1/cases/${file.ref}`, who);
    assert.equal(answer.status, want === null ? 404 : 200, `${stage}: ${name}: ${answer.text}`);
    const allowed = want === "drop" ? drop : (want ?? []).flatMap((c) => values[c]);
    for (const value of Object.values(values).flat()) assert.equal(answer.text.includes(value), allowed.includes(value), `${stage}: ${name}: ${value}`);
    if (Array.isArray(want)) assert.deepEqual(answer.json.bags.map((b) => b.bag.plate).sort(), plates, `${stage}: ${name}`);
  }
}
const whole = { BA: journey, IB: all, DESKCO: all, auditor: [] };

test("three bags are missing at Madrid: the handler's desk opens one file, which is Iberia's", async () => {
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  file = await must(server.post("/v1/cases", {
    station: "MAD", for_carrier: "IB", travel_date: "2026-11-20", itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")],
    passenger: { surname: values.names[0], given: "Xochitl" }, needed_by: values.need[0],
    contacts: { phone: values.contacts[0], mail: values.contacts[1], address: values.address[0], town: values.town[0] },
    bags: plates.map((plate, k) => ({ plate, code: "BU22MBC", brand: "Samsonite", contents: k ? [] : [{ category: "music", text: values.contents[0] }] })),
  }, { key: key.DESKCO }));
  assert.equal(file.owner, "IB");
  await seen("opened", whole);
});

test("British Airways has two of them at Heathrow, and gives the third to a third airline, which now sees the file", async () => {
  at("21 06:30");
  await say("BA", 0, "ON_HAND", { station: "LHR" });
  await say("BA", 1, "ON_HAND", { station: "LHR" });
  await say("BA", 2, "TRANSFER_OUT", { station: "LHR", to_carrier: "UX" });
  await seen("offered to UX", { ...whole, UX: journey });
  at("21 06:50");
  await say("UX", 2, "TRANSFER_IN", { station: "LHR", from_carrier: "BA" });
  await seen("UX has one", { ...whole, UX: journey });
  const bags = (await owner()).bags;
  assert.deepEqual(bags.map((b) => [b.bag.plate, b.bag.custodian]).sort(), [[plates[0], "BA"], [plates[1], "BA"], [plates[2], "UX"]]);
  assert.ok(bags.every((b) => b.promises.length === 1), "place news is owed for each");
  await step(":fault", { bag: 3, station: "LHR", reason: "26", note: "given to the wrong belt" }, "UX");
});

test("they fly to Madrid on two airlines; the handler receives them for Iberia", async () => {
  at("21 08:00");
  for (const [who, bag, flight] of [["BA", 0, "BA461"], ["BA", 1, "BA461"], ["UX", 2, "UX1016"]]) {
    await say(who, bag, "BAG_LOADED", { station: "LHR", flight: { no: flight, date: "2026-11-21" } });
  }
  at("21 11:00");
  for (const bag of [0, 1, 2]) await say("DESKCO", bag, "TRANSFER_IN", { station: "MAD", from_carrier: bag === 2 ? "UX" : "BA" });
  for (const bag of [0, 1, 2]) await say("DESKCO", bag, "ARRIVED_AT_DESTINATION", { station: "MAD" });
  assert.ok((await owner()).bags.every((b) => b.bag.place === "AT_DESTINATION" && b.bag.custodian === "IB"));
});

test("a courier brings two of them, and learns where to; the worst bag stands first", async () => {
  at("21 12:00");
  for (const bag of [0, 1]) await say("IB", bag, "HANDED_TO_COURIER", { station: "MAD", courier: "VELOX", window: { from: "2026-11-21T15:00:00Z", until: "2026-11-21T18:00:00Z" } });
  await seen("with the courier", { ...whole, VELOX: "drop" });
  assert.deepEqual((await must(server.get(`/v1/cases/${file.ref}`, { key: key.VELOX }), 200)).brings.map((b) => b.plate).sort(), plates.slice(0, 2));
  at("21 16:00");
  await say("VELOX", 1, "DAMAGE_REPORTED", {});
  for (const bag of [0, 1]) await say("VELOX", bag, "DELIVERED", { proof: "signature" });
  const now = await owner();
  assert.equal(now.bags[0].bag.plate, plates[2], "the one that is still to come");
  assert.equal(now.state, "CLAIM");
  at("22 15:59");
  await seen("a day after the proof", { ...whole, VELOX: "drop" });
  at("22 16:00");
  await seen("more than a day after", whole);
});

test("the last is fetched at the airport; the damage is claimed, answered step by step, and paid", async () => {
  at("22 17:00");
  await say("IB", 2, "READY_FOR_COLLECTION", { station: "MAD" });
  at("22 18:00");
  await say("IB", 2, "DELIVERED", { station: "MAD", proof: "id" });
  const { claims } = await must(server.get(`/v1/cases/${file.ref}/claims`, { key: key.IB }), 200);
  assert.deepEqual(claims.map((c) => [c.number, c.kind, c.bag, c.step]), [[1, "damage", 2, "filed"]]);
  for (const [word, more] of [["acknowledged", {}], ["assessed", { note: "A wheel is off.", amount: "80", currency: "EUR" }], ["offered", { amount: "95.00", currency: "EUR" }],
    ["accepted", { note: "On the phone." }], ["paid", { amount: "95.00", currency: "EUR" }]]) {
    const { claim } = await step("/claims/1/steps", { step: word, ...more });
    assert.equal(claim.step, word);
  }
  for (const [who, sees] of [["BA", true], ["AF", false], ["VELOX", false]]) {
    const answer = await server.get(`/v1/cases/${file.ref}/claims`, { key: key[who] });
    assert.equal(answer.status, sees ? 200 : 404, `${who}: ${answer.text}`);
    assert.doesNotMatch(answer.text, /95\.00|wheel/, who);
  }
});

test("the owner codes the fault of every bag and closes the file; who was shown what stands there to be read", async () => {
  for (const bag of [1, 2, 3]) await step(":fault", { bag, station: "LHR", reason: "26", note: "missed the connection" });
  await step(":close", { reason: "delivered" });
  assert.equal((await owner()).state, "CLOSED");
  await seen("closed", whole);
  const chief = await server.login({ name: "chief.ib", password: "a good long password" });
  const { reads } = await must(server.get(`/v1/cases/${file.ref}/reads`, chief), 200);
  const readers = new Set(reads.map((r) => r.organisation));
  assert.deepEqual([...readers].sort(), ["BA", "DESKCO", "IB", "UX", "VELOX"]);
  assert.ok(reads.filter((r) => r.organisation === "VELOX").every((r) => r.shown.join() === "drop"));
  assert.ok(reads.filter((r) => ["BA", "UX"].includes(r.organisation)).every((r) => !r.shown.includes("names") && !r.shown.includes("contacts")));
});
