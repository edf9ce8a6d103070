// SPDX-License-Identifier: Apache-2.0
// Reports that wait for an owner: a traveller's on the form, and a carrier's beside an open file.  Until the owner accepts they change nothing
// of a bag; the owner owes the answer within an hour.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { Server, until } from "../lib/server.mjs";

let server, ba, ib, lh, agent;

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  [ba, ib, lh] = ["BA", "IB", "LH"].map((carrier) => server.key(carrier));
  agent = await server.login(server.account("desk-ib", "agent", "IB"));
});
after(() => server?.stop());

const person = { surname: "Okonkwo", given: "Adaeze", phone: "+44 7700 900123", mail: "adaeze@example.net", town: "Madrid" };
const form = { ...person, flight: "IB 3167", date: "2026-11-20", from: "lhr", to: "mad", description: "green trunk" };
const send = (fields, language = "en") => server.call("POST", "/missing", { body: new URLSearchParams({ ...form, ...fields }).toString(), type: "application/x-www-form-urlencoded",
  headers: { origin: server.url, "sec-fetch-site": "same-origin", "accept-language": language } });
const scan = (plate, id, key = ba) => server.post("/v1/events", { event_id: id, plate, travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", occurred_at: "2026-11-21T07:00:00Z" }, { key });
const bag = async (plate, key = ba) => (await server.get(`/v1/bags/${plate}?date=2026-11-20`, { key })).json;
const open = (plate, more = {}, key = ib) => server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Okonkwo" },
  itinerary: [{ flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }], ...more }, { key });
const decide = (ref, what, key, body) => server.call("POST", `/v1/cases/${ref}:${what}`, { ...(key.cookie ? key : { key }), body });
const refOf = (text) => text.match(/Report (MADIB\d{5})/)[1];

/** A traveller's report of that plate: its reference and the address of its page. */
async function report(plate) {
  const answer = await send({ plate });
  assert.equal(answer.status, 303, answer.text);
  const page = await server.get(answer.headers.get("location"));
  assert.equal(page.status, 200);
  return { link: answer.headers.get("location"), page: page.text, ref: refOf(page.text) };
}

test("req: CASE-02 SEC-11 a traveller reports a bag on the form: nothing of the bag changes, and its owner owes the answer within an hour", async () => {
  await scan("0125710001", "r-1");
  const before = await bag("0125710001");
  const made = await report("0125710001");
  assert.match(made.page, /Iberia/);
  assert.match(made.page, /accepts the report or says why not/);
  assert.match(made.page, /2026-11-21T09:00:00Z/, "by when");
  assert.match(made.page, /2026-11-21T07:00:00Z/, "where it was seen, and when");
  assert.doesNotMatch(made.page, /Okonkwo|7700|adaeze/);
  const now = await bag("0125710001");
  for (const member of ["place", "custody", "custodian", "case", "watched", "last_seen_at", "last_news_at"]) assert.deepEqual(now.bag[member], before.bag[member], member);
  assert.deepEqual(now.promises, []);
  const file = (await server.get(`/v1/cases/${made.ref}`, { key: ib })).json;
  assert.equal(file.state, "REPORT");
  assert.equal(file.owner, "IB");
  assert.deepEqual(file.promises.map((p) => [p.carrier, p.owed, p.due]), [["IB", "report", "2026-11-21T09:00:00Z"]]);
  assert.equal((await server.get(`/v1/cases/${made.ref}`, { key: lh })).status, 404);
});

