// SPDX-License-Identifier: Apache-2.0
// The law's dates of a file: in GET /v1/cases/{ref}, in the rights box of the customer's page and on the agent's screen; from the rules
// that the program carries, and again after somebody has reviewed them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

let database, server, ba, ib, sn, url;

before(async () => {
  database = await Database.start();
  url = database.super.replace("dbname=postgres", "dbname=bagwatch");
  server = await Server.start({ databaseUrl: url, at: "2026-11-21T08:00:00Z" });
  [ba, ib, sn] = ["BA", "IB", "SN"].map((carrier) => server.key(carrier));
});
after(async () => {
  await server?.stop();
  await database?.stop();
});

const leg = (flight, from, to, date = "2026-11-20") => ({ flight, date, from, to });
const home = [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")];
const open = async (plate, itinerary, key = ib, station = "MAD") => {
  const answer = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station, passenger: { surname: "Testperson" }, ...(itinerary ? { itinerary } : {}) }, { key });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
const say = async (key, plate, code, occurred_at, more = {}) => {
  const answer = await server.post("/v1/events", { event_id: `${plate}-${code}`, plate, travel_date: "2026-11-20", code, occurred_at, station: "MAD", ...more }, { key });
  assert.equal(answer.status, 201, answer.text);
};
const rights = async (file, key = ib) => (await server.get(`/v1/cases/${file.ref}`, { key })).json.rights;
const date = (r, id) => r.dates.find((d) => d.id === id);
/** The rights box as words without tags. */
const box = async (file) => {
  const page = await server.get(new URL(file.customer_url).pathname, {});
  const at = page.text.indexOf('<section class="rights"');
  return at < 0 ? "" : page.text.slice(at, page.text.indexOf("</section>", at)).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").replaceAll("&#39;", "'");
};

let story;

test("req: CLK-10 each date says rule, regime, start, zone, last day and conditions; before the bag comes its complaints have not begun", async () => {
  story = await open("0125728359", home);
  const r = await rights(story);
  assert.equal(r.regime, "montreal");
  assert.deepEqual([r.because, r.from, r.to, r.reviewed], ["route", "JFK", "MAD", false]);
  assert.deepEqual([r.limit.amount, r.limit.currency, r.limit.valid_from], [1519, "XDR", "2024-12-28"]);
  assert.deepEqual(r.dates.map((d) => d.id), ["montreal-damage", "montreal-delay", "montreal-not-come", "us-bag-fee-short", "montreal-action"]);
  const damage = date(r, "montreal-damage"), missing = date(r, "montreal-not-come");
  assert.deepEqual(damage.start, { counts_from: "received", uncertain: true });
  assert.equal(damage.until, undefined);
  assert.deepEqual(damage.conditions, { "has-bag": "missing", told: "missing" });
  assert.deepEqual([missing.last_day, missing.from, missing.zone, missing.zone_of], ["2026-12-11", "2026-12-11T22:59:00Z", "Europe/Madrid", "MAD"]);
  assert.deepEqual([missing.start.flight, missing.start.flight_date, missing.start.told_by, missing.start.day, missing.start.uncertain], ["IB3167", "2026-11-20", "itinerary", "2026-11-20", true]);
  assert.deepEqual([missing.words, missing.advice], ["you can claim from", "check with the airline"]);
  assert.deepEqual([date(r, "montreal-action").last_day, date(r, "montreal-action").words], ["2028-11-20", "you can claim until"]);
  assert.ok(r.dates.every((d) => d.rule && d.source && d.valid_from && !d.reviewed), "every one says where it is from, and that nobody reviewed it");
});

test("req: PAGE-05 the rights box says the same in words, without scripts, and counts from the delivery once the bag is there", async () => {
  const early = await box(story);
  assert.match(early, /Your journey from .*Kennedy.* to .*Barajas.* is international carriage under the Montreal Convention\./);
  assert.match(early, /you can claim until 7 days after the day on which you get it/);
  assert.match(early, /If the bag has not come by the end of 11 Dec 2026 \(date in [^)]*Barajas[^)]*\), you can claim for the whole bag/);
  assert.match(early, /at most 1 519 special drawing rights \(since 28 Dec 2024; Montreal Convention, Article 22\(2\)\)/);
  assert.match(early, /earliest that it can be.*check with the airline/);
  await say(ib, "0125728359", "READY_FOR_COLLECTION", "2026-11-21T07:00:00Z");
  server.clock?.set?.("2026-11-22T18:00:00Z");
  await say(ib, "0125728359", "DELIVERED", "2026-11-21T07:55:00Z", { proof: "pin" });
  const r = await rights(story);
  const damage = date(r, "montreal-damage"), delay = date(r, "montreal-delay");
  assert.deepEqual([damage.last_day, damage.until, damage.start.known_by, damage.start.told_by_carrier, damage.start.uncertain], ["2026-11-28", "2026-11-28T22:59:00Z", "delivered", "IB", false]);
  assert.deepEqual([delay.last_day, delay.until, delay.start.known_by, delay.start.uncertain], ["2026-12-12", "2026-12-12T22:59:00Z", "ready", true]);
  assert.deepEqual(damage.conditions, { "has-bag": "met", told: "missing" });
  assert.equal(date(r, "montreal-not-come"), undefined);
  const late = await box(story);
  assert.match(late, /For damage to the bag, or something missing from it, you can claim until 28 Nov 2026, that day included/);
  assert.match(late, /Counted from 21 Nov 2026, when Iberia said that the bag was ready for you\. We do not know the exact start/);
  assert.doesNotMatch(late, /\blost\b|\bsoon\b|guarantee|\{|\}/i);
});

