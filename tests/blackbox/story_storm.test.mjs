// SPDX-License-Identifier: Apache-2.0
// The story in a storm of 500 bags: British Airways has them all at Heathrow, and everything lapses at once.  One is proposed by rule, told
// by a supervisor, confirmed by another; what its desk owes is put off in stages, what Iberia owes its customer is not, and the report is
// printed with and without it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, until } from "../lib/server.mjs";
import { Story, at, cells } from "../lib/story.mjs";
import { never, Storm } from "../lib/variants.mjs";
import { sql } from "../lib/wire.mjs";

const BAGS = 500;
let db, client, story, server, storm;
before(async () => {
  db = await Database.start();
  client = await sql(db.owner);
  story = await Story.start({ databaseUrl: db.owner });
  server = story.server;
  storm = new Storm(story, client, BAGS);
});
after(async () => {
  await client?.end();
  await server?.stop();
  await db?.stop();
});

test("rows 1 to 11, and 500 other bags that stand at Heathrow", async () => {
  for (const row of [1, 2, 3, 4, 5, 8, 9, 10]) await story[`row${row}`]();
  await storm.crowd();
  await story.row11();
  await story.cells(cells[11]);
});

test("when they lapse together a storm is proposed, once, and puts nothing off by itself (req: CLK-14)", async () => {
  const proposed = await storm.proposed();
  assert.deepEqual([proposed.state, proposed.station, proposed.bags, proposed.holds], ["PROPOSED", "LHR", BAGS + 1, false]);
  await until(async () => (await story.bag()).promises[0].level === 1, "level 1", 60000);
  assert.equal((await story.bag()).promises[0].due, at("21 04:50"));
});

test("told by one, confirmed by another: staged within the storm; the owner's word keeps its time (req: CLK-14)", async () => {
  const told = await storm.declare(at("21 12:00")), { id } = told;
  assert.deepEqual([told.state, told.version, told.until], ["DECLARED", 2, at("21 05:56")], "what was proposed is told");
  await storm.staged(at("21 04:56"), at("21 05:56")); // the hour of one word
  assert.equal((await storm.confirm(id)).until, at("21 12:00"));
  const dues = await storm.staged(at("21 05:30"), at("21 12:00"));
  assert.ok(new Set(dues).size >= 4, `not all at once: ${dues}`);
  const got = await story.bag();
  assert.deepEqual(got.case.promises.map((p) => [p.carrier, p.owed, p.due]), [["IB", "case-step", at("22 00:55")]]);
  const moved = (await story.events()).filter((e) => e.code === "PROMISE_MOVED");
  assert.ok(moved.length >= 1 && moved.length <= 2 && moved.every((e) => e.data.why === "disruption" && e.data.incident === id), JSON.stringify(moved));
});

test("the page is true: the apology, the storm in one sentence, and a time for the next word (req: CLK-14)", async () => {
  story.now(at("21 05:02"));
  const words = await until(async () => {
    const said = await story.page();
    return said.includes("disrupted by bad weather") && said;
  }, "the page", 60000);
  assert.ok(words.includes("Baggage handling at London Heathrow Airport is disrupted by bad weather. What is owed to you stays owed."), words);
  assert.ok(words.indexOf("Iberia is sorry") >= 0 && words.indexOf("Iberia is sorry") < words.indexOf("disrupted"), "the owner's apology comes first");
  assert.match(words, /next word to you is due from [A-Z]/i);
  for (const word of never) assert.doesNotMatch(words, word);
});

test("the desk has one row for the station, not 500 (req: CLK-14)", async () => {
  const page = (await server.get("/desk/overdue", await storm.as("one"))).text;
  assert.ok(page.includes("London Heathrow Airport: bad weather") && page.includes(`${BAGS + 1} bags, `), page.slice(0, 6000));
  assert.ok(!page.includes(storm.plateOf(7)), "its bags stand behind the row");
  const there = (await server.get("/desk/disruptions", await storm.as("one"))).text;
  assert.ok(there.includes(storm.plateOf(7)) || there.split("/desk/bags/").length > 100, "and there they are");
});

test("ended by hand: what is promised from then on has its ordinary time; row 13 is as ever (req: CLK-14)", async () => {
  story.now(at("21 07:00"));
  const [{ id }] = await storm.list();
  assert.equal((await server.post(`/v1/disruptions/${id}:end`, {}, await storm.as("two"))).status, 200);
  await storm.another(BAGS + 1);
  const seen = await server.post("/v1/events", { event_id: "after", plate: storm.plateOf(BAGS + 1), travel_date: "2026-11-20", code: "ON_HAND",
    occurred_at: at("21 06:59"), station: "LHR" }, { key: story.ba });
  assert.equal(seen.status, 201, seen.text);
  assert.equal((await storm.owed(BAGS + 1)).due, at("21 11:00"));
  await story.row13();
  await story.cells(cells[13]);
  assert.equal((await storm.owed(BAGS + 1)).due, at("21 11:00"), "nothing puts it off");
  assert.ok(!(await story.page()).includes("disrupted"));
});

test("the report, with and without it (req: CLK-14)", async () => {
  story.now(at("21 12:30"));
  const auditor = await server.login(server.account("auditor", "auditor", "AUDIT"));
  const path = "/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier";
  const answer = await server.get(path, auditor);
  assert.equal(answer.status, 200, answer.text);
  const { rows, all, without_disruptions: without } = answer.json;
  const row = rows.find((r) => r.carrier === "BA"), apart = without.rows.find((r) => r.carrier === "BA");
  assert.ok(row.late >= BAGS + 1, "what lapsed before the storm was told stays late");
  assert.ok(row.in_disruption > 0 && apart.in_disruption === 0, `${row.in_disruption} ${apart.in_disruption}`);
  assert.equal(row.late + row.still_open - apart.late - apart.still_open, row.in_disruption, "without = with, less what fell due in it");
  assert.ok(all.fell_due - without.all.fell_due >= row.in_disruption, `${all.fell_due} ${without.all.fell_due}`);
  assert.ok(all.silent_minutes >= without.all.silent_minutes && without.all.silent_minutes > 0, "its files' first words are silent all the same");
  const csv = await server.get(`${path}&format=csv`, auditor);
  assert.match(csv.text, /^BA without disruptions,/m);
  const page = (await server.get("/report?from=2026-11-20&to=2026-11-22", auditor)).text;
  assert.ok(page.includes("The same without what fell due in a disruption"));
});

test("every bag is what its log says, what was put off included", () => {
  assert.match(server.verb(["verify"]), / 0 differences/);
});