test("req: SEC-11 CASE-02 before its owner accepts it, and after a refusal, a report's link opens its page alone: no claims, no pictures, no details", async () => {
  await scan("0125710006", "r-6");
  const { ref, link, page } = await report("0125710006");
  assert.doesNotMatch(page, /\/claims/);
  const own = { origin: server.url, "sec-fetch-site": "same-origin" };
  const claim = new URLSearchParams({ once: "abcdefgh12345678", kind: "loss", bag: "1", note: "Pay." }).toString();
  const picture = new FormData();
  picture.append("picture", new Blob([Buffer.from("ffd8ffd9", "hex")]), "x.jpg");
  const attacks = {
    "read its claims": () => server.get(`${link}/claims`),
    "file one": () => server.call("POST", `${link}/claims`, { body: claim, type: "application/x-www-form-urlencoded", headers: own }),
    "bring one on": () => server.call("POST", `${link}/claims/1/steps`, { body: "once=a&step=accepted", type: "application/x-www-form-urlencoded", headers: own }),
    "add a picture": async () => ({ status: (await fetch(`${server.url}${link}/claims/1/pictures`, { method: "POST", body: picture, headers: own })).status }),
    "read a receipt": () => server.get(`${link}/claims/1/receipt`),
  };
  const nothing = async (state) => {
    const before = (await server.get(`/v1/cases/${ref}`, { key: ib })).json;
    for (const [name, attack] of Object.entries(attacks)) assert.equal((await attack()).status, 404, name);
    for (const who of [{ key: ib }, agent]) // nor does its owner's own claim set it going
      assert.equal((await server.post(`/v1/cases/${ref}/claims`, { event_id: `early-${state}`, kind: "loss", bag: 1 }, who)).status, 409);
    const after = (await server.get(`/v1/cases/${ref}`, { key: ib })).json;
    assert.deepEqual([after.state, after.version, after.promises], [state, before.version, before.promises]);
  };
  await nothing("REPORT");
  assert.equal((await decide(ref, "refuse", agent, { reason: "not-flown" })).status, 201);
  await nothing("CLOSED");
  const fragment = await server.get(`${link}/fragment`);
  assert.doesNotMatch(fragment.text, /Okonkwo|7700|adaeze|custod/i);
});

test("req: CASE-02 the owner accepts: from then on it is a file like any other, under the same link", async () => {
  await scan("0125710002", "r-2");
  const { ref, link } = await report("0125710002");
  assert.ok([403, 404].includes((await decide(ref, "accept", ba)).status), "another carrier does not answer for it");
  assert.equal((await decide(ref, "accept", lh)).status, 404);
  const accepted = await decide(ref, "accept", ib);
  assert.equal(accepted.status, 201, accepted.text);
  assert.equal(accepted.json.case.state, "OPEN");
  assert.deepEqual(accepted.json.promises.map((p) => [p.carrier, p.owed]), [["IB", "reported"]]);
  const now = await bag("0125710002", ib);
  assert.deepEqual([now.bag.case, now.bag.case_ref, now.bag.watched, now.bag.owner], ["OPEN", ref, true, "IB"]);
  assert.deepEqual(now.bag.route.map((leg) => [leg.flight, leg.from, leg.to]), [["IB3167", "LHR", "MAD"]]);
  assert.deepEqual(now.promises.map((p) => [p.carrier, p.owed]), [["BA", "located"]]);
  const page = await server.get(link);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /accepts the report or says why not/);
  assert.match(page.text, /Iberia/);
  assert.equal((await server.get(`${link}/claims`)).status, 200, "its claims can be filed now");
  const again = await decide(ref, "accept", ib);
  assert.equal(again.status, 200, again.text);
  assert.equal(again.json.outcome, "duplicate");
  for (const what of ["accept", "refuse"]) {
    const late = await decide(ref, what, agent, what === "refuse" ? { reason: "not-ours" } : undefined);
    assert.equal(late.status, 409, late.text);
    assert.equal(late.json.type, "/problems/report-settled");
  }
});

test("req: CASE-02 the owner refuses and says why: the page tells, the bag heard nothing of it", async () => {
  await scan("0125710003", "r-3");
  const { ref, link } = await report("0125710003");
  assert.equal((await decide(ref, "refuse", agent, { reason: "because" })).status, 422);
  const refused = await decide(ref, "refuse", agent, { reason: "not-flown" });
  assert.equal(refused.status, 201, refused.text);
  assert.equal(refused.json.case.state, "CLOSED");
  assert.deepEqual(refused.json.promises, []);
  assert.match((await server.get(link)).text, /did not accept this report/);
  const now = await bag("0125710003");
  assert.deepEqual([now.bag.case, now.bag.watched], ["NONE", false]);
  assert.equal((await open("0125710003")).status, 201, "nothing stands in the way of a file");
});

