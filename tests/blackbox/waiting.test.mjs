// SPDX-License-Identifier: Apache-2.0
// Waiting for the customer: a form, a key, an address.  Nothing rests before the customer was reached; then the owner reminds every day,
// misses like anybody, and the hours are told apart.  The customer gives it on the page, staff say so, or the bag goes on without it.
// req: CLK-18
import assert from "node:assert/strict";
import { request } from "node:http";
import test, { after, before } from "node:test";
import { Server, until } from "../lib/server.mjs";

const FORM = "application/x-www-form-urlencoded", plates = ["0125000001", "0125000002"];
let server, file, link, companion, number = 0;
const key = {}, people = {}, staff = {};

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  for (const carrier of ["BA", "IB", "LH"]) {
    key[carrier] = server.key(carrier);
    people[carrier] = server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier);
  }
  await at("2026-11-21T08:00:00Z");
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const made = await server.post("/v1/cases", { bags: plates.map((plate) => ({ plate })), travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: key.IB });
  assert.equal(made.status, 201, made.text);
  file = made.json.ref;
  link = new URL(made.json.customer_url).pathname;
  companion = new URL(server.verb(["link", "create", file, "--companion"]).trim(), server.url).pathname;
  await scan("IB", plates[0], "CUSTOMS_HOLD", "MAD");
  await scan("BA", plates[1], "ON_HAND", "LHR");
});
after(() => server?.stop());

