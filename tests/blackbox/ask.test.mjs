// SPDX-License-Identifier: Apache-2.0
// Asking a station, from outside: who may ask whom, until when; the signed link without an account, once; what each answer does to place,
// custody and what is owed; who is told where nobody answers; and the link attacked.  req: CLK-09
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { People } from "../lib/people.mjs";
import { Server, until } from "../lib/server.mjs";

let server, key, staff, at;

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  ({ key, staff, at } = new People(server, ["BA", "IB", "LH", "AF"]));
});
after(() => server?.stop());

let number = 0;
const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
async function say(plate, code, who, more = {}) {
  const answer = await server.post("/v1/events", { event_id: `e-${++number}`, plate, travel_date: "2026-11-20", code, occurred_at: server.clock.now, ...more }, who);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
/** A file of Iberia's on a bag that British Airways saw at LHR, moving. */
async function open(plate, time = "2026-11-21T08:00:00Z") {
  await at(time);
  const seen = await say(plate, "BAG_SEEN", { key: key.BA }, { station: "LHR" });
  const made = await server.post("/v1/cases", { travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    bags: [{ plate, code: "BU22MBC" }], itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: key.IB });
  assert.equal(made.status, 201, made.text);
  return { id: seen.bag.id, plate, ref: made.json.ref, page: new URL(made.json.customer_url).pathname };
}
async function must(answer, status = 201) {
  const got = await answer;
  assert.equal(got.status, status, got.text);
  return got.json;
}
const ask = (bag, more = {}, who = staff.IB) => server.post(`/v1/bags/${bag.id}/ask`, { event_id: `q-${++number}`, station: "LHR", ...more }, who);
const answer = (bag, id, more, who = staff.BA) => server.post(`/v1/bags/${bag.id}/answer`, { event_id: `a-${++number}`, ask: id, ...more }, who);
const path = (asked) => new URL(asked.ask.link).pathname;
const form = (where, fields, headers = {}) => server.call("POST", where, { body: new URLSearchParams(fields).toString(),
  type: "application/x-www-form-urlencoded", headers: { origin: server.url, ...headers } });
const words = (text) => text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
const page = async (where) => words((await server.get(`${where}?tz=Europe/Madrid`)).text);
const bagOf = async (bag, who = { key: key.IB }) => (await must(server.get(`/v1/bags/${bag.id}`, who), 200));
const owed = async (bag) => (await bagOf(bag)).promises.map((p) => [p.owed, p.carrier, p.due]);
const events = async (bag) => (await must(server.get(`/v1/bags/${bag.id}/events`, { key: key.IB }), 200)).events;

test("a name of several bags tells nobody who sees none of them that there are any (req: SEC-03)", async () => {
  await at("2026-11-21T08:00:00Z");
  for (const plate of ["0220000077", "1220000077"]) await say(plate, "BAG_SEEN", { key: key.LH }, { station: "FRA" });
  const question = (who) => server.post("/v1/bags/LH000077/ask", { event_id: `q-${++number}`, station: "FRA" }, who);
  assert.equal((await question(staff.IB)).status, 404);
  assert.equal((await question(staff.LH)).status, 409, "its own carrier is asked which");
  const watch = (who) => server.post("/v1/bags/LH000077:watch", { event_id: `w-${++number}` }, who);
  assert.deepEqual([(await watch(staff.IB)).status, (await watch(staff.LH)).status], [404, 404]);
});

test("staff of the journey ask a station; the answer is a promise of the asked carrier beside the place news", async () => {
  const bag = await open("0125000001");
  assert.equal((await ask(bag, {}, staff.LH)).status, 404, "who may not see the bag asks nothing of it");
  assert.equal((await ask(bag, {}, { key: key.IB })).status, 403, "a person asks, no machine");
  assert.equal((await ask(bag, { station: "lhr" })).status, 422);
  const early = await must(ask(bag, { answer_by: "2026-11-21T08:30:00Z" }), 409);
  assert.match(early.type, /ask-refused$/);
  assert.match(early.detail, /BA has until 2026-11-21T09:00:00Z/);
  assert.equal((await ask(bag, { answer_by: "2026-11-22T09:00:00Z" })).status, 409, "beyond a day");
  const body = { event_id: "question-1", station: "LHR", note: "Ask for <b>Testperson</b>." };
  const asked = await must(server.post(`/v1/bags/${bag.id}/ask`, body, staff.IB));
  assert.deepEqual([asked.event.code, asked.event.carrier, asked.event.to_carrier, asked.ask.due], ["STATION_ASKED", "IB", "BA", "2026-11-21T09:00:00Z"]);
  assert.equal(asked.ask.link_until, "2026-11-24T08:00:00Z");
  assert.deepEqual((await owed(bag)).sort(), [["ask", "BA", "2026-11-21T09:00:00Z"], ["tracing-holder", "BA", "2026-11-21T12:00:00Z"]]);
  const again = await must(server.post(`/v1/bags/${bag.id}/ask`, body, staff.IB), 200);
  assert.deepEqual({ ...again, outcome: "accepted" }, asked, "the same question, the same link");
  assert.match((await must(ask(bag), 409)).detail, /BA is asked already, at LHR/, "one question to a carrier at a time");
  const own = await must(ask(bag, { station: "MAD", carrier: "IB", answer_by: "2026-11-21T20:00:00Z" }));
  assert.equal(own.ask.due, "2026-11-21T20:00:00Z", "the asker may give more time");
  const text = await page(bag.page);
  assert.match(text, /Iberia asked British Airways at London Heathrow Airport on 21 Nov, 09:00 whether your bag is there\. The answer is due by 21 Nov, 10:00\./);
  assert.match(text, /^.*Iberia is sorry/, "the owner's apology stands first");
  const list = (await must(server.get("/v1/asked", { key: key.BA }), 200)).asked.filter((one) => one.bag_id === bag.id);
  assert.deepEqual(list.map((one) => [one.id, one.station, one.asked_by, one.with, one.link]), [[asked.ask.id, "LHR", "IB", "station", asked.ask.link]]);
  assert.deepEqual((await must(server.get("/v1/asked", { key: key.LH }), 200)).asked, []);
  assert.match((await server.get("/desk/asked", staff.BA)).text, /href="\/a\/[\w-]{64}"/);
  const desk = await server.get(`/desk/bags/${bag.id}`, staff.IB);
  assert.ok(desk.text.includes(asked.ask.link), "whoever asked is shown the link to hand over");
  assert.ok(!(await server.get(`/desk/bags/${bag.id}`, staff.BA)).text.includes(asked.ask.link));
  const station = await server.get(path(asked));
  assert.equal(station.status, 200);
  assert.match(words(station.text), /Iberia \(IB\) asks British Airways \(BA\) at London Heathrow Airport \(LHR\): is this bag there\?/);
  for (const shown of ["0125000001", "BU22MBC: blue upright", "BA178 2026-11-20 JFK LHR"]) assert.ok(words(station.text).includes(shown), shown);
  for (const hidden of ["Testperson", bag.ref, bag.page]) assert.ok(!station.text.includes(hidden), hidden);
  assert.equal(station.headers.get("cache-control"), "no-store");
  assert.equal(station.headers.get("referrer-policy"), "no-referrer");
});

test("here sets the place and not custody; scans do", async () => {
  const bag = await open("0125000002");
  await say(bag.plate, "TRANSFER_OUT", { key: key.BA }, { station: "LHR", to_carrier: "IB" });
  const asked = await must(ask(bag, { carrier: "IB" }));
  const missing = await form(path(asked), { answer: "here" });
  assert.equal(missing.status, 422);
  assert.match(missing.text, /Say where it stands/);
  const long = await form(path(asked), { answer: "here", place: "T5", person: "x".repeat(61) });
  assert.equal(long.status, 422);
  assert.match(long.text, /aria-describedby="person-here-why">\s*<span class="fault" id="person-here-why">At most 60 characters/);
  const said = await form(path(asked), { answer: "here", place: "T5 cage 9", person: "Quagliarella of shift two" });
  assert.equal(said.status, 303, said.text);
  assert.equal(said.headers.get("location"), path(asked));
  const { bag: now, promises } = await bagOf(bag);
  assert.deepEqual([now.place, now.station, now.spot, now.at_rest, now.custody, now.custodian, now.receiver], ["AT", "LHR", "T5 cage 9", true, "PENDING", "BA", "IB"]);
  assert.deepEqual([now.last_seen_by, now.last_seen_station], ["IB", "LHR"]);
  assert.deepEqual(promises.map((p) => [p.owed, p.carrier]), [["transfer-pending", "IB"]], "answered, and the handover is still to be taken by a scan");
  assert.match(await page(bag.page), /last seen at London Heathrow Airport/);
  assert.match(await page(bag.page), /Iberia answered: your bag is at London Heathrow Airport \(T5 cage 9\)/);
  assert.ok(!(await server.get(`/v1/bags/${bag.id}/events`, { key: key.IB })).text.includes("Quagliarella"), "who answered is sealed");
  assert.match(words((await server.get(path(asked))).text), /This is answered.*Answered: it is here \(T5 cage 9\)/);
});

test("not here is a search: the custodian's denial moves the tracing to the owner, and it names where", async () => {
  const bag = await open("0125000003");
  const asked = await must(ask(bag));
  assert.equal((await form(path(asked), { answer: "not-here", searched: "T3 store, T5 belts" })).status, 303);
  assert.deepEqual((await owed(bag)).map(([what, who]) => [what, who]), [["tracing", "IB"]]);
  assert.equal((await bagOf(bag)).bag.place, "AT");
  assert.match(await page(bag.page), /British Airways answered on 21 Nov, 09:00: your bag is not at London Heathrow Airport \(searched: T3 store, T5 belts\)/);
});

test("sent on is news and no sighting; what is owed of the bag stays owed", async () => {
  const bag = await open("0125000004");
  const before = (await bagOf(bag)).bag;
  const asked = await must(ask(bag));
  assert.equal((await form(path(asked), { answer: "sent-on", flight: "soon", date: "2026-11-21", to: "MAD" })).status, 422);
  assert.equal((await form(path(asked), { answer: "sent-on", flight: "ib 3163", date: "2026-11-21", to: "mad" })).status, 303, "as people type");
  const { bag: now, promises } = await bagOf(bag);
  assert.deepEqual([now.place, now.last_seen_at, now.forward], ["AT", before.last_seen_at, undefined]);
  assert.equal(now.last_news_from, "BA");
  assert.deepEqual(promises.map((p) => [p.owed, p.carrier]), [["tracing-holder", "BA"]]);
  assert.match(await page(bag.page), /your bag was sent on from London Heathrow Airport to [^,]*, flight IB3163 on 21 Nov/);
});

test("needs until moves the time once and says so; then the answer is due", async () => {
  const bag = await open("0125000005");
  const asked = await must(ask(bag));
  const shown = (await server.get(path(asked))).text;
  assert.ok(shown.includes('value="2026-11-21T12:00:00Z"'), "a time to choose");
  assert.ok(!shown.includes('value="2026-11-21T09:00:00Z"'), "no time that is due already");
  for (const wrong of ["2026-11-21T08:59:00Z", "2026-11-22T08:01:00Z", "soon"])
    assert.ok([409, 422].includes((await form(path(asked), { answer: "until", until: wrong })).status), wrong);
  const faulty = await form(path(asked), { answer: "until", until: "2026-11-21T12:00:00Z", person: "x".repeat(61) });
  assert.match(faulty.text, /<option value="2026-11-21T12:00:00Z" selected>/, "what was chosen stays chosen");
  assert.equal((await form(path(asked), { answer: "until", until: "2026-11-21T12:00:00Z" })).status, 303);
  assert.deepEqual((await owed(bag)).filter(([what]) => what === "ask"), [["ask", "BA", "2026-11-21T12:00:00Z"]]);
  assert.match(await page(bag.page), /British Airways said that it needs longer; the answer is due by 21 Nov, 13:00\./);
  const rows = (await server.get(path(asked))).text;
  assert.ok(!rows.includes('name="until"'), "it is offered once");
  assert.equal((await form(path(asked), { answer: "until", until: "2026-11-21T18:00:00Z" })).status, 409);
  assert.equal((await form(path(asked), { answer: "not-here", searched: "T3" })).status, 303);
  assert.deepEqual((await owed(bag)).filter(([what]) => what === "ask"), []);
});

test("eight answers from two browsers at once are one answer; the others are told how it stands", async () => {
  const bag = await open("0125000006");
  const asked = await must(ask(bag));
  const fields = [{ answer: "here", place: "A" }, { answer: "not-here", searched: "B" }, { answer: "sent-on", flight: "IB3163", date: "2026-11-21", to: "MAD" }, { answer: "here", place: "C" }];
  const got = await Promise.all([...fields, ...fields].map((one, k) => form(path(asked), one, { "user-agent": `browser ${k >> 2}` })));
  const taken = got.filter((one) => one.status === 303), late = got.filter((one) => one.status === 409);
  assert.ok(taken.length >= 1 && taken.length <= 2, "the one, and its like from the other browser");
  assert.equal(taken.length + late.length, 8);
  for (const one of late) assert.match(one.text, /Your answer was not taken: somebody else was first/);
  assert.equal((await events(bag)).filter((ev) => ev.code === "STATION_ANSWERED").length, 1);
});

test("unanswered: the duty manager at due, the hub two hours later; page, desk and list say so", async () => {
  const bag = await open("0125000007", "2026-11-21T10:00:00Z");
  const asked = await must(ask(bag));
  const reached = async (who) => (await must(server.get("/v1/asked", { key: key.BA }), 200)).asked.find((one) => one.bag_id === bag.id)?.with === who;
  await at("2026-11-21T11:00:00Z");
  await until(() => reached("duty-manager"), "the duty manager");
  assert.match(await page(bag.page), /The answer was due by 21 Nov, 12:00 and has not come in\. The duty manager of British Airways at London Heathrow Airport was told\./);
  assert.match((await server.get("/desk/overdue", staff.BA)).text, /1: with the duty manager at LHR/);
  await at("2026-11-21T13:00:00Z");
  await until(() => reached("hub"), "the hub");
  assert.match(await page(bag.page), /The hub of British Airways was told\./);
  assert.match((await server.get("/desk/asked", staff.BA)).text, /2: with the hub/);
  const levels = (await events(bag)).filter((ev) => ev.data?.owed === "ask").map((ev) => ev.data.level).sort();
  assert.deepEqual(levels, [0, 1, 2], "each once");
  assert.equal((await form(path(asked), { answer: "not-here", searched: "T3" })).status, 303, "late, and taken");
  assert.equal((await must(server.get("/v1/asked", { key: key.BA }), 200)).asked.some((one) => one.bag_id === bag.id), false);
});

test("staff of the asked carrier answer by their account; nobody else does", async () => {
  const bag = await open("0125000008", "2026-11-21T14:00:00Z");
  const asked = await must(ask(bag, { carrier: "LH", station: "FRA" }));
  assert.equal((await answer(bag, asked.ask.id, { answer: "not-here", searched: "A" }, staff.AF)).status, 404);
  assert.equal((await answer(bag, asked.ask.id, { answer: "not-here", searched: "A" }, staff.IB)).status, 403);
  assert.equal((await answer(bag, "00000000-0000-4000-8000-000000000000", { answer: "not-here", searched: "A" }, staff.IB)).status, 409);
  assert.equal((await answer(bag, asked.ask.id, { answer: "not-here", place: "A" }, staff.LH)).status, 422);
  const said = await must(answer(bag, asked.ask.id, { answer: "not-here", searched: "B cellar", person: "7" }, staff.LH));
  assert.deepEqual([said.event.carrier, said.event.data.action, said.event.data.person], ["LH", "not-here", true]);
  assert.equal(said.promises.length, 0, "outside of the journey one reads one's own word");
  assert.equal((await answer(bag, asked.ask.id, { answer: "here", place: "A" }, staff.LH)).status, 409);
  assert.equal((await form(path(asked), { answer: "here", place: "A" })).status, 409);
});

test("a handler answers where its mandate lets it, and sees no link of another station (req: SEC-10)", async () => {
  const bag = await open("0125000012", "2026-11-21T14:00:00Z"), other = await open("0125000013", "2026-11-21T14:00:00Z");
  const here = await must(ask(bag, { carrier: "LH", station: "FRA" })), there = await must(ask(other, { carrier: "LH", station: "MUC" }));
  const reader = server.key("GROUNDASK"), hand = await server.login(server.account("agent.groundask", "agent", "GROUNDASK"));
  const listed = async () => (await must(server.get("/v1/asked", { key: reader }), 200)).asked.map((one) => one.id);
  assert.deepEqual(await listed(), [], "without a mandate");
  await server.mandate("LH", "GROUNDASK", { stations: ["FRA"], codes: ["STATION_ANSWERED"] });
  assert.deepEqual(await until(async () => (await listed()).length && listed(), "the mandate"), [here.ask.id]);
  const say = (on, id) => answer(on, id, { answer: "not-here", searched: "A", for_carrier: "LH" }, hand);
  const refused = await say(other, there.ask.id);
  assert.deepEqual([refused.status, refused.json.type], [403, "/problems/code-not-yours"], refused.text);
  assert.equal((await must(say(bag, here.ask.id))).event.station, "FRA");
});

test("a scan of the bag answers what was asked: the link says that nothing is asked any more", async () => {
  const bag = await open("0125000009", "2026-11-21T14:00:00Z");
  const asked = await must(ask(bag));
  await at("2026-11-21T14:05:00Z");
  await say(bag.plate, "ON_HAND", { key: key.BA }, { station: "LHR", place: "T3" });
  assert.deepEqual((await owed(bag)).map(([what]) => what), ["located"]);
  assert.match(words((await server.get(path(asked))).text), /This is no longer asked/);
  assert.equal((await form(path(asked), { answer: "here", place: "A" })).status, 409);
  assert.doesNotMatch(await page(bag.page), /asked British Airways at London Heathrow Airport on .* whether your bag is there\. The answer/);
});

test("the link attacked: guessed, altered, of another bag, read ahead, from another site, after 72 hours", async () => {
  const bag = await open("0125000010", "2026-11-21T15:00:00Z"), other = await open("0125000011", "2026-11-21T15:00:00Z");
  const [one, two] = [path(await must(ask(bag))), path(await must(ask(other)))];
  const version = (await bagOf(bag)).bag.version;
  for (let turn = 0; turn < 3; turn++) assert.equal((await server.get(one)).status, 200);
  assert.equal((await server.call("HEAD", one)).status, 200);
  assert.equal((await bagOf(bag)).bag.version, version, "what reads ahead answers nothing");
  const token = one.slice(3), there = two.slice(3);
  const flip = (text, k) => text.slice(0, k) + (text[k] === "A" ? "B" : "A") + text.slice(k + 1);
  const guesses = ["x", "A".repeat(64), flip(token, 0), flip(token, 30), flip(token, 63), there.slice(0, 21) + token.slice(21), token.slice(0, 43) + there.slice(43),
    `${token}A`, token.slice(0, 63), `test-${token}`, bag.page.split("/")[2]];
  for (const guess of guesses) {
    assert.equal((await server.get(`/a/${guess}`)).status, 404, guess);
    assert.equal((await form(`/a/${guess}`, { answer: "here", place: "A" })).status, 404, guess);
  }
  assert.equal((await server.get(`/t/${token}`)).status, 404, "it is no customer's link");
  assert.equal((await form(one, { answer: "here", place: "A" }, { origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await form(one, { answer: "here", place: "A" }, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await server.call("POST", one, { body: { answer: "here", place: "A" }, headers: { origin: server.url } })).status, 415);
  assert.equal((await form(one, { answer: "everywhere" })).status, 422);
  assert.equal((await bagOf(bag)).bag.version, version);
  const agent = await form(one, { answer: "here", place: "A" }, { cookie: staff.LH.cookie });
  assert.equal(agent.status, 403, "a session in the same browser needs its own token too, which the page has");
  const csrf = (await server.get(one, { cookie: staff.LH.cookie })).text.match(/name="csrf" value="([^"]+)"/)[1];
  assert.equal((await form(one, { answer: "until", until: "2026-11-21T20:00:00Z", csrf }, { cookie: staff.LH.cookie })).status, 303);
  await at("2026-11-24T14:59:59Z");
  assert.equal((await server.get(one)).status, 200);
  await at("2026-11-24T15:00:00Z");
  const over = await server.get(one);
  assert.equal(over.status, 410);
  assert.match(words(over.text), /This link has ended/);
  assert.ok(!over.text.includes(bag.plate));
  assert.equal((await form(one, { answer: "here", place: "A" })).status, 410);
  assert.equal((await events(bag)).filter((ev) => ev.code === "STATION_ANSWERED").length, 1);
});

test("the log alone gives every row again", () => {
  assert.match(server.verb(["verify"]), / 0 differences/);
});
