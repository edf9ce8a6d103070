// SPDX-License-Identifier: Apache-2.0
// Whose a file is, from outside: handed over by acceptance or not at all, fault coded apart from custody, closed by its owner alone;
// and what its customer is told of it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { People } from "../lib/people.mjs";
import { Server, until } from "../lib/server.mjs";

let server, key, staff, at;

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  ({ key, staff, at } = new People(server, ["BA", "IB", "LH", "AF"]));
  await at("2026-11-21T08:00:00Z");
});
after(() => server?.stop());

let number = 0;
const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
const journey = [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")];

async function open(plate, { who = { key: key.IB }, itinerary = journey, station = "MAD" } = {}) {
  const answer = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station, passenger: { surname: "Testperson" }, itinerary }, who);
  assert.equal(answer.status, 201, answer.text);
  return { ...answer.json, link: new URL(answer.json.customer_url).pathname };
}
async function say(plate, code, who, more = {}) {
  const answer = await server.post("/v1/events", { event_id: `e-${++number}`, plate, travel_date: "2026-11-20", code, occurred_at: server.clock.now, ...more }, who);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const step = (ref, what, who, more = {}) => server.post(`/v1/cases/${ref}:${what}`, { event_id: `s-${++number}`, ...more }, who);
const file = async (ref, who = { key: key.IB }) => (await server.get(`/v1/cases/${ref}`, who)).json;
const page = async (link) => (await server.get(`${link}?tz=Europe/Madrid`)).text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
async function must(answer, status = 201) {
  const got = await answer;
  assert.equal(got.status, status, got.text);
  return got.json;
}

test("req: CASE-03 a file changes hands by acceptance: the number, the link and the owner's promises go on", async () => {
  const made = await open("0125000001");
  await say("0125000001", "ON_HAND", { key: key.BA }, { station: "LHR" });
  assert.equal(made.owner, "IB");
  assert.match(await page(made.link), /Iberia is sorry/);
  for (const [who, status] of [[staff.BA, 403], [{ key: key.IB }, 403], [staff.LH, 404]])
    assert.equal((await step(made.ref, "offer-owner", who, { to_carrier: "BA" })).status, status);
  const stranger = await must(step(made.ref, "offer-owner", staff.IB, { to_carrier: "AF" }), 409);
  assert.match(stranger.type, /case-step-refused$/);
  assert.match(stranger.detail, /AF is no carrier of this journey/);
  const body = { event_id: "hand-over-1", to_carrier: "BA", note: "They flew the passenger home." };
  const asked = await must(server.post(`/v1/cases/${made.ref}:offer-owner`, body, staff.IB));
  assert.equal(asked.event.code, "CASE_OWNER_OFFERED");
  assert.deepEqual(asked.case.offer, { to: "BA", answer_by: "2026-11-21T12:00:00Z" });
  assert.equal(asked.case.owner, "IB");
  assert.deepEqual(asked.promises.map((p) => [p.carrier, p.owed]).sort(), [["BA", "owner-offered"], ["IB", "reported"]]);
  assert.ok((await server.get("/v1/promises?owes=BA", staff.BA)).json.promises.some((p) => p.owed === "owner-offered"));
  assert.doesNotMatch(await page(made.link), /British Airways answers|answers to you from now/);
  assert.match(await page(made.link), /Iberia is sorry/);

  assert.equal((await step(made.ref, "accept-owner", staff.LH)).status, 404);
  assert.equal((await step(made.ref, "accept-owner", staff.IB)).status, 409);
  assert.equal((await step(made.ref, "accept-owner", { key: key.BA })).status, 403, "a person answers to a customer, no machine");
  const taken = await must(step(made.ref, "accept-owner", staff.BA));
  assert.equal(taken.case.owner, "BA");
  assert.deepEqual(taken.promises.map((p) => [p.carrier, p.owed]), [["BA", "reported"]]);
  const again = await must(server.post(`/v1/cases/${made.ref}:offer-owner`, body, staff.IB), 200);
  assert.deepEqual({ ...again, outcome: "accepted" }, asked, "the first answer stays the answer");
  const now = await file(made.ref);
  assert.deepEqual([now.ref, now.owner, now.bags[0].bag.owner], [made.ref, "BA", "BA"]);
  assert.match(await page(made.link), /British Airways is sorry/);
  assert.match(await page(made.link), /British Airways answers to you from now on/);
});

test("req: CASE-11 the owner rule and its inputs are shown; where none fits the opener owns until another accepts", async () => {
  const rule = async (made) => (await file(made.ref, staff.IB)).owner_rule;
  const last = await open("0125000021");
  assert.deepEqual(await rule(last), { rule: "last-segment", carrier: "IB", inputs: { last_segment: "IB", opener: "IB", opened_by: "IB" } });
  const short = await open("0125000022", { station: "LHR" });
  assert.deepEqual(await rule(short), { rule: "brought-here", carrier: "BA", inputs: { last_segment: "IB", brought_here: "BA", opener: "IB", opened_by: "IB" } });
  await say("0125000023", "ON_HAND", { key: key.BA }, { station: "LHR" });
  const held = await open("0125000023", { itinerary: [] });
  assert.deepEqual(await rule(held), { rule: "custodian", carrier: "BA", inputs: { custodian: "BA", opener: "IB", opened_by: "IB" } });
  await say("0125000024", "BAG_EXPECTED", { key: key.BA }, { station: "LHR", to_station: "MAD", flight: { no: "LH1800", date: "2026-11-20" } });
  const told = await open("0125000024", { itinerary: [] });
  assert.equal((await rule(told)).rule, "forecast");
  assert.equal(told.owner, "LH");

  const none = await open("0125000025", { itinerary: [] });
  assert.deepEqual(await rule(none), { rule: "opener", carrier: "IB", inputs: { opener: "IB", opened_by: "IB" } });
  assert.equal((await step(none.ref, "accept-owner", staff.LH)).status, 404, "a stranger takes nothing");
  await say("0125000025", "ON_HAND", { key: key.LH }, { station: "LHR" });
  const taken = await must(step(none.ref, "accept-owner", staff.LH));
  assert.equal(taken.case.owner, "LH");
  assert.deepEqual(await rule(none), { rule: "taken", carrier: "LH", inputs: { opener: "IB", opened_by: "IB" } });
  assert.equal((await step(none.ref, "accept-owner", staff.IB)).status, 403, "from then on it takes an offer");
});

test("req: CASE-03 what nobody accepts in time bounces back, once, and its customer notices nothing", async () => {
  const made = await open("0125000002");
  const before = await page(made.link);
  await must(step(made.ref, "offer-owner", staff.IB, { to_carrier: "BA" }));
  await at("2026-11-21T12:00:01Z");
  await until(async () => !(await file(made.ref)).promises.some((p) => p.owed === "owner-offered"), "the offer to lapse");
  assert.equal((await file(made.ref)).owner, "IB");
  assert.equal((await step(made.ref, "accept-owner", staff.BA)).status, 403, "too late");
  const history = (await server.get(`/v1/bags/${made.ref}/events`, { key: key.IB })).json.events;
  assert.equal(history.filter((e) => e.code === "CASE_OWNER_LAPSED").length, 1);
  assert.deepEqual((await page(made.link)).match(/Iberia is sorry|British Airways/g), before.match(/Iberia is sorry|British Airways/g));
  await must(step(made.ref, "offer-owner", staff.IB, { to_carrier: "BA" }));
  const no = await must(step(made.ref, "refuse-owner", staff.BA, { note: "We flew the first leg only." }));
  assert.equal(no.event.code, "CASE_OWNER_REFUSED");
  assert.equal(no.case.owner, "IB");
  const report = await server.get("/v1/reports/stale?from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z&by=carrier", { key: key.BA });
  assert.equal(report.json.rows.find((r) => r.carrier === "BA").late, 1, "the silence is the silent carrier's");
});

test("req: CASE-04 fault station and reason are coded by any carrier of the journey, of its view, and move no custody; closing needs the owner's", async () => {
  const made = await open("0125000003");
  await say("0125000003", "ON_HAND", { key: key.BA }, { station: "LHR" });
  const close = { reason: "withdrawn", note: "Found at home; the passenger phoned." };
  assert.match((await must(step(made.ref, "close", staff.IB, close), 409)).detail, /has not coded fault station and reason/);
  const bad = await must(step(made.ref, "fault", staff.BA, { station: "LHR", reason: "14" }), 422);
  assert.deepEqual(bad.errors.map((e) => e.pointer).sort(), ["/note", "/reason"]);
  const custody = (await server.get("/v1/bags/0125000003", { key: key.IB })).json.bag;
  const theirs = await must(step(made.ref, "fault", { key: key.BA }, { station: "MAD", reason: "16", note: "We had it in time." }));
  assert.deepEqual([theirs.event.code, theirs.event.station, theirs.event.reason], ["FAULT_CODED", "MAD", "16"]);
  assert.equal((await step(made.ref, "close", staff.IB, close)).status, 409, "another carrier's view");
  assert.equal((await step(made.ref, "fault", staff.IB, { bag: 2, station: "LHR", reason: "54", note: "x" })).status, 409, "it has one bag");
  await must(step(made.ref, "fault", staff.IB, { bag: 1, station: "LHR", reason: "54", note: "Handed over after the gate had closed." }));
  assert.deepEqual((await server.get("/v1/bags/0125000003", { key: key.IB })).json.bag, custody, "custody, place and version stay");
  for (const [who, more, status] of [[staff.BA, close, 403], [{ key: key.IB }, close, 403], [staff.IB, { reason: "delivered" }, 409],
    [staff.IB, { reason: "settled" }, 409], [staff.IB, { reason: "withdrawn" }, 422], [staff.IB, { reason: "bored", note: "x" }, 422]])
    assert.equal((await step(made.ref, "close", who, more)).status, status, JSON.stringify(more));
  const closed = await must(step(made.ref, "close", staff.IB, close));
  assert.equal(closed.case.state, "CLOSED");
  assert.deepEqual(closed.promises, []);
  const bag = (await server.get("/v1/bags/0125000003", { key: key.IB })).json;
  assert.deepEqual([bag.bag.case, bag.bag.watched, bag.promises], ["CLOSED", false, []]);
  for (const secret of ["gate had closed", "Found at home", "We had it in time"]) assert.ok(!(await page(made.link)).includes(secret));
  assert.doesNotMatch(await page(made.link), /FAULT|RL 54/);
});

test("req: CASE-05 damage seen by a carrier is told before delivery; proven delivery opens the window; a report is a claim on the same number", async () => {
  const made = await open("0125000004");
  await say("0125000004", "ON_HAND", { key: key.BA }, { station: "LHR" });
  assert.doesNotMatch((await page(made.link)).replace(/What you can claim.*/, ""), /damage/); // the law speaks of it below
  const seen = await say("0125000004", "DAMAGE_REPORTED", { key: key.BA }, { station: "LHR" });
  assert.match(seen.instruction, /Damage was reported: its owner is told before it is handed over/);
  assert.match(await page(made.link), /British Airways reported on 21 Nov, 13:00 that your bag is damaged: you are told before it is handed to you/);
  const claim = await file(made.ref);
  assert.deepEqual([claim.ref, claim.state], [made.ref, "CLAIM"]);
  assert.ok(claim.promises.some((p) => p.carrier === "IB" && p.kind === "claim"));

  const whole = await open("0125000005");
  await say("0125000005", "ARRIVED_AT_DESTINATION", { key: key.IB }, { station: "MAD" });
  await say("0125000005", "HANDED_TO_COURIER", { key: key.IB }, { station: "MAD" });
  assert.doesNotMatch(await page(whole.link), /You can report damage/);
  await say("0125000005", "DELIVERED", { key: key.IB }, { proof: "pin" });
  assert.match(await page(whole.link), /You can report damage to your bag or missing contents until 28 Nov, 23:59/);
  await must(step(whole.ref, "fault", staff.IB, { station: "LHR", reason: "54", note: "Short connection." }));
  await must(step(whole.ref, "close", staff.IB, { reason: "delivered" }));
  await at("2026-11-21T12:05:00Z");
  const late = await say("0125000005", "DAMAGE_REPORTED", staff.IB, { note: "A wheel is missing." });
  assert.equal(late.bag.case, "CLAIM");
  assert.deepEqual([(await file(whole.ref)).ref, (await file(whole.ref)).state], [whole.ref, "CLAIM"]);
});

test("req: CASE-09 what is said by the reference of a file of several bags is said of the file, once; of a stranger it is not", async () => {
  const opened = await must(server.post("/v1/cases", { travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    bags: [{ plate: "0125000031" }, { plate: "0125000032" }], itinerary: journey }, { key: key.IB }));
  const word = (who) => server.post("/v1/events", { event_id: `w-${++number}`, bag: { kind: "ref", value: opened.ref }, code: "STATUS_CONFIRMED",
    occurred_at: server.clock.now, action: "asked", asked: "LHR", waiting_for: "BA", next_step_at: new Date(Date.parse(server.clock.now) + 36e5).toISOString() }, who);
  assert.equal((await must(word(staff.LH))).outcome, "ambiguous");
  assert.deepEqual((await file(opened.ref)).promises.map((p) => p.owed), ["reported"]);
  const said = await must(word(staff.IB));
  assert.deepEqual([said.outcome, said.case.ref], ["accepted", opened.ref]);
  assert.deepEqual((await file(opened.ref)).promises.map((p) => [p.carrier, p.owed]), [["IB", "case-step"]]);
});

test("every row is the fold of its log", () => assert.match(server.verb(["verify"]), / 0 differences/));