test("req: CASE-02 a rival's report stands beside the open file: one accepted case a bag", async () => {
  await scan("0125710004", "r-4");
  const first = await open("0125710004");
  assert.equal(first.status, 201, first.text);
  const refused = await open("0125710004", {}, ba);
  assert.equal(refused.status, 409);
  assert.equal(refused.json.type, "/problems/case-exists");
  const rival = await open("0125710004", { beside: first.json.ref, itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }] }, ba);
  assert.equal(rival.status, 201, rival.text);
  assert.equal(rival.json.state, "REPORT");
  assert.equal(rival.json.owner, "IB", "who answers for the bag answers to the report");
  assert.match(rival.json.ref, /^MADBA/);
  for (const key of [ba, ib]) assert.equal((await server.get(`/v1/cases/${rival.json.ref}`, { key })).json.state, "REPORT");
  const now = await bag("0125710004", ib);
  assert.deepEqual([now.bag.case_ref, now.bag.case, now.bag.owner], [first.json.ref, "OPEN", "IB"]);
  assert.deepEqual(now.bag.route.map((leg) => leg.flight), ["IB3167"], "its journey is the open file's");
  const both = await decide(rival.json.ref, "accept", ib);
  assert.equal(both.status, 409, both.text);
  assert.equal(both.json.type, "/problems/case-exists");
  assert.equal((await decide(rival.json.ref, "refuse", ib, { reason: "duplicate" })).status, 201);
  assert.deepEqual((await bag("0125710004", ib)).bag.case_ref, first.json.ref);
  assert.equal((await open("0125710005", { beside: first.json.ref })).status, 422, "it is not open on that bag");
});

test("req: CASE-02 PAGE-07 the form says what is wrong, keeps what was typed, and makes nothing", async () => {
  const page = await server.get("/missing");
  assert.equal(page.status, 200);
  assert.match(page.text, /<form method="post" action="\/missing">/);
  assert.match((await server.get("/")).text, /href="\/missing"/);
  for (const [fields, wrong] of [[{ surname: "" }, "surname"], [{ flight: "ZZ9" }, "flight"], [{ flight: "" }, "flight"], [{ from: "LH" }, "from"], [{ to: "madrid" }, "to"],
    [{ date: "yesterday" }, "date"], [{ plate: "12" }, "plate"]]) {
    const answer = await send({ plate: "", ...fields });
    assert.equal(answer.status, 422, JSON.stringify(fields));
    for (const language of ["fr", "es", "ar"]) {
      const words = JSON.parse(readFileSync(new URL(`../../server/web/catalogues/${language}.json`, import.meta.url), "utf8"));
      assert.ok((await send({ plate: "", ...fields }, language)).text.includes(words[`missing.fault.${wrong}`].replaceAll("'", "&#39;")), `${language}: ${wrong}`);
    }
    assert.match(answer.text, new RegExp(`id="${wrong}-why"`), JSON.stringify(fields));
    if (wrong !== "surname") assert.match(answer.text, /value="Okonkwo"/);
  }
  assert.equal((await server.call("POST", "/missing", { body: new URLSearchParams(form).toString(), type: "application/x-www-form-urlencoded", headers: { origin: "https://elsewhere.example" } })).status, 403);
  for (const surname of ["é".repeat(300), `x${"é".repeat(300)}`, "\u0001".repeat(1000)]) { // told, and not cut in the middle of a letter
    const long = await send({ plate: "", surname });
    assert.equal(long.status, 422, surname.slice(0, 2));
    assert.match(long.text, /id="surname-why"/);
  }
  const unplated = await send({ plate: "" });
  assert.equal(unplated.status, 303, "a traveller may have lost the receipt");
});

