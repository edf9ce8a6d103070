// SPDX-License-Identifier: Apache-2.0
// The story's other five ways to go: the second airline is no member, its feed is dead, a storm of 500 bags, our own outage, a script that
// confirms every 3 h 59.  Each says what it does otherwise than story.mjs: story_<variant>.test.mjs walks one to its end, story_six.test.mjs
// holds all of them side by side.
import assert from "node:assert/strict";
import { Server, until } from "./server.mjs";
import { at, Story } from "./story.mjs";

/** What no page says, whatever happened (CLK-07). */
export const never = [/\blost\b/i, /\bsoon\b/i, /check back/i, /guarantee/i, /contact British/i, /SAMPLE/];

/** An instant some minutes after another. */
export const minutes = (text, n) => new Date(new Date(text).getTime() + n * 60000).toISOString().replace(".000", "");

/** Rows 1 to 12 with flight times (†) up to row 11, as everybody says them who is there and speaks. */
export async function toRow11(story) {
  await story.schedules();
  for (const row of [1, 2, 3, 4, 5, 6, 8, 9, 10, 11]) await story[`row${row}`]();
}

// --- the second airline is no member: nobody at Iberia has a key or an account, so who looks on and opens the file is British Airways ---

export async function startOutsider(options = {}) {
  const story = new Story(await Server.start({ at: at("20 10:30"), ...options }));
  story.ba = story.ib = story.server.key("BA");
  story.account = story.server.account("agent-ba", "agent", "BA");
  return story;
}

/** Row 11, said by the agent who asked Iberia for the customer. */
export async function askedIberia(story, when = at("21 00:55")) {
  story.now(when);
  return story.say(await story.agent(), "row-11", "STATUS_CONFIRMED", when, { action: "asked", asked: "IB", next_step_at: at("21 04:50") });
}

// --- its feed is dead: Iberia's systems at Heathrow, heard every ten minutes on three Fridays, fall silent before the handover ---

export class SilentFeed {
  static starts = "2026-10-30T19:49:00Z";

  constructor(story) {
    Object.assign(this, { story, serial: 0 });
  }
  /** A bag of somebody else, seen by Iberia's scanners at Heathrow. */
  async scan(time) {
    this.story.now(time);
    const answer = await this.story.server.post("/v1/events", { event_id: `other-${++this.serial}`, plate: `0075${400000 + this.serial}`,
      travel_date: time.slice(0, 10), code: "BAG_SEEN", occurred_at: time, station: "LHR" }, { key: this.story.ib });
    assert.equal(answer.status, 201, answer.text);
  }
  async feed() {
    return (await this.story.server.get("/v1/feeds", { key: this.story.ib })).json.feeds.find((f) => f.station === "LHR");
  }
  async usual() {
    for (const friday of ["2026-10-30", "2026-11-06", "2026-11-13"])
      for (let minute = -10; minute <= 60; minute += 10) await this.scan(minutes(`${friday}T20:00:00Z`, minute));
    await until(async () => (await this.feed())?.last_at === "2026-11-13T21:00:00Z", "all of it to be counted", 30000);
  }
  /** Rows 1 to 5; Iberia's last word at Heathrow is at eight, and 50 minutes later it is silent. */
  async toRow5() {
    const { story } = this;
    for (const row of [1, 2, 3]) await story[`row${row}`]();
    await this.scan(at("20 20:00"));
    await until(async () => (await this.feed()).silent_at === at("20 20:50"), "five usual gaps", 30000);
    for (const row of [4, 5]) await story[`row${row}`]();
  }
  async falls() {
    this.story.now(at("20 20:51"));
    await until(async () => (await this.feed()).silent_from === at("20 20:00"), "the silence", 30000);
  }
}

// --- a storm: British Airways has 500 bags more at Heathrow, and what it owes for all of them lapses at once ---

