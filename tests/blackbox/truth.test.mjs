// SPDX-License-Identifier: Apache-2.0
// The truth from contradicting reports, from outside: what fits several bags is listed to staff, who join and part records;
// what cannot be is kept and moves nothing; supervisors correct what was said for their carrier; every answer says what became
// of the statement.
// req: BAG-02 BAG-11 BAG-12 ING-02 ING-04 ING-12 ING-14
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";

let server;
const key = {}, staff = {};

before(async () => {
  server = await Server.start({ at: "2026-11-21T12:00:00Z" });
  for (const carrier of ["BA", "IB", "LH"]) key[carrier] = server.key(carrier, "--scope", "events,read,cases");
  for (const [name, role, carrier] of [["ba", "agent", "BA"], ["chief", "supervisor", "BA"], ["lh", "agent", "LH"], ["colleague", "agent", "BA"], ["lhchief", "supervisor", "LH"], ["scanner", "scanner", "BA"], ["auditor", "auditor", "BA"]])
    staff[name] = await server.login(server.account(name, role, carrier));
});
after(() => server?.stop());

let number = 0;
const said = (more) => ({ event_id: `t-${++number}`, code: "BAG_SEEN", station: "LHR", occurred_at: "2026-11-20T10:00:00Z", ...more });
async function say(more, who = { key: key.BA }) {
  const answer = await server.post("/v1/events", said(more), who);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const forecast = (plate, no, station, to_station, date = "2026-11-20") =>
  say({ plate, code: "BAG_EXPECTED", station, to_station, flight: { no, date }, occurred_at: "2026-11-20T05:00:00Z" });
const bag = async (id) => (await server.get(`/v1/bags/${id}`, { key: key.BA })).json.bag;
const link = (id, what, body, who = staff.ba) => server.post(`/v1/bags/${id}/aliases:${what}`, body, who);

test("a short plate that fits two bags is kept, listed, joined by staff and parted again (req: BAG-02 ING-04)", async () => {
  const [one, two] = [await forecast("0125000011", "BA178", "JFK", "LHR"), await forecast("3125000011", "BA460", "LHR", "MAD")];
  const short = said({ plate: "BA000011", station: "LHR" });
  const kept = await server.post("/v1/events", short, { key: key.BA });
  assert.equal(kept.status, 201, kept.text);
  assert.equal(kept.json.outcome, "ambiguous");
  const choices = (await server.get("/v1/bags/BA000011?date=2026-11-20", { key: key.BA }));
  assert.equal(choices.status, 300, choices.text);

  const listed = (await server.get("/v1/ambiguous", staff.ba)).json.ambiguous;
  assert.equal(listed.length, 1);
  assert.equal(listed[0].bag_id, kept.json.bag.id);
  assert.equal(listed[0].event.uid, kept.json.event.uid);
  assert.deepEqual(listed[0].choices.map((b) => b.id).sort(), [one.bag.id, two.bag.id].sort());
  assert.deepEqual((await server.get("/v1/ambiguous", staff.lh)).json.ambiguous, [], "another carrier sees none of it");
  assert.equal((await server.get("/v1/ambiguous", { key: key.BA })).status, 403);
  const page = await server.get("/desk/ambiguous", staff.ba);
  assert.equal(page.status, 200);
  for (const part of ["BA000011", `/desk/bags/${one.bag.id}`, `/desk/bags/${two.bag.id}`]) assert.ok(page.text.includes(part), part);

  const body = { event_id: "join-1", other: kept.json.bag.id, note: "Checked by hand." };
  for (const who of [staff.lh, { key: key.BA }]) assert.ok([403, 404].includes((await link(two.bag.id, "join", body, who)).status));
  const joined = await link(two.bag.id, "join", body);
  assert.equal(joined.status, 201, joined.text);
  assert.equal(joined.json.event.code, "ALIAS_JOINED");
  assert.equal(joined.json.bag.station, "LHR");
  assert.equal((await link(two.bag.id, "join", body)).status, 200);
  const other = await link(two.bag.id, "join", { ...body, other: one.bag.id });
  assert.equal(other.status, 409, other.text);
  assert.match(other.json.type, /event-id-conflict$/);
  assert.deepEqual((await server.get("/v1/ambiguous", staff.ba)).json.ambiguous, []);
  const again = await server.post("/v1/events", short, { key: key.BA });
  assert.equal(again.status, 200);
  assert.deepEqual({ ...again.json, outcome: "ambiguous" }, kept.json, "the first answer stays the answer");

  const refused = await link(one.bag.id, "part", { event_id: "part-0", other: kept.json.bag.id });
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.json.type, /link-refused$/);
  const parted = await link(two.bag.id, "part", { event_id: "part-1", other: kept.json.bag.id });
  assert.equal(parted.status, 201, parted.text);
  assert.equal(parted.json.bag.place, "EXPECTED");
  assert.equal((await server.get("/v1/ambiguous", staff.ba)).json.ambiguous.length, 1, "it waits again");
  assert.equal((await server.post("/v1/events", short, { key: key.BA })).status, 200);
  assert.equal((await link(two.bag.id, "join", {})).status, 422);
  assert.equal((await link(two.bag.id, "join", { event_id: "x", other: "BA000011" })).status, 409, "a name that fits several");
});