/** Closes a file as its owner does: the fault is coded first. */
async function close(ref, reason) {
  const fault = await server.call("POST", `/v1/cases/${ref}:fault`, { ...agent, body: { event_id: `fault-${ref}`, station: "LHR", reason: "21", note: "Left behind." } });
  assert.ok([200, 201].includes(fault.status), fault.text);
  const closed = await server.call("POST", `/v1/cases/${ref}:close`, { ...agent, body: { event_id: `close-${ref}`, reason, note: "They asked for nothing more." } });
  assert.ok([200, 201].includes(closed.status), closed.text);
}

test("req: CASE-02 a bag that is seen after its file was closed without it has a linked file, with its history, under the customer's own link", async () => {
  await scan("0125720001", "l-1");
  const first = await open("0125720001", { contacts: { town: "Soria" }, description: "red trunk" });
  const link = new URL(first.json.customer_url).pathname;
  await close(first.json.ref, "withdrawn");
  assert.equal((await bag("0125720001", ib)).bag.case, "CLOSED");
  assert.deepEqual((await bag("0125720001", ib)).promises, []);
  server.clock.set("2026-11-21T09:30:00Z");
  const found = await server.post("/v1/events", { event_id: "l-2", plate: "0125720001", travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", place: "cellar", occurred_at: "2026-11-21T09:29:00Z" }, { key: ba });
  assert.equal(found.status, 201, found.text);
  const again = await until(async () => {
    const now = await bag("0125720001", ib);
    return now.bag.case === "OPEN" && now;
  }, "a linked file");
  assert.notEqual(again.bag.case_ref, first.json.ref);
  assert.deepEqual([again.bag.owner, again.bag.watched], ["IB", true]);
  assert.deepEqual(again.promises.map((p) => [p.carrier, p.owed]), [["BA", "located"]]);
  const file = (await server.get(`/v1/cases/${again.bag.case_ref}`, { key: ib })).json;
  assert.equal(file.linked, first.json.ref);
  assert.equal(file.state, "OPEN");
  assert.deepEqual(file.promises.map((p) => [p.carrier, p.owed]), [["IB", "reported"]]);
  const codes = (await server.get("/v1/bags/0125720001/events?date=2026-11-20", { key: ib })).json.events.map((event) => event.code);
  for (const code of ["CASE_OPENED", "CASE_CLOSED", "ON_HAND"]) assert.ok(codes.includes(code), code);
  assert.equal(codes.filter((code) => code === "CASE_OPENED").length >= 2, true, "the history of both");
  const page = await until(async () => {
    const got = await server.get(link);
    return got.text.includes(again.bag.case_ref) && got;
  }, "the customer's own link leads there");
  assert.equal(page.status, 200);
});

test("req: CASE-09 several bags: case steps are owed once, place news per bag, and the page has a line a bag, the worst first", async () => {
  const plates = ["0125730001", "0125730002", "0125730003"];
  for (const [k, plate] of plates.entries()) await scan(plate, `m-${k}`);
  const file = await server.post("/v1/cases", { bags: plates.map((plate) => ({ plate })), travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Three" },
    itinerary: [{ flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }] }, { key: ib });
  assert.equal(file.status, 201, file.text);
  const seen = (await server.get(`/v1/cases/${file.json.ref}`, { key: ib })).json;
  assert.deepEqual(seen.promises.map((p) => p.owed), ["reported"]);
  assert.deepEqual(seen.bags.map((one) => one.promises.map((p) => [p.carrier, p.owed])), plates.map(() => [["BA", "located"]]));
  await server.post("/v1/events", { event_id: "m-x", plate: plates[0], travel_date: "2026-11-20", code: "DELIVERED", proof: "pin", occurred_at: "2026-11-21T09:30:00Z" }, { key: ib });
  const link = new URL(file.json.customer_url).pathname;
  const order = (html) => [...html.matchAll(/<li><a href="#bag-(\d)-where">/g)].map((found) => Number(found[1]));
  const page = (await server.get(link)).text;
  assert.deepEqual(order(page), [2, 3, 1], "what is delivered stands last");
  assert.deepEqual([...page.matchAll(/<article[^>]*data-ordinal="(\d)"/g)].map((found) => Number(found[1])), [2, 3, 1]);
});
