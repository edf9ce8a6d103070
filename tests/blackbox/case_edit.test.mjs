// SPDX-License-Identifier: Apache-2.0
// A file of several bags is opened whole and put right under If-Match: by its owner in every member, by other carriers of the journey in how
// the bags look, and by nobody without telling what was read.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";

let server, ba, ib, lh;

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  ba = server.key("BA");
  ib = server.key("IB");
  lh = server.key("LH");
});
after(() => server?.stop());

const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
const itinerary = [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")];
const clothes = Array.from({ length: 12 }, (_, k) => ({ category: `kind ${k}`, text: "two of each" }));
const whole = {
  station: "MAD", travel_date: "2026-11-20", itinerary,
  passenger: { surname: "Ferreira", given: "Inês" },
  contacts: { phone: "+351 912 345 678", mail: "ines@example.net", pnr: "Q1W2E3", address: "Rua Nova 7", town: "Lisboa" },
  needed_by: "2026-11-22", language: "es", collector: "Tomás Ferreira",
  delivery: [{ kind: "permanent", address: "Rua Nova 7", town: "Lisboa", country: "PT", station: "LIS" },
    { kind: "temporary", address: "Hotel Sol", town: "Madrid", country: "ES", station: "MAD", from: "2026-11-20", until: "2026-11-24" }],
};
const bags = (n, first) => Array.from({ length: n }, (_, k) => ({ plate: String(first + k).padStart(10, "0"), code: "BU22MBC", brand: "Samsonite", contents: k ? [] : clothes }));
const open = (body, key = ib) => server.post("/v1/cases", { ...whole, ...body }, { key });
const patch = (ref, body, { key = ib, match = "*" } = {}) =>
  server.call("PATCH", `/v1/cases/${ref}`, { key, body, type: "application/merge-patch+json", headers: match ? { "if-match": match } : {} });
const file = async (ref, key = ib) => server.get(`/v1/cases/${ref}`, { key });

test("req: CASE-01 one file holds several bags, each with its code, brand and contents; faults of each are named", async () => {
  const answer = await open({ bags: bags(3, 125600001) });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.opened.event.data.n_bags, 3);
  for (let k = 0; k < 3; k++) {
    const bag = (await server.get(`/v1/bags/012560000${k + 1}?date=2026-11-20`, { key: ib })).json;
    assert.equal(bag.bag.case_ref, answer.json.ref);
    assert.equal(bag.case.ref, answer.json.ref);
  }
  const bad = await open({ bags: [{ plate: "0125600010", code: "BLUE" }, { plate: "0125600011", contents: [...clothes, { category: "one more" }] }, { plate: "MADIB10001" }],
    delivery: [{ kind: "temporary", town: "Madrid" }], priority: { class: "urgent" } });
  assert.equal(bad.status, 422);
  assert.deepEqual(bad.json.errors.map((e) => e.pointer).sort(), ["/bags/0/code", "/bags/1/contents", "/bags/2/plate", "/priority/class"]);
  const twice = await open({ bags: [{ plate: "0125600012" }, { plate: "0125600012" }], delivery: [{ kind: "temporary", town: "Madrid" }] });
  assert.deepEqual(twice.json.errors.map((e) => e.pointer).sort(), ["/bags/1/plate", "/delivery/0"]);
  for (const none of [{}, { plate: "0125600013", bags: bags(1, 125600013) }]) assert.equal((await open(none)).status, 422);
});

test("req: CASE-01 thirty-two bags are one file, thirty-three are not", async () => {
  const most = await open({ bags: bags(32, 125610001) });
  assert.equal(most.status, 201, most.text);
  assert.equal(most.json.opened.event.data.n_bags, 32);
  assert.equal((await open({ bags: bags(33, 125620001) })).status, 422);
});