test("one plate on two bags: each has its scans and its file (req: BAG-12)", async () => {
  const one = await forecast("0125000012", "BA178", "JFK", "LHR");
  const two = await forecast("0125000012", "LH1800", "MUC", "FRA");
  assert.notEqual(one.bag.id, two.bag.id);
  const file = await server.post("/v1/cases", { plate: "0125000012", travel_date: "2026-11-20", station: "LHR", passenger: { surname: "Testperson" },
    itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }] }, { key: key.BA });
  assert.equal(file.status, 201, file.text);
  const seen = await say({ plate: "0125000012", code: "ON_HAND", station: "FRA" }, { key: key.LH });
  assert.equal(seen.bag.id, two.bag.id);
  assert.equal((await bag(one.bag.id)).case_ref, file.json.ref);
  assert.equal((await bag(one.bag.id)).place, "EXPECTED");
  assert.equal((await say({ plate: "0125000012", station: "LHR" })).bag.id, one.bag.id);
  const both = await server.get("/v1/bags/0125000012?date=2026-11-20", { cookie: (await server.auditor()).cookie });
  assert.equal(both.status, 300, both.text);
});

test("what cannot be moves nothing until a person or a second scan says so (req: BAG-11 ING-02)", async () => {
  const one = await forecast("0125000013", "BA178", "JFK", "LHR");
  await say({ plate: "0125000013", code: "BAG_UNLOADED" });
  const far = await say({ plate: "0125000013", code: "ON_HAND", station: "SIN", occurred_at: "2026-11-20T11:00:00Z" }, { key: key.LH });
  assert.equal(far.outcome, "implausible");
  assert.equal((await bag(one.bag.id)).station, "LHR");
  const shown = await server.get(`/v1/bags/${one.bag.id}/events`, { key: key.BA });
  assert.equal(shown.json.events.find((e) => e.uid === far.event.uid).outcome, "implausible");
  assert.match((await server.get(`/desk/bags/${one.bag.id}`, staff.ba)).text, /possible sighting/);
  const check = { plate: "0125000013", code: "SIGHTING_CONFIRMED", station: "SIN", occurred_at: "2026-11-20T12:00:00Z" };
  assert.equal((await server.post("/v1/events", said(check), { key: key.BA })).status, 403, "a person says it, no machine");
  const checked = await say(check, staff.ba);
  assert.equal(checked.outcome, "accepted");
  const now = await bag(one.bag.id);
  assert.deepEqual([now.station, now.custodian, new Date(now.last_seen_at).toISOString()], ["SIN", "LH", "2026-11-20T11:00:00.000Z"]);
});

test("a supervisor takes back what a machine said for the carrier, an agent only what is its own (req: ING-12)", async () => {
  const wrong = said({ plate: "0125000014", code: "ON_HAND", station: "JFK" });
  const first = await server.post("/v1/events", wrong, { key: key.BA });
  assert.equal(first.status, 201);
  const mend = (who) => say({ plate: "0125000014", code: "CORRECTION", station: undefined, replaces: [{ event_id: wrong.event_id }], occurred_at: "2026-11-20T12:00:00Z" }, who);
  assert.equal((await mend(staff.ba)).bag.place, "AT");
  const lh = await mend(staff.lh);
  assert.equal(lh.outcome, "accepted", "of another carrier: it waits for words of its own");
  const done = await mend(staff.chief);
  assert.equal(done.outcome, "corrected");
  assert.equal(done.bag.place, "NONE");
  const history = (await server.get(`/v1/bags/${first.json.bag.id}/events`, { cookie: (await server.login({ name: "oversight", password: "a good long password" })).cookie })).json.events;
  for (const id of [wrong.event_id, done.event.event_id]) assert.ok(history.some((e) => e.event_id === id), "both are shown");
});