export class Storm {
  constructor(story, client, bags = 500) {
    Object.assign(this, { story, client, bags, serial: 0 });
    this.supervisors = Object.fromEntries(["one", "two"].map((name) => [name, story.server.account(`boss.${name}`, "supervisor", "BA")]));
  }
  plateOf(n) {
    return `0125${String(600000 + n)}`;
  }
  as(name) {
    return this.story.server.login(this.supervisors[name]);
  }
  /** Asks again where it was too fast. */
  post(path, body, options) {
    return until(async () => {
      const answer = await this.story.server.post(path, body, options);
      return answer.status !== 429 && answer.status !== 503 && answer;
    }, path, 60000);
  }
  /** A bag of its own at Heathrow with a file of British Airways. */
  async another(n) {
    const file = await this.post("/v1/cases", { plate: this.plateOf(n), travel_date: "2026-11-20", station: "LHR", passenger: { surname: "SAMPLE" } },
      { key: this.story.ba });
    assert.equal(file.status, 201, file.text);
  }
  async owed(n) {
    return (await this.story.server.get(`/v1/bags/${this.plateOf(n)}?date=2026-11-20`, { key: this.story.ba })).json.promises[0];
  }
  async list() {
    return (await this.story.server.get("/v1/disruptions", await this.as("one"))).json.disruptions;
  }
  /** The other bags come to stand at Heathrow, each with a file, at the story's row 10. */
  async crowd() {
    const lines = Array.from({ length: this.bags }, (_, n) => JSON.stringify({ event_id: `storm-${n}`, plate: this.plateOf(n), travel_date: "2026-11-20",
      code: "ON_HAND", occurred_at: at("21 00:50"), station: "LHR" }));
    const bulk = await this.story.server.post("/v1/events:bulk", `${lines.join("\n")}\n`, { key: this.story.ba, type: "application/x-ndjson" });
    assert.equal(bulk.status, 200, bulk.text.slice(0, 300));
    const next = async () => {
      for (let n = this.serial++; n < this.bags; n = this.serial++) await this.another(n);
    };
    await Promise.all(Array.from({ length: 6 }, next));
    assert.equal((await this.owed(this.bags - 1)).due, at("21 04:50"));
  }
  /** What the rule proposes once they have lapsed. */
  async proposed() {
    this.story.now(at("21 04:56"));
    return until(async () => (await this.list())[0], "a proposal", 60000);
  }
  async declare(until) {
    const told = await this.story.server.post("/v1/disruptions", { station: "LHR", cause: "weather", until }, await this.as("one"));
    assert.equal(told.status, 201, told.text);
    return told.json;
  }
  async confirm(id) {
    this.story.now(at("21 05:00"));
    const confirmed = await this.story.server.post(`/v1/disruptions/${id}:confirm`, {}, await this.as("two"));
    assert.equal(confirmed.status, 200, confirmed.text);
    return confirmed.json;
  }
  /** The due times of what its desk owes for each of the bags, once all of it lies between the two. */
  staged(from, to) {
    return until(async () => {
      const { rows } = await this.client.query("SELECT due_at FROM bagwatch.promise WHERE kind = 'place' AND station = 'LHR' AND debtor = 'BA' AND closed_at IS NULL");
      const all = rows.map((r) => r.due_at.toISOString().replace(".000", ""));
      return all.length === this.bags + 1 && all.every((due) => due > from && due <= to) && all;
    }, `everything between ${from} and ${to}`, 60000);
  }
}

// --- our own outage: Bagwatch is dead while British Airways' plan falls due ---

export const outage = { from: at("21 04:00"), to: at("21 06:30"), moved: at("21 07:30") };

export async function goAway(story, client) {
  story.now(outage.from);
  const beat = "SELECT 1 FROM bagwatch.pulse WHERE beat_at >= $1";
  await until(async () => (await client.query(beat, [outage.from])).rows.length, "a beat as it goes", 20000);
  await story.server.kill();
  story.now(outage.to);
  await story.server.run();
  await until(async () => (await story.bag()).promises[0].due === outage.moved, "the plan's new time", 30000);
}

// --- a script that confirms every 3 h 59 under the name of an agent, from row 11 on ---

export async function turn(story, n, who) {
  const now = minutes(at("21 00:55"), n * 239);
  story.now(now);
  return story.say(who ?? (await story.agent()), `turn-${n}${who ? "-machine" : ""}`, "STATUS_CONFIRMED", now,
    { action: "asked", asked: "LHR", waiting_for: "BA", next_step_at: minutes(now, 239) });
}
