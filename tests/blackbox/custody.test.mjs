// SPDX-License-Identifier: Apache-2.0
// Custody from outside: handlers and couriers act for a carrier, and the carrier has the bag and owes the next word.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";

const now = "2026-11-20T12:00:00Z";
let server, auditor, serial = 0;
const key = {};

before(async () => {
  server = await Server.start({ at: now });
  auditor = await server.auditor();
  for (const [org, kind] of [["GROUNDCO", "handler"], ["VELOX", "courier"], ["SLOWCO", "courier"]]) server.account(`first.${org.toLowerCase()}`, "scanner", org, { kind });
  for (const carrier of ["BA", "IB"]) await server.mandate(carrier, "GROUNDCO");
  await server.mandate("IB", "VELOX");
  for (const [org, ...more] of [["GROUNDCO"], ["VELOX"], ["SLOWCO", "--for", "IB"], ["IB"]]) key[org] = server.key(org, ...more);
});
after(() => server?.stop());

const ago = (minutes) => new Date(Date.parse(now) - minutes * 60000).toISOString().replace(".000", "");
const plate = () => `0125${String(700000 + ++serial)}`;
async function say(who, more) {
  const answer = await server.post("/v1/events", { event_id: `c-${++serial}`, travel_date: "2026-11-20", station: "LHR", ...more }, { key: key[who] });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const holds = ({ bag }) => [bag.custody, bag.custodian ?? null, bag.receiver ?? null];

test("one handler hands over between two carriers that it acts for: the giver has it until the receiver's own scan (req: BAG-04 SEC-10)", async () => {
  const bag = { plate: plate() };
  const got = await say("GROUNDCO", { ...bag, for_carrier: "BA", code: "BAG_UNLOADED", occurred_at: ago(60) });
  assert.deepEqual(holds(got), ["HELD", "BA", null]);
  const out = await say("GROUNDCO", { ...bag, for_carrier: "BA", code: "TRANSFER_OUT", to_carrier: "IB", occurred_at: ago(50) });
  assert.deepEqual(holds(out), ["PENDING", "BA", "IB"], "the one scan is no taking over, though the same hands do both");
  const still = await say("GROUNDCO", { ...bag, for_carrier: "BA", code: "BAG_SEEN", occurred_at: ago(40) });
  assert.deepEqual(holds(still), ["HELD", "BA", null], "seen for the giver: settled in its favour");
  await say("GROUNDCO", { ...bag, for_carrier: "BA", code: "TRANSFER_OUT", to_carrier: "IB", occurred_at: ago(30) });
  const taken = await say("GROUNDCO", { ...bag, for_carrier: "IB", code: "TRANSFER_IN", from_carrier: "BA", occurred_at: ago(20) });
  assert.deepEqual(holds(taken), ["HELD", "IB", null]);
  assert.deepEqual([taken.event.sender, taken.event.carrier], ["GROUNDCO", "IB"], "who scanned for whom is shown");
});

test("a courier acts for its carrier: that one has the bag, owes the delivery and is freed by the proof (req: BAG-04 SEC-10)", async () => {
  const bag = { plate: plate() };
  await say("IB", { ...bag, code: "ARRIVED_AT_DESTINATION", station: "MAD", occurred_at: ago(90) });
  const file = await server.post("/v1/cases", { plate: bag.plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key: server.key("IB", "--scope", "events,read,cases") });
  assert.equal(file.status, 201, file.text);
  const steps = [["HANDED_TO_COURIER", { station: "MAD" }, "with-courier"], ["DELIVERY_ATTEMPTED", { station: undefined }, "attempted"],
    ["RETURNED_TO_STATION", { station: "MAD" }, "at-station"], ["HANDED_TO_COURIER", { station: "MAD" }, "with-courier"]];
  for (const [k, [code, more, owed]] of steps.entries()) {
    const said = await say("VELOX", { ...bag, code, occurred_at: ago(80 - 10 * k), ...more });
    assert.deepEqual([said.event.sender, said.event.carrier, said.event.source], ["VELOX", "IB", "courier"]);
    const seen = (await server.get(`/v1/bags/${said.bag.id}`, auditor)).json, { promises } = seen;
    assert.deepEqual(holds(seen), ["HELD", "IB", null], code);
    assert.deepEqual(promises.map((p) => [p.carrier, p.owed]), [["IB", owed]], code);
  }
  const home = await say("VELOX", { ...bag, code: "DELIVERED", proof: "pin", station: undefined, occurred_at: ago(10) });
  const seen = (await server.get(`/v1/bags/${home.bag.id}`, auditor)).json;
  assert.deepEqual([seen.bag.place, seen.bag.custody, seen.bag.watched, seen.promises], ["DELIVERED", "NONE", false, []]);
});

test("a courier says what couriers do, and without a mandate delivers nothing (req: BAG-04 SEC-10 ING-14)", async () => {
  const bag = { plate: plate() };
  const got = await say("IB", { ...bag, code: "ON_HAND", station: "MAD", occurred_at: ago(60) });
  for (const [code, more] of [["BAG_SEEN", {}], ["TRANSFER_IN", { from_carrier: "BA" }], ["SEARCHED_NOT_FOUND", { searched: "van", person: "J. Doe" }], ["LOSS_ADMITTED", { station: undefined }]]) {
    const refused = await server.post("/v1/events", { event_id: `c-${++serial}`, ...bag, travel_date: "2026-11-20", station: "MAD", code, occurred_at: ago(50), ...more }, { key: key.VELOX });
    assert.deepEqual([refused.status, refused.json.type], [403, "/problems/code-not-yours"], `${code}: ${refused.text}`);
  }
  const stranger = await say("SLOWCO", { ...bag, code: "DELIVERED", proof: "pin", station: undefined, occurred_at: ago(40) });
  assert.ok(stranger.flags.includes("no_mandate"));
  const seen = (await server.get(`/v1/bags/${got.bag.id}`, auditor)).json.bag;
  assert.deepEqual([seen.place, seen.custody, seen.custodian], ["AT", "HELD", "IB"]);
});