test("req: CASE-03 DESK-04 an edit names what it read: without If-Match 428, behind another edit 412, and what else happened is no reason to refuse", async () => {
  const { ref } = (await open({ plate: "0125630001" })).json;
  const before = (await file(ref)).headers.get("etag");
  assert.equal((await patch(ref, { needed_by: "2026-11-25" }, { match: null })).status, 428);
  await server.post("/v1/events", { event_id: "seen-1", plate: "0125630001", travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", occurred_at: "2026-11-21T07:30:00Z" }, { key: ba });
  const first = await patch(ref, { needed_by: "2026-11-25", contacts: { phone: null, town: "Porto" } }, { match: before });
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(first.json.fields, ["contacts", "needed_by"]);
  assert.equal(first.headers.get("etag"), `"${first.json.version}"`);
  const second = await patch(ref, { needed_by: "2026-11-26" }, { match: before });
  assert.equal(second.status, 412, second.text);
  assert.equal(second.json.type, "/problems/precondition-failed");
  assert.equal((await patch(ref, { needed_by: "2026-11-26" }, { match: first.headers.get("etag") })).status, 200);
  for (const odd of ['"x"', "7", 'W/"7"', '"0"', '"99999"']) assert.equal((await patch(ref, { language: "en" }, { match: odd })).status, 412, odd);
  const same = await patch(ref, { needed_by: "2026-11-26" });
  assert.equal(same.status, 200);
  assert.deepEqual(same.json.fields, [], "the file said so already");
});

test("req: CASE-01 a change is an event that names its members and says nothing of what is in them", async () => {
  const { ref } = (await open({ plate: "0125640001" })).json;
  const changed = await patch(ref, { contacts: { mail: "nova@example.net" }, passenger: { given: "Irene" }, collector: null });
  assert.equal(changed.status, 200, changed.text);
  const { event } = changed.json.changed;
  assert.equal(event.code, "DETAILS_CORRECTED");
  assert.deepEqual(event.data, { fields: ["passenger", "contacts", "collector"] });
  assert.equal(event.carrier, "IB");
  assert.doesNotMatch(changed.text, /nova@|Irene|Tom/);
});

test("req: CASE-03 SEC-13 a carrier of the journey puts right how the bags look, and nothing that it may not see", async () => {
  const { ref } = (await open({ bags: bags(2, 125650001) })).json;
  const looks = await patch(ref, { bags: [{ code: "BK22RWH", brand: "Rimowa" }, { code: "rd25" }], description: "dented" }, { key: ba });
  assert.equal(looks.status, 200, looks.text);
  assert.deepEqual(looks.json.fields, ["description", "bags"]);
  assert.equal(looks.json.changed.event.carrier, "BA");
  for (const [pointer, body] of Object.entries({ "/contacts": { contacts: { phone: "+351 912 345 678" } }, "/passenger": { passenger: { surname: "Ferreira" } },
    "/needed_by": { needed_by: "2026-11-22" }, "/priority": { priority: null }, "/bags/0/contents": { bags: [{ contents: clothes }] } })) {
    const refused = await patch(ref, body, { key: ba });
    if (body.priority === null) { assert.deepEqual(refused.json.fields, [], "nothing there to take away"); continue; }
    assert.equal(refused.status, 403, refused.text);
    assert.equal(refused.json.errors[0].pointer, pointer);
    assert.match(refused.json.errors[0].detail, /only the owner of the file, IB/);
  }
  assert.equal((await patch(ref, { colour: "blue" }, { key: ba })).json.type, "/problems/unknown-field");
  // what that carrier cannot see it has not taken away: the contents are as they were
  const kept = await patch(ref, { bags: [{ code: "BK22RWH", brand: "Rimowa", contents: clothes }, { code: "RD25XXX" }] });
  assert.deepEqual(kept.json.fields, [], kept.text);
  const none = await patch(ref, { description: "mine" }, { key: lh });
  const absent = await patch("MADIB99999", { description: "mine" }, { key: lh });
  const strip = (a) => JSON.stringify({ ...a.json, instance: "", request_id: "" });
  assert.equal(none.status, 404);
  assert.equal(strip(none), strip(absent));
});

test("req: ING-05 a patch that does not fit is told by pointer, and changes nothing", async () => {
  const { ref } = (await open({ plate: "0125660001" })).json;
  const bad = await patch(ref, { passenger: null, contacts: { phone: 7 }, delivery: [{ kind: "hotel" }], bags: [{ code: "XX00" }], shoe: 1 });
  assert.equal(bad.status, 422);
  assert.deepEqual(bad.json.errors.map((e) => e.pointer).sort(), ["/bags/0/code", "/contacts/phone", "/delivery/0/kind", "/passenger", "/shoe"]);
  assert.equal((await patch(ref, { bags: [{ brand: "a" }, { brand: "b" }] })).json.errors[0].pointer, "/bags");
  assert.equal((await patch(ref, "[]")).status, 422);
  assert.equal((await patch(ref, "{")).status, 400);
  const clash = await patch(ref, { delivery: [whole.delivery[0], { ...whole.delivery[0], town: "Faro" }] });
  assert.equal(clash.json.errors[0].pointer, "/delivery/1");
  assert.deepEqual((await patch(ref, {})).json.fields, []);
});

test("req: CASE-01 a bag without a known plate is in the file and is found by its reference; joined, it is the bag of the plate", async () => {
  const answer = await open({ bags: [{ code: "GN94", description: "folding wheelchair" }] });
  assert.equal(answer.status, 201, answer.text);
  const { bag } = (await server.get(`/v1/bags/${answer.json.ref}`, { key: ib })).json;
  assert.equal(bag.plate, undefined);
  assert.equal(bag.case_ref, answer.json.ref);
  assert.equal(bag.watched, true);
  await server.post("/v1/events", { event_id: "np-1", plate: "0125660777", travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", occurred_at: "2026-11-21T07:40:00Z" }, { key: ib });
  const agent = await server.login(server.account("joiner", "agent", "IB"));
  const joined = await server.post(`/v1/bags/${bag.id}/aliases:join`, { event_id: "np-2", other: "0125660777", travel_date: "2026-11-20" }, agent);
  assert.equal(joined.status, 201, joined.text);
  assert.equal((await server.get("/v1/bags/0125660777?date=2026-11-20", { key: ib })).json.bag.case_ref, answer.json.ref);
});

test("req: CASE-10 a passenger who moves on: the bag that waits in Madrid is to be sent to Sevilla, and a plan for Madrid is void", async () => {
  const { ref } = (await open({ plate: "0125670001", delivery: undefined })).json;
  const plate = "/v1/bags/0125670001?date=2026-11-20";
  const arrived = await server.post("/v1/events", { event_id: "mo-1", plate: "0125670001", travel_date: "2026-11-20", code: "ARRIVED_AT_DESTINATION", station: "MAD", occurred_at: "2026-11-21T07:50:00Z" }, { key: ib });
  assert.deepEqual(arrived.json.promises.map((p) => [p.carrier, p.owed, p.station]), [["IB", "at-station", "MAD"]]);
  const moved = await patch(ref, { collector: "Rosa Díaz", delivery: [{ kind: "temporary", address: "Calle Sierpes 1", town: "Sevilla", station: "SVQ", from: "2026-11-21", until: "2026-11-25" }] });
  assert.equal(moved.status, 200, moved.text);
  assert.deepEqual(moved.json.changed.event.data, { fields: ["delivery", "collector"], stays: [{ station: "SVQ", from: "2026-11-21", until: "2026-11-25" }] });
  const now = (await server.get(plate, { key: ib })).json;
  assert.equal(now.bag.bring_to, "SVQ");
  assert.deepEqual(now.promises.map((p) => [p.carrier, p.owed]), [["IB", "located"]]);
  const plan = { code: "FORWARD_PLANNED", plate: "0125670001", travel_date: "2026-11-20", station: "MAD", to_station: "SVQ", flight: { no: "IB101", date: "2026-11-22" }, new_plate: "same", occurred_at: "2026-11-21T07:55:00Z" };
  const planned = await server.post("/v1/events", { event_id: "mo-2", ...plan }, { key: ib });
  assert.deepEqual(planned.json.promises.map((p) => p.owed), ["forward-planned"]);
  assert.equal((await patch(ref, { delivery: [{ kind: "permanent", town: "Madrid", station: "MAD" }] })).status, 200);
  const back = (await server.get(plate, { key: ib })).json;
  assert.equal(back.bag.forward, undefined);
  assert.deepEqual(back.promises.map((p) => p.owed), ["at-station"], "home again: it is where it has to be");
});

test("req: CASE-12 a bag that cannot wait: carriers see the class, its owner alone the reason, and what is owed is due sooner", async () => {
  const reason = "needs her dialysis set";
  const answer = await open({ plate: "0125680001", priority: { class: "medical", reason } });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.opened.case.priority, "medical");
  assert.deepEqual(answer.json.opened.promises.map((p) => [p.owed, p.policy, Date.parse(p.due) - Date.parse(p.opened)]), [["reported", "reported#medical", 30 * 60e3]]);
  const seen = await server.post("/v1/events", { event_id: "pr-1", plate: "0125680001", travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", occurred_at: "2026-11-21T07:30:00Z" }, { key: ba });
  assert.equal(seen.json.bag.priority, "medical");
  assert.deepEqual(seen.json.promises.map((p) => [p.owed, p.policy, Date.parse(p.due) - Date.parse(p.opened)]), [["located", "located#medical", 2 * 3600e3]]);
  const told = await Promise.all([ba, ib].map(async (key) => (await server.get(`/v1/cases/${answer.json.ref}`, { key })).text));
  assert.deepEqual(told.map((text) => text.includes("dialysis")), [false, true], "the reason is for its owner alone");
  for (const text of told) assert.match(text, /"medical"/);
  assert.doesNotMatch(seen.text + answer.text, /dialysis/);
  const gone = await patch(answer.json.ref, { priority: null });
  assert.deepEqual(gone.json.changed.event.data, { fields: ["priority"] });
  assert.equal((await server.get("/v1/bags/0125680001?date=2026-11-20", { key: ba })).json.bag.priority, undefined);
});
