// SPDX-License-Identifier: Apache-2.0
// Six true pages of one story, side by side at row 12, 06:55: told as it was (†), with the second airline a non-member, with its feed dead, in
// a storm, in our own outage, and with a script that confirms every 3 h 59.  The customer's page, the desk's and the report's rows
// of each say what is true of it and nothing that is true of another alone.
// req: CLK-07 CLK-11 CLK-12 CLK-13 CLK-14 CLK-16
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, until } from "../lib/server.mjs";
import { Story, at, wordsOf } from "../lib/story.mjs";
import { askedIberia, goAway, never, SilentFeed, startOutsider, Storm, toRow11, turn } from "../lib/variants.mjs";
import { sql } from "../lib/wire.mjs";

const BAGS = 120; // story_storm.test.mjs has 500; the page says the same
const clients = [], stories = {}, pages = {}, bags = {};
let db, superuser;

/** Options of a server with a database of its own in the one PostgreSQL of all six. */
async function place(name) {
  await superuser.query(`CREATE DATABASE ${name} TEMPLATE bagwatch OWNER bagwatch_owner`);
  const databaseUrl = db.owner.replace(/dbname=\S+/, `dbname=${name}`);
  return { databaseUrl, args: ["--test-realm=no", "--query-workers=2"] };
}