async function at(time) {
  server.clock.set(time);
  for (const [carrier, person] of Object.entries(people)) staff[carrier] = await server.login(person);
}
async function scan(carrier, plate, code, station, more) {
  const said = await server.post("/v1/events", { event_id: `s-${++number}`, plate, travel_date: "2026-11-20", code, station, occurred_at: server.clock.now, ...more }, { key: key[carrier] });
  assert.equal(said.status, 201, said.text);
}
const say = (who, body) => server.post(`/v1/cases/${file}:wait`, { event_id: `w-${++number}`, ...body }, who);
const said = async (who, body) => {
  const answer = await say(who, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
/** What place news is owed of the two bags: who, what, due. */
const owed = async () => {
  const seen = (await server.get(`/v1/cases/${file}`, staff.IB)).json;
  return seen.bags.sort((a, b) => a.ordinal - b.ordinal).map(({ promises }) => promises.map((p) => `${p.carrier} ${p.owed} ${p.due}`).join());
};
const waiting = async () => (await server.get(`/v1/cases/${file}`, staff.IB)).json.waiting;
const words = (text) => text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
const page = async (path = link) => words((await server.get(`${path}?tz=Europe/Madrid`)).text);
/** As a browser asks for a page that its user goes to; fetch() has a mode of its own. */
const open = (path, headers = {}) => new Promise((resolve, reject) => request(server.url + path, { headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1", ...headers } },
  (answer) => { let text = ""; answer.on("data", (piece) => (text += piece)).on("end", () => resolve({ status: answer.statusCode, text })); }).on("error", reject).end());
const give = (fields, headers = {}) => server.call("POST", `${link}/needed`, { type: FORM, body: new URLSearchParams(fields).toString(), headers: { origin: server.url, "sec-fetch-site": "same-origin", ...headers } });
const levels = async (plate) => (await server.get(`/v1/promises`, { key: key.IB })).json.promises.filter((p) => p.bag?.plate === plate || p.plate === plate).map((p) => p.level);
/** Statements of that kind: what stands on the file and on its bags is one. */
const count = async (action) => new Set((await server.get(`/v1/bags/${plates[0]}/events?date=2026-11-20`, staff.IB)).json.events
  .filter((e) => e.code === "WAITING_FOR_CUSTOMER" && e.data.action === action).map((e) => e.event_id)).size;

test("only staff of the file's owner ask, for one of three things, and say how they told or tried", async () => {
  assert.equal((await say({ key: key.IB }, { step: "asked", needs: "form" })).status, 403, "a person asks, no machine");
  assert.equal((await say(staff.BA, { step: "asked", needs: "form" })).status, 403, "the file is Iberia's");
  assert.equal((await say(staff.LH, { step: "asked", needs: "form" })).status, 404);
  for (const body of [{ step: "asked", needs: "money" }, { step: "waited" }, { step: "opened" }, { needs: "form" }, { step: "reached", needs: "form" }, { step: "tried" }])
    assert.equal((await say(staff.IB, body)).status, 422, JSON.stringify(body));
  for (const body of [{ step: "asked" }, { step: "tried", note: "x" }, { step: "given" }, { step: "withdrawn" }])
    assert.equal((await say(staff.IB, body)).status, 409, JSON.stringify(body));
  assert.equal((await server.post("/v1/events", { event_id: "w", plate: plates[0], code: "WAITING_FOR_CUSTOMER", occurred_at: server.clock.now }, staff.IB)).status, 403, "it has a door of its own");
  assert.equal(await waiting(), undefined);
});

test("asked and not reached, every clock runs on and is missed as before; page and desk say so", async () => {
  const body = { event_id: "ask", step: "asked", needs: "form", note: "Sent by mail." };
  assert.equal((await say(staff.IB, body)).status, 201);
  assert.equal((await say(staff.IB, body)).status, 200, "said twice, asked once");
  assert.equal((await say(staff.IB, { step: "asked", needs: "form" })).status, 409, "asking again restarts nothing");
  assert.equal((await say(staff.IB, { step: "reached", needs: "key", note: "By telephone." })).status, 409, "one thing at a time");
  assert.deepEqual(await waiting(), { needs: "form", asked_by: "IB", asked_at: "2026-11-21T08:00:00Z" });
  assert.deepEqual(await owed(), ["IB held 2026-11-22T08:00:00Z", "BA located 2026-11-21T12:00:00Z"]);
  const text = await page();
  assert.match(text, /Iberia is sorry.*Iberia needs a form from you before your bag can go on, and asked for it on 21 Nov, 09:00\. Until you have been reached, the clock for the next step runs on\. Give it now/);
  const desk = words((await server.get(`/desk/cases/${file}?tz=UTC`, staff.IB)).text);
  assert.match(desk, /Waiting for the customera form, Iberia \(IB\): Asked for 21 Nov, 08:00Customer reached not yet: every clock runs on/);
  await at("2026-11-22T08:00:00Z");
  await until(async () => (await levels(plates[0]))[0] === 1, "the hold is missed");
  assert.match(await page(), /Iberia was reminded on 22 Nov, 09:00/);
});

test("reached in person, desk duties rest and the owner reminds daily; misses have levels and words like any", async () => {
  await at("2026-11-22T09:00:00Z");
  const answer = await said(staff.IB, { step: "reached", note: "Told by telephone." });
  assert.deepEqual([answer.event.code, answer.event.data.action, answer.event.data.why], ["WAITING_FOR_CUSTOMER", "reached", "form"]);
  assert.deepEqual(await owed(), plates.map(() => "IB remind-customer 2026-11-23T09:00:00Z"));
  assert.deepEqual(await waiting(), { needs: "form", asked_by: "IB", asked_at: "2026-11-21T08:00:00Z", reached_at: "2026-11-22T09:00:00Z", reached_by: "staff" });
  const text = await page();
  assert.match(text, /Iberia says that it told you on 22 Nov, 10:00\. Since then its clock for the next step rests, until you have given it\. Iberia reminds you every day until then\./);
  assert.match(text, /Next comes a reminder of what is needed from you, from Iberia, due by 23 Nov, 10:00\./);
  for (const [language, sentence] of [["fr", /Iberia vous le rappelle chaque jour jusqu’à votre réponse\./], ["es", /Iberia se lo recuerda cada día hasta entonces\./], ["ar", /كل يوم إلى ذلك الحين/]])
    assert.match(words((await server.get(`${link}?lang=${language}`)).text), sentence);
  const bag = words((await server.get(`/desk/bags/${(await server.get(`/v1/bags/${plates[1]}?date=2026-11-20`, staff.BA)).json.bag.id}`, staff.BA)).text);
  assert.match(bag, /a reminder to the customer of what is needed/, "the look-up of the carrier whose clock rests");
  assert.match(bag, /Iberia says that it told you/);
  await at("2026-11-23T11:00:00Z");
  await until(async () => (await levels(plates[0]))[0] === 2, "a reminder is missed");
  assert.match(await page(), /23 Nov, 12:00 The update from Iberia has still not come in; a colleague at Iberia took over\./);
  await said(staff.IB, { step: "tried", note: "Left a message." });
  assert.deepEqual(await owed(), plates.map(() => "IB remind-customer 2026-11-24T11:00:00Z"));
});

test("the customer gives it on the page, from there alone, once; then every duty opens with its full time", async () => {
  await at("2026-11-23T15:00:00Z");
  const needed = await server.get(`${link}/needed`);
  assert.equal(needed.status, 200);
  assert.match(words(needed.text), /What Iberia \(IB\) needs from you.*Iberia \(IB\) needs a form from you/);
  assert.equal((await server.get(`${companion}/needed`)).status, 404);
  const once = needed.text.match(/name="once" value="([^"]+)"/)[1], note = "Form 30 handed in at the desk: <b>Ypsilon</b>";
  for (const foreign of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) assert.equal((await give({ once, note }, foreign)).status, 403);
  assert.equal((await server.call("POST", `${companion}/needed`, { type: FORM, body: new URLSearchParams({ once, note }).toString(), headers: { origin: server.url } })).status, 404);
  for (const [fields, status] of [[{ once, note: "" }, 422], [{ once, note: "x".repeat(501) }, 422], [{ once, note: "a\u0000b" }, 422], [{ note }, 422], [{ once: "../x y", note }, 422], [{ once, note: "x".repeat(9000) }, 413]])
    assert.equal((await give(fields)).status, status, JSON.stringify(fields).slice(0, 60));
  assert.match((await give({ once, note: `${"x".repeat(490)}<script>1</script>` })).text, /&lt;script&gt;/, "what was written stands in the form, as text");
  assert.deepEqual(await owed(), plates.map(() => "IB remind-customer 2026-11-24T11:00:00Z"));
  assert.equal((await give({ once, note })).status, 303);
  assert.equal((await give({ once, note })).status, 303, "sent twice");
  assert.equal((await give({ once: "another", note })).status, 409);
  assert.deepEqual(await owed(), ["IB held 2026-11-24T15:00:00Z", "BA located 2026-11-23T19:00:00Z"]);
  assert.equal(await waiting(), undefined);
  const text = await page();
  assert.doesNotMatch(text, /Give it now|needs a form/);
  assert.match(text, /You gave what was needed\./);
  assert.match(words((await server.get(`${link}/needed`)).text), /Nothing is needed from you now\. Thank you\./);
  assert.match((await server.get(`/desk/cases/${file}`, staff.IB)).text, /Form 30 handed in at the desk: &lt;b&gt;Ypsilon&lt;\/b&gt;/, "sealed, and read by the owner");
  assert.doesNotMatch((await server.get(`/desk/cases/${file}`, staff.BA)).text, /Form 30/);
  assert.doesNotMatch((await server.get(`/v1/bags/${plates[0]}/events?date=2026-11-20`, staff.IB)).text, /Form 30/, "the log has its commitment alone");
});

test("the page reaches the customer who goes to it, once a request; no preview, no fetch, no companion", async () => {
  await at("2026-11-23T16:00:00Z");
  const desk = await server.get(`/desk/cases/${file}`, staff.IB), id = desk.text.match(/:wait"[^]*?name="event_id" value="([^"]+)"/)[1];
  const sent = await server.call("POST", `/desk/cases/${file}:wait`, { ...staff.IB, type: FORM, body: new URLSearchParams({ csrf: staff.IB.headers["x-csrf-token"], event_id: id, needs: "key", step: "asked", note: "" }).toString() });
  assert.equal(sent.status, 303, sent.text);
  await page();
  await open(link, { "sec-purpose": "prefetch" });
  await open(link, { "sec-fetch-dest": "iframe" });
  await open(companion);
  await new Promise((resolve, reject) => request(server.url + link, { method: "HEAD", headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" } }, (a) => a.resume().on("end", resolve)).on("error", reject).end());
  assert.equal((await waiting()).reached_at, undefined);
  await at("2026-11-23T17:00:00Z");
  const opened = await open(`${link}?tz=UTC`);
  assert.equal(opened.status, 200);
  assert.match(words(opened.text), /You opened this page with the request on 23 Nov, 17:00\. Since then the clock for the airline’s next step rests/);
  await open(`${link}/needed`);
  await open(link);
  assert.equal(await count("opened"), 1);
  assert.equal((await waiting()).reached_by, "page");
  assert.deepEqual(await owed(), plates.map(() => "IB remind-customer 2026-11-24T17:00:00Z"));
  await scan("IB", plates[0], "CUSTOMS_RELEASED", "MAD");
  assert.deepEqual(await owed(), ["IB at-station 2026-11-23T21:00:00Z", "IB remind-customer 2026-11-24T17:00:00Z"], "a bag that goes on waits no more");
  await at("2026-11-23T18:00:00Z");
  await said(staff.IB, { step: "withdrawn" });
  assert.deepEqual(await owed(), ["IB at-station 2026-11-23T21:00:00Z", "BA located 2026-11-23T22:00:00Z"]);
});

test("the hours are told apart in the report, for who asked, and a fold of the log gives the same", async () => {
  const of = async (from, to) => {
    const report = (await server.get(`/v1/reports/stale?from=${from}&to=${to}&by=carrier`, staff.IB)).json;
    return [report.rows.find((r) => r.carrier === "IB").waited_minutes, report.all.waited_minutes];
  };
  // two bags from 22 Nov 09:00 to 23 Nov 15:00, one for no time and one for an hour from 17:00 on
  assert.deepEqual(await of("2026-11-21", "2026-11-24"), [2 * 30 * 60 + 60, 2 * 30 * 60 + 60]);
  assert.deepEqual(await of("2026-11-22", "2026-11-23"), [2 * 15 * 60, 2 * 15 * 60], "cut to the period, also what fell due behind it");
  const late = (await server.get("/v1/reports/stale?from=2026-11-22&to=2026-11-23&by=carrier", staff.IB)).json.rows.find((r) => r.carrier === "IB");
  assert.ok(late.late >= 1, "what was missed before it stays missed");
  const csv = (await server.get("/v1/reports/stale?from=2026-11-21&to=2026-11-24&by=carrier&format=csv", { ...staff.IB, headers: { ...staff.IB.headers, accept: "text/csv" } })).text.split("\r\n");
  const column = csv[0].split(",").indexOf("waited_minutes");
  assert.ok(column > 0);
  assert.equal(csv.find((line) => line.startsWith("IB,")).split(",")[column], "3660");
  assert.match(words((await server.get("/report?from=2026-11-21&to=2026-11-24", staff.IB)).text), /Waited for customers.*61 h 0 min/);
  assert.match(server.verb(["verify", "--bags"]), / 0 differences/);
  assert.match(server.verb(["verify"]), / 0 differences/);
});

test("what was given goes with the file's key, and an erased file takes nothing", async () => {
  await said(staff.IB, { step: "reached", needs: "address", note: "At the desk." });
  server.verb(["erase", file]);
  await give({ once: "at-once", note: "Street 1" }); // the link may be remembered for a moment: what is said by it is kept of nobody
  await until(async () => (await server.get(link)).status === 404, "the link to end");
  assert.equal((await give({ once: "late", note: "Street 1" })).status, 404);
  assert.doesNotMatch((await server.get(`/desk/cases/${file}`, staff.IB)).text, /Form 30|Street 1/);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