test("req: ING-12 people take back their own words, a supervisor those of every person of the carrier, nobody another carrier's", async () => {
  const plate = "0125000015";
  const mend = (what, who) => say({ plate, code: "CORRECTION", station: undefined, replaces: [{ event_id: what.event.event_id }], occurred_at: "2026-11-20T12:00:00Z" }, who);
  const wrong = await say({ plate, code: "ON_HAND", station: "JFK" }, staff.ba);
  for (const who of [staff.colleague, staff.lh, staff.lhchief]) {
    const done = await mend(wrong, who);
    assert.notEqual(done.outcome, "corrected");
    assert.equal((await bag(wrong.bag.id)).place, "AT");
  }
  assert.equal((await mend(wrong, staff.ba)).bag.place, "NONE");
  const other = await say({ plate, code: "ON_HAND", station: "LHR" }, staff.colleague);
  assert.equal(other.bag.place, "AT");
  const mended = await mend(other, staff.chief);
  assert.deepEqual([mended.outcome, mended.bag.place, mended.bag.custody], ["corrected", "NONE", "NONE"]);
  const history = (await server.get(`/v1/bags/${wrong.bag.id}/events`, staff.ba)).json.events;
  for (const one of [wrong, other, mended]) assert.ok(history.some((e) => e.uid === one.event.uid), "all are shown");
});

test("req: BAG-02 joining and parting are for the desk, and each is an event of the person on the record that lives on", async () => {
  const [one, two] = [await say({ plate: "0125000016" }), await say({ plate: "3125000016", occurred_at: "2026-11-20T10:05:00Z" })];
  const body = { event_id: "join-16", other: two.bag.id, note: "One bag with two tags." };
  for (const who of [staff.scanner, staff.auditor, { key: key.BA }]) assert.equal((await link(one.bag.id, "join", body, who)).status, 403);
  assert.equal((await link(one.bag.id, "join", body, staff.lh)).status, 404, "who may see neither of them");
  const joined = await link(one.bag.id, "join", body);
  assert.equal(joined.status, 201, joined.text);
  assert.equal((await bag(two.bag.id)).id, one.bag.id, "either name means the one bag");
  const parted = await link(one.bag.id, "part", { event_id: "part-16", other: two.bag.id }, staff.colleague);
  assert.equal(parted.status, 201, parted.text);
  assert.equal((await bag(two.bag.id)).id, two.bag.id);
  const told = (await server.get(`/v1/bags/${one.bag.id}/events`, staff.ba)).json.events.filter((e) => e.code.startsWith("ALIAS_"));
  assert.deepEqual(told.map((e) => [e.code, e.carrier, e.source, e.data.other_bag]), [["ALIAS_PARTED", "BA", "staff", two.bag.id], ["ALIAS_JOINED", "BA", "staff", two.bag.id]]);
  assert.notEqual(told[0].sender, told[1].sender, "each by its person");
  assert.doesNotMatch(JSON.stringify(told), /two tags/, "words are sealed");
});

const eventsOf = async (id) => (await server.get(`/v1/bags/${id}/events`, { key: key.BA })).json.events;
const marked = (events, id) => events.filter((e) => e.event_id === id).map((e) => [e.code, e.taken_back ?? false]);