test("req: CLK-10 an unknown law has no date and says so; so has a journey that is not on file", async () => {
  const moscow = await open("0125000011", [leg("IB1", "MAD", "SVO")]), bare = await open("0125000012");
  for (const [file, because, words] of [[moscow, "not-listed", /We do not know under which law a journey from .* to .* stands\. So we show no dates/], [bare, "no-journey", /Your whole journey is not on this file/]]) {
    const r = await rights(file);
    assert.deepEqual([r.regime, r.because, r.dates, r.limit], ["unknown", because, [], undefined]);
    const text = await box(file);
    assert.match(text, words);
    assert.match(text, /check with the airline/);
    assert.doesNotMatch(text, /\d{4},? that day included/);
  }
});

test("req: CLK-10 the European regulation by its carriers, the fee by flights of the United States", async () => {
  const eu = await rights(await open("0125000013", [leg("SN1", "NCE", "CDG")], sn, "CDG"), sn);
  assert.deepEqual([eu.regime, eu.because], ["eu", "carriers"]);
  assert.match(date(eu, "eu-action").rule, /889\/2002.*Article 35/);
  const us = await rights(await open("0125000014", [leg("BA1", "JFK", "LAX")], ba, "LAX"), ba);
  assert.deepEqual([us.regime, us.because, us.limit.amount, us.limit.currency], ["us", "us-domestic", 4700, "USD"]);
  assert.deepEqual(us.dates.map((d) => [d.id, d.from, d.conditions.report, d.conditions.fee]), [["us-bag-fee-domestic", "2026-11-20T17:00:00Z", "met", "unknown"]]);
});

test("req: CLK-10 what is told of the last flight makes the start exact, and tells how long it was", async () => {
  const file = await open("0125000015", [leg("IB6250", "MAD", "JFK")], ib, "JFK");
  const before = await rights(file);
  assert.deepEqual([date(before, "montreal-not-come").start.known_by, date(before, "us-bag-fee-short").from], ["flight-day", "2026-11-20T14:00:00Z"]);
  const told = await server.call("PUT", "/v1/flights/IB6250/2026-11-20", { key: ib, body: { origin: "MAD", destination: "JFK", operating: "IB",
    departure: { scheduled: "2026-11-20T15:30:00Z" }, arrival: { scheduled: "2026-11-21T04:50:00Z", actual: "2026-11-21T05:10:00Z" } } });
  assert.ok([200, 201].includes(told.status), told.text);
  const r = await rights(file);
  const missing = date(r, "montreal-not-come"), fee = date(r, "us-bag-fee-long"); // 13 h 20 min
  assert.deepEqual([missing.start.known_by, missing.start.day, missing.start.uncertain, missing.last_day], ["scheduled", "2026-11-20", false, "2026-12-11"]);
  assert.deepEqual([fee.start.known_by, fee.from], ["landed", "2026-11-22T11:10:00Z"]);
  assert.match(await box(file), /when flight IB6250 should have landed/);
});

test("what somebody reviewed is no longer sent to the airline, after the next start", async () => {
  const psql = (sql) => spawnSync("psql", [url, "-X", "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8" });
  const done = psql("SET search_path = bagwatch; UPDATE legal_rule SET reviewer = 'Counsel A'; UPDATE legal_limit SET reviewer = 'Counsel A'; UPDATE legal_scope SET reviewer = 'Counsel A' WHERE code IN ('US', 'ES')");
  assert.equal(done.status, 0, done.stderr);
  await server.kill("SIGTERM");
  await server.run();
  const r = await rights(story);
  assert.ok(r.reviewed && r.dates.every((d) => d.reviewed && d.reviewer === "Counsel A" && !d.advice), JSON.stringify(r));
  assert.doesNotMatch(await box(story), /check with the airline/);
  const companion = await server.post(`/v1/cases/${story.ref}/links`, {}, { key: ib });
  if (companion.status === 201) assert.doesNotMatch((await server.get(new URL(companion.json.url).pathname, {})).text, /class="rights"/);
});

test("the agent's screen has the box too", async () => {
  const agent = await server.login(server.account("agent.ib", "agent", "IB"));
  const page = await server.get(`/desk/cases/${story.ref}`, agent);
  assert.match(page.text, /What you can claim, and until when/);
  assert.match(page.text, /28 Nov 2026/);
});