/** What a page says, as it is read. */
const plain = (page) => wordsOf(page).replace(/ (?=[.,:;)])/g, "").replace(/\( /g, "(");

/** What is done otherwise in each, up to 06:55; each gives its story. */
const variants = {
  told: {
    begin: (options) => Story.start(options),
    async play(story) {
      await toRow11(story);
      await story.row12();
    },
  },
  outsider: {
    begin: startOutsider,
    async play(story) {
      for (const row of [1, 2, 3, 4, 5, 8, 9, 10]) await story[`row${row}`]();
      await askedIberia(story);
      await story.row12();
    },
  },
  silent: {
    begin: (options) => Story.start({ ...options, at: SilentFeed.starts }),
    async play(story) {
      const feed = new SilentFeed(story);
      await feed.usual();
      await feed.toRow5();
      await feed.falls();
      for (const row of [8, 9]) await story[`row${row}`]();
      await story.level(at("21 04:36"), 1);
      await story.level(at("21 06:36"), 2);
    },
  },
  storm: {
    begin: (options) => Story.start(options),
    async play(story, client) {
      const storm = new Storm(story, client, BAGS);
      await story.schedules();
      for (const row of [1, 2, 3, 4, 5, 6, 8, 9, 10]) await story[`row${row}`]();
      await storm.crowd();
      await story.row11();
      const { id } = await storm.proposed(), end = at("22 04:55");
      assert.equal((await storm.declare(end)).id, id);
      await storm.staged(at("21 04:56"), at("21 05:56"));
      assert.equal((await storm.confirm(id)).until, end);
      await storm.staged(at("21 07:00"), end);
    },
  },
  outage: {
    begin: (options) => Story.start(options),
    async play(story, client) {
      await toRow11(story);
      await story.level(at("21 03:50"), 0);
      await goAway(story, client);
    },
  },
  confirmer: {
    begin: (options) => Story.start(options),
    async play(story) {
      await story.schedules();
      for (const row of [1, 2, 3, 4, 5, 6, 8, 9, 10]) await story[`row${row}`]();
      await turn(story, 0);
      await story.level(at("21 03:50"), 0);
      await story.level(at("21 04:50"), 1);
      await turn(story, 1);
      await story.level(at("21 06:50"), 2);
    },
  },
};
const names = Object.keys(variants);
const each = (ask) => Promise.all(names.map((name, k) => ask(name, stories[name], clients[k])));

before(async () => {
  db = await Database.start({ migrated: true });
  superuser = await sql(db.super);
  const places = [];
  for (const name of names) places.push(await place(name)); // what is copied must have no sessions, one after the other
  await Promise.all(names.map(async (name, k) => {
    clients[k] = await sql(places[k].databaseUrl);
    stories[name] = await variants[name].begin(places[k]);
    await variants[name].play(stories[name], clients[k]);
    stories[name].now(at("21 06:55"));
  }));
  await each(async (name, story) => {
    pages[name] = plain(await story.server.get(story.link));
    bags[name] = await story.bag();
  });
});
after(async () => {
  for (const client of clients) await client?.end();
  await superuser?.end();
  await each((_, story) => story?.server.stop());
  await db?.stop();
});

const plan = "a plan to send your bag on or the reason to keep it";
const late = `From British Airways, ${plan} was due on 21 Nov, 05:50 and has not come in.`;
/** What is true of one alone. */
const own = {
  told: [],
  outsider: ["British Airways is sorry that your bag did not arrive with you. Iberia brings the case to its end, but takes no messages from here: British Airways asks Iberia for you and tells you what it says.",
    "A colleague at British Airways took over on 21 Nov, 07:50."],
  silent: ["The word that Iberia owed you by 21 Nov, 02:20 has not come in.", "Nothing has come from the systems of Iberia at London Heathrow Airport since 20 Nov, 21:00.",
    "From Iberia, word who has your bag was due on 21 Nov, 05:35 and has not come in."],
  storm: ["Baggage handling at London Heathrow Airport is disrupted by bad weather. What is owed to you stays owed."],
  outage: ["Our own service could not take updates from 21 Nov, 05:00 to 21 Nov, 07:30. That was our fault and no airline's: what fell due meanwhile was put off until 21 Nov, 08:30.",
    `Next comes ${plan}, from British Airways, due by 21 Nov, 08:30.`],
  confirmer: ["Iberia confirmed on 21 Nov, 05:54 that it asked London Heathrow Airport."],
};
/** What several share, and the others must not say. */
const shared = [
  [["told", "storm", "outage"], "Iberia confirmed on 21 Nov, 01:55 that it asked London Heathrow Airport."],
  [["told", "outsider", "confirmer"], late],
  [["told", "outsider", "confirmer"], "British Airways was reminded on 21 Nov, 05:50."],
  [["told", "confirmer"], "A colleague at Iberia took over on 21 Nov, 07:50."],
  [["told", "silent", "storm", "outage", "confirmer"], "Iberia is sorry that your bag did not arrive with you. Iberia looks after this case and answers to you."],
  [names, "London Heathrow Airport"],
];

test("six pages, each with its own truth and none with another's", () => {
  for (const name of names) {
    for (const other of names)
      for (const said of own[other]) assert.equal(pages[name].includes(said), name === other, `${name}: "${said}": ${pages[name]}`);
    for (const [whose, said] of shared) assert.equal(pages[name].includes(said), whose.includes(name), `${name}: "${said}": ${pages[name]}`);
    for (const word of never) assert.doesNotMatch(pages[name], word, name);
    assert.match(pages[name], /^.{0,300} is sorry that your bag did not arrive with you/, `${name}: opens with the apology`);
    assert.match(pages[name], /The next word to you is due from (Iberia|British Airways) by 2[12] Nov, \d\d:\d\d|If it has still not come by 21 Nov, 08:20, it is escalated/,
      `${name}: when the next word comes`);
  }
  assert.equal(new Set(Object.values(pages)).size, 6);
});

/** A page of the desk as the story's agent sees it. */
const desk = async (story, path) => plain(await story.server.get(path, await story.agent()));

test("the desk says the same of each bag to whoever is called, and has it where it belongs", async () => {
  const bag = {}, overdue = {};
  await each(async (name, story) => {
    bag[name] = await desk(story, `/desk/bags/${bags[name].bag.id}`);
    overdue[name] = await desk(story, "/desk/overdue");
  });
  const said = { ...own, confirmer: ["Last confirmed 21 Nov, 05:54"] };
  for (const name of names) {
    for (const other of names)
      for (const text of said[other]) assert.equal(bag[name].includes(text), name === other, `${name}: "${text}": ${bag[name]}`);
    assert.equal(bag[name].includes(late), ["told", "outsider", "confirmer"].includes(name), name);
  }
  const lapsed = (words) => / 0125728359 · MAD\w\w10001 British Airways \(BA\) a forward plan or the reason to hold 21 Nov, 04:50 late by 2 h 5 min .* Owed next/.test(words);
  assert.deepEqual(names.filter((name) => lapsed(overdue[name])), ["told", "outsider", "confirmer"], JSON.stringify(overdue));
  assert.match(overdue.outage, /Bagwatch could not take updates from 2026-11-21 04:00 to 2026-11-21 06:30 UTC/);
  assert.match(overdue.storm, /London Heathrow Airport: bad weather/);
  for (const name of names.filter((n) => n !== "outage")) assert.doesNotMatch(overdue[name], /Bagwatch could not take updates/);
  for (const name of names.filter((n) => n !== "storm")) assert.doesNotMatch(overdue[name], /bad weather/);
  assert.match(await desk(stories.silent, "/desk/feeds"), /Nothing from Iberia \(IB\) at London Heathrow Airport since 20 Nov, 20:00/);
  assert.doesNotMatch(await desk(stories.told, "/desk/feeds"), /Nothing from Iberia/);
});

/** [fell due, kept by fact, by confirmation, late, still open, superseded, moved, in a silent feed, in a disruption, silent minutes] of a carrier. */
const figures = (report, carrier) => {
  const r = report.rows.find((one) => one.carrier === carrier);
  return r && [r.fell_due, r.kept_by_fact, r.kept_by_confirmation, r.late, r.still_open, r.superseded, r.moved, r.in_silent_feed, r.in_disruption, r.silent_minutes];
};

test("the report's rows: one breach in three, and whose silence, whose storm and whose outage it was in the others", async () => {
  const reports = {};
  await each(async (name, { server }) => {
    const answer = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier", await server.auditor());
    assert.equal(answer.status, 200, answer.text);
    reports[name] = answer.json;
  });
  const row = (name) => ["BA", "IB"].map((carrier) => figures(reports[name], carrier));
  const ib = [2, 0, 1, 1, 0, 1, 0, 0, 0, 131]; // row 6's, and the first word in time
  assert.deepEqual(row("told"), [[1, 0, 0, 0, 1, 1, 0, 0, 0, 125], ib], "row 10's is open, two hours and five minutes late");
  assert.deepEqual(row("confirmer"), row("told"), "what a script confirms is no answer to what British Airways owes, and no news of Iberia's");
  assert.deepEqual(row("outsider"), [[2, 0, 1, 0, 1, 2, 0, 0, 0, 125], undefined], "whoever asks owes; who cannot be told owes nothing");
  assert.deepEqual(reports.outsider.coverage, [{ carrier: "IB", via: "BA", promises: 3, minutes: 15 + 15 + 35 }]);
  assert.deepEqual(row("silent"), [[1, 0, 0, 0, 1, 0, 0, 0, 0, 140], [2, 0, 0, 0, 2, 1, 0, 1, 0, 335]], "marked, and not excused");
  assert.deepEqual(row("outage"), [[0, 0, 0, 0, 0, 1, 1, 0, 0, 0], ib], "put off, and nobody's silence");
  const [storm, others] = row("storm"), without = reports.storm.without_disruptions.rows.find((r) => r.carrier === "BA");
  assert.deepEqual(others, ib, "what Iberia owes its customer is not put off");
  assert.ok(storm[6] > 0 && storm[8] > 0 && without.in_disruption === 0 && storm[0] > without.fell_due, `${storm}: with and without it`);
  for (const name of names) if (name !== "outsider") assert.deepEqual(reports[name].coverage, [], name);
});

test("a day on: the script's own word is overdue, and its page says since when it has added nothing (req: CLK-11)", async () => {
  const { told, confirmer } = stories, nothing = "No new facts since 21 Nov, 01:50: what was said since then adds nothing to them.";
  for (const n of [2, 3, 4, 5, 6, 7]) await turn(confirmer, n);
  const level = (n) => until(async () => (await confirmer.bag()).case.promises[0].level === n, `level ${n}`, 30000);
  for (const [time, raised] of [[at("22 04:54"), 1], [at("22 06:55"), 2]]) {
    confirmer.now(time);
    await level(raised);
  }
  told.now(at("22 06:55"));
  const said = plain(await confirmer.server.get(confirmer.link));
  for (const text of [nothing, "Iberia was reminded on 22 Nov, 05:54.", "Iberia confirmed on 22 Nov, 05:48", late]) assert.ok(said.includes(text), `${text}: ${said}`);
  for (const word of never) assert.doesNotMatch(said, word);
  assert.ok(!plain(await told.server.get(told.link)).includes("No new facts"), "who has not confirmed without facts is not told so");
  assert.ok((await desk(confirmer, `/desk/bags/${bags.confirmer.bag.id}`)).includes("No new facts since 21 Nov"), "nor is the agent left without it");
});