test("a correction lands on the log of what it names, also when it comes first (req: ING-12)", async () => {
  for (const first of [false, true]) {
    const [right, wrong] = first ? ["0125000031", "0125000032"] : ["0125000021", "0125000022"];
    const other = await forecast(wrong, "BA178", "JFK", "LHR");
    const misread = said({ plate: wrong, travel_date: "2026-11-20", code: "ON_HAND", station: "LHR" });
    const mend = { plate: right, code: "CORRECTION", station: undefined, occurred_at: "2026-11-20T11:00:00Z",
      replaces: [{ event_id: misread.event_id, identity: wrong, travel_date: "2026-11-20" }] };
    const told = first ? [await say(mend), await say(misread)] : [await say(misread), await say(mend)];
    assert.deepEqual(told.map((t) => t.outcome), first ? ["accepted", "corrected"] : ["accepted", "corrected"]);
    assert.deepEqual(told.map((t) => t.bag.id), [other.bag.id, other.bag.id], "it stands where its words do");
    assert.equal((await bag(other.bag.id)).place, "EXPECTED");
    const history = await eventsOf(other.bag.id);
    assert.deepEqual(marked(history, misread.event_id), [["ON_HAND", true]]);
    assert.equal((await server.get(`/v1/bags/${right}`, { key: key.BA })).status, 404, "no record of a bag that nothing was said of");
    assert.match((await server.get(`/desk/bags/${other.bag.id}`, staff.ba)).text, /class="taken-back"[\s\S]*taken back since/);
  }
});

test("one correction of statements on three bags takes back each of them (req: ING-12 ING-04)", async () => {
  const plates = ["0125000041", "0125000042", "0125000043"], wrong = [];
  for (const plate of plates) {
    await forecast(plate, "BA178", "JFK", "LHR");
    wrong.push(said({ plate, travel_date: "2026-11-20", code: "ON_HAND", station: "LHR" }));
  }
  const bags = [];
  for (const one of wrong.slice(0, 2)) bags.push((await say(one)).bag.id);
  const mend = said({ plate: plates[0], code: "CORRECTION", station: undefined, occurred_at: "2026-11-20T11:00:00Z",
    replaces: wrong.map((w, k) => (k ? { event_id: w.event_id, identity: w.plate } : { event_id: w.event_id })) });
  const first = await server.post("/v1/events", mend, { key: key.BA });
  assert.deepEqual([first.status, first.json.outcome, first.json.bag.id], [201, "accepted", bags[0]], "one of the three has not come yet");
  for (const id of bags) assert.equal((await bag(id)).place, "EXPECTED");
  const late = await say(wrong[2]);
  assert.equal(late.outcome, "corrected");
  for (const id of [...bags, late.bag.id]) assert.deepEqual(marked(await eventsOf(id), mend.event_id), [["CORRECTION", false]], "one on each log");
  const again = await server.post("/v1/events", mend, { key: key.BA });
  assert.deepEqual([again.status, { ...again.json, outcome: "accepted" }], [200, first.json]);
  // and it is itself taken back where it stands first; the others keep theirs
  await say({ plate: plates[0], code: "CORRECTION", station: undefined, occurred_at: "2026-11-20T11:30:00Z", replaces: [{ event_id: mend.event_id }] });
  assert.deepEqual(await Promise.all([...bags, late.bag.id].map(async (id) => (await bag(id)).place)), ["AT", "EXPECTED", "EXPECTED"]);
});

test("what is taken back, and what is only possible, is marked in the history and on the customer's page (req: ING-12 BAG-11)", async () => {
  const plate = "0125000051";
  await forecast(plate, "BA178", "JFK", "LHR");
  await say({ plate, code: "BAG_UNLOADED" });
  const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "LHR", passenger: { surname: "Testperson" } }, { key: key.BA });
  assert.equal(file.status, 201, file.text);
  const far = await say({ plate, code: "ON_HAND", station: "SIN", occurred_at: "2026-11-20T11:00:00Z" }, { key: key.LH });
  const wrong = await say({ plate, code: "CUSTOMS_HOLD", occurred_at: "2026-11-20T11:10:00Z" });
  await say({ plate, code: "CORRECTION", station: undefined, occurred_at: "2026-11-20T11:20:00Z", replaces: [{ event_id: wrong.event.event_id }] });
  const find = async (said) => (await eventsOf(said.bag.id)).find((e) => e.uid === said.event.uid);
  assert.deepEqual([(await find(far)).possible, (await find(wrong)).taken_back], [true, true]);
  const page = async () => (await server.get(new URL(file.json.customer_url).pathname)).text;
  assert.match(await page(), /class="taken-back"[^>]*data-code="CUSTOMS_HOLD"[\s\S]*taken back by British Airways since/);
  assert.match(await page(), /data-code="ON_HAND"[\s\S]*a possible sighting, not confirmed/);
  // borne out by a person, it is no longer only possible, though its verdict of then stands
  await say({ plate, code: "SIGHTING_CONFIRMED", station: "SIN", occurred_at: "2026-11-20T11:40:00Z" }, staff.ba);
  const now = await find(far);
  assert.deepEqual([now.outcome, now.possible], ["implausible", undefined]);
  assert.doesNotMatch(await page(), /a possible sighting, not confirmed/);
});

