// SPDX-License-Identifier: Apache-2.0
// /desk/policies without a script: a supervisor reads what holds, tries a change, sees what it would have done, and tells it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

const start = Date.parse("2026-11-20T12:00:00Z");
const iso = (ms) => new Date(ms).toISOString().replace(".000", "");
let db, server, key, chief, agent, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: iso(start), databaseUrl: db.owner });
  key = server.key("BA");
  chief = await server.login(server.account("chief.ba", "supervisor", "BA"));
  agent = await server.login(server.account("agent.ba", "agent", "BA"));
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

const plain = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
/** The fields of the form on a page that has `mark` in it, as a browser would send them untouched. */
function formOf(html, mark) {
  const form = html.match(/<form[\s\S]*?<\/form>/g).find((f) => f.includes(mark));
  assert.ok(form, `no form with ${mark}`);
  const sent = new URLSearchParams();
  for (const [, attributes] of form.matchAll(/<input ([^>]*)>/g)) {
    const name = attributes.match(/name="([^"]*)"/)?.[1];
    if (name) sent.set(name, attributes.match(/value="([^"]*)"/)?.[1] ?? "");
  }
  for (const [, name, options] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g))
    sent.set(name, (options.match(/value="([^"]*)" selected/) ?? options.match(/value="([^"]*)"/))[1]);
  return sent;
}
const submit = (sent, who = chief) => server.call("POST", "/desk/policies", { ...who, body: sent.toString(), type: "application/x-www-form-urlencoded" });
const page = async (who = chief, path = "/desk/policies") => {
  const answer = await server.get(path, who);
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
};

/** A bag that stands at LHR with BA: LOCATED is owed. */
async function located() {
  const plate = `0125${String(800000 + ++serial)}`;
  const said = (code, at) => server.post("/v1/events", { event_id: `w-${serial}-${code}`, plate, travel_date: "2026-11-20", code, occurred_at: at, station: "LHR" }, { key });
  await said("BAG_ACCEPTED", iso(start));
  const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" },
    { flight: "BA456", date: "2026-11-20", from: "LHR", to: "MAD" }], passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(file.status, 201, file.text);
  assert.equal((await said("ON_HAND", iso(start))).status, 201);
}

test("a change is tried, shown with what it would have done, then told; the list, the history and the API have it", async () => {
  await located();
  await located();
  server.clock.set(iso(start + 180 * 60000));
  chief = await server.login({ name: "chief.ba", password: "a good long password" });
  const first = await page();
  assert.match(first, /<a href="\/desk\/policies" aria-current="page">Deadlines<\/a>/);
  assert.match(plain(first), /Nothing was told: the defaults hold\./);
  assert.ok(!first.includes("<h2 id=\"history\">"));

  const sent = formOf(first, 'id="minutes"');
  for (const [name, value] of Object.entries({ owed: "located", minutes: "120", station: "LHR" })) sent.set(name, value);
  const tried = await submit(sent);
  assert.equal(tried.status, 200, tried.text);
  assert.match(plain(tried.text), /What it would have done in the last 30 days .* LHR: 120 min\. From: 20 Nov, 15:01 \. Promises with another due time: 2 of 2 Missed: 2 instead of 0 Silence: 2 h instead of less than a minute/);
  assert.deepEqual((await server.get("/v1/policies", chief)).json.version, 0, "nothing was told yet");
  assert.match(tried.text, /<option value="located" selected>/, "the form keeps what was asked");

  const told = await submit(formOf(tried.text, 'value="tell"'));
  assert.deepEqual([told.status, told.headers.get("location")], [303, "/desk/policies?carrier=BA"], told.text);
  const book = (await server.get("/v1/policies", chief)).json;
  assert.deepEqual([book.version, book.coming.map((p) => [p.owed, p.station, p.minutes])], [1, [["located", "LHR", 120]]]);
  const again = await submit(formOf(tried.text, 'value="tell"'));
  assert.equal(again.status, 412, "the same page told again meets a newer book");

  server.clock.set(iso(start + 182 * 60000));
  const second = await page();
  assert.match(plain(second), /In force .* LHR 120 min 120 min, 360 min 20 Nov, 15:01/);
  assert.match(plain(second), /Changes .* chief\.ba .* LHR default 120 min/);
  const ending = await submit(formOf(second, 'name="ends"'));
  assert.match(plain(ending.text), /It gives more time, so it holds a day after it is told\./);
  assert.equal((await submit(formOf(ending.text, 'value="tell"'))).status, 303);
  assert.match(plain(await page()), /To come .* LHR default 21 Nov, 15:02/);
});

test("what cannot be is said on the page, and nothing is told", async () => {
  const sent = formOf(await page(), 'id="minutes"');
  for (const [name, value] of Object.entries({ owed: "located", minutes: "481", station: "" })) sent.set(name, value);
  const beyond = await submit(sent);
  assert.equal(beyond.status, 422);
  assert.match(beyond.text, /role="alert">twice the default is the most: 480 minutes</);
  assert.match(beyond.text, /name="minutes" inputmode="numeric" value="481"/);
  sent.set("minutes", "soon");
  const word = await submit(sent);
  assert.equal(word.status, 422);
  assert.match(word.text, /role="alert">minutes: /);
  assert.equal((await server.get("/v1/policies", chief)).json.version, 2);
});

test("others read the page and have no form; without the session's token nobody changes anything", async () => {
  agent = await server.login({ name: "agent.ba", password: "a good long password" });
  const read = await page(agent);
  assert.ok(!read.includes('id="minutes"') && read.includes('id="history"'));
  assert.equal((await submit(new URLSearchParams({ owed: "located", minutes: "60" }), agent)).status, 403);
  assert.equal((await submit(new URLSearchParams({ owed: "located", minutes: "60" }), { cookie: chief.cookie, headers: { origin: server.url } })).status, 403);
  assert.equal((await server.get("/desk/policies?carrier=IB", agent)).status, 403);
  const french = await server.get("/desk/policies", { ...agent, headers: { "accept-language": "fr" } });
  assert.match(french.text, /<h1>Délais/);
});