test("a short plate of another issuer is a possible sighting of the one bag of an open file with its digits (req: BAG-11)", async () => {
  const journey = [["BA178", "JFK", "LHR"], ["IB3167", "LHR", "MAD"]].map(([flight, from, to]) => ({ flight, date: "2026-11-20", from, to }));
  const open = async (plate) => {
    const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" }, itinerary: journey }, { key: key.BA });
    assert.equal(file.status, 201, file.text);
  };
  const seen = (plate, more, who) => say({ plate, station: "LHR", ...more }, who);
  const own = await seen("0125000081");
  // nobody has a file for these digits yet: a record of its own, as for any unknown plate
  const before = await seen("LH000081");
  assert.notEqual(before.bag.id, own.bag.id);
  await open("0125000081");
  // a carrier that is not in the journey, and a plate that has a record: never this bag
  for (const plate of ["AF000081", "LH000081"])
    assert.notEqual((await seen(plate, { occurred_at: "2026-11-20T10:20:00Z" })).bag.id, own.bag.id, plate);
  const far = await seen("IB000081", { occurred_at: "2026-11-20T10:30:00Z" });
  assert.deepEqual([far.bag.id, far.outcome, far.bag.last_seen_at], [own.bag.id, "implausible", own.bag.last_seen_at]);
  assert.ok(far.flags.includes("other_issuer"));
  const find = async () => (await eventsOf(own.bag.id)).find((e) => e.uid === far.event.uid);
  assert.equal((await find()).possible, true);
  assert.match((await server.get(`/desk/bags/${own.bag.id}`, staff.ba)).text, /possible sighting/);
  // the same scanner again is no second scan; Iberia's own in Madrid is, and both count at their own times
  assert.equal((await seen("IB000081", { occurred_at: "2026-11-20T10:40:00Z" })).outcome, "implausible");
  const second = await seen("IB000081", { station: "MAD", occurred_at: "2026-11-20T14:00:00Z" }, { key: key.IB });
  assert.deepEqual([second.bag.id, second.outcome, second.bag.station], [own.bag.id, "accepted", "MAD"]);
  assert.equal((await find()).possible, undefined);
  // a person bears out the next, and a correction finds it by what it was said under
  const two = await seen("0125000082");
  await open("0125000082");
  const typed = await seen("IB000082", { station: "MAD", occurred_at: "2026-11-20T14:00:00Z" }, { key: key.IB });
  assert.equal((await bag(two.bag.id)).station, "LHR");
  const checked = await say({ plate: "0125000082", code: "SIGHTING_CONFIRMED", station: "MAD", occurred_at: "2026-11-20T15:00:00Z" }, staff.ba);
  assert.deepEqual([typed.outcome, checked.outcome, checked.bag.station], ["implausible", "accepted", "MAD"]);
  const mended = await say({ plate: "0125000083", code: "CORRECTION", station: undefined, occurred_at: "2026-11-20T16:00:00Z",
    replaces: [{ event_id: typed.event.event_id, identity: "IB000082" }] }, { key: key.IB });
  assert.deepEqual([mended.outcome, mended.bag.id, mended.bag.station], ["corrected", two.bag.id, "LHR"]);
  // two files with the same digits: nobody can tell which
  const both = [await seen("0125000084"), await seen("3125000084")].map((s) => s.bag.id);
  for (const plate of ["0125000084", "3125000084"]) await open(plate);
  const either = await seen("IB000084");
  assert.deepEqual([both.includes(either.bag.id), either.outcome], [false, "accepted"]);
});

// Ten digits name their issuer themselves, so a plate of another issuer is never this bag's: there is nothing to be unmatched with.
test("ten digits of another issuer are another bag; a date of another travel moves nothing until a second scan or a person bears it out (req: BAG-11)", async () => {
  const journey = [["BA178", "JFK", "LHR"], ["IB3167", "LHR", "MAD"]].map(([flight, from, to]) => ({ flight, date: "2026-11-20", from, to }));
  const open = async (plate) => {
    await forecast(plate, "BA178", "JFK", "LHR");
    await forecast(plate, "IB3167", "LHR", "MAD");
    const own = await say({ plate, travel_date: "2026-11-20" });
    const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" }, itinerary: journey }, { key: key.BA });
    assert.equal(file.status, 201, file.text);
    return own.bag.id;
  };
  const where = async (id) => {
    const { place, station, custodian, last_seen_at, last_news_at } = await bag(id);
    return { place, station, custodian, last_seen_at, last_news_at };
  };
  const own = await open("0125000091"), was = await where(own);
  for (const [plate, who] of [["0075000091", key.IB], ["0220000091", key.LH], ["1125000091", key.BA]]) {
    const other = await say({ plate, code: "ON_HAND", station: "MAD", occurred_at: "2026-11-20T15:00:00Z" }, { key: who });
    assert.deepEqual([other.bag.id === own, other.outcome], [false, "accepted"], plate);
  }
  const told = await server.call("POST", "/v1/typeb", { key: key.IB, type: "text/plain", body: "BPM\n.V/1LMAD\n.J/S///20NOV/1600L/B1\n.F/IB3167/20NOV/MAD\n.N/0075000091001\nENDBPM\n" });
  assert.equal(told.status, 200, told.text);
  assert.deepEqual(await where(own), was);

  // five days behind the journey, and yet within the plate's days
  const dated = (more, who) => say({ plate: "0125000091", travel_date: "2026-11-25", occurred_at: "2026-11-20T15:10:00Z", station: "MAD", ...more }, who);
  for (const time of ["15:10", "15:20"]) { // the same scanner twice is one scan
    const seen = await dated({ occurred_at: `2026-11-20T${time}:00Z` });
    assert.deepEqual([seen.bag.id, seen.outcome], [own, "implausible"]);
    assert.deepEqual(await where(own), was);
  }
  const second = await dated({ occurred_at: "2026-11-20T15:30:00Z" }, { key: key.IB });
  assert.deepEqual([second.bag.id, second.outcome, second.bag.station], [own, "accepted", "MAD"]);

  const two = await open("0125000092");
  const late = await say({ plate: "0125000092", travel_date: "2026-11-25", occurred_at: "2026-11-20T15:10:00Z", station: "MAD" });
  assert.deepEqual([late.bag.id, late.outcome, late.bag.station], [two, "implausible", "LHR"]);
  const checked = await say({ plate: "0125000092", travel_date: "2026-11-20", code: "SIGHTING_CONFIRMED", station: "MAD", occurred_at: "2026-11-20T15:30:00Z" }, staff.ba);
  assert.deepEqual([checked.bag.id, checked.bag.station], [two, "MAD"]);
});

test("a search by nobody is kept and meets nothing; one that names who searched meets, and the name is sealed (req: ING-14)", async () => {
  const plate = "0125000061";
  await say({ plate, code: "BAG_ACCEPTED", station: "LHR" });
  const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" } }, { key: key.BA });
  assert.equal(file.status, 201, file.text);
  const searched = { plate, code: "SEARCHED_NOT_FOUND", searched: "T5 store 2", occurred_at: "2026-11-21T11:00:00Z" };
  const before = (await server.get(`/v1/bags/${plate}`, { key: key.BA })).json;
  const nobody = await say(searched);
  assert.equal(nobody.outcome, "accepted");
  assert.match(nobody.instruction, /^No person is named: kept, and meets nothing that is owed\./);
  assert.deepEqual(nobody.promises.map((p) => p.id), before.promises.map((p) => p.id));
  assert.equal(nobody.bag.last_news_at, before.bag.last_news_at);
  const named = await say({ ...searched, occurred_at: "2026-11-21T11:05:00Z", person: "Ursula Unverwechselbar" });
  assert.doesNotMatch(named.instruction, /No person/);
  assert.notDeepEqual(named.promises.map((p) => p.owed), before.promises.map((p) => p.owed), JSON.stringify(named.promises));
  assert.equal(named.event.data.person, true);
  const staffs = await say({ ...searched, occurred_at: "2026-11-21T11:10:00Z" }, staff.ba);
  assert.doesNotMatch(staffs.instruction, /No person/);
  for (const text of [JSON.stringify(await eventsOf(named.bag.id)), JSON.stringify(named)]) assert.ok(!text.includes("Unverwechselbar"));
});

test("after all of it every row is the fold of its log (req: BAG-07)", () => {
  assert.match(server.verb(["verify"]), / 0 differences/);
});
