// SPDX-License-Identifier: Apache-2.0
// The story of one bag (story.md) as functions: each row is said as its sender says it, at its recorded time, and `cells` holds a row's cells
// without flight times.  A variant leaves rows out, says them otherwise, or runs them for many bags: `new Story(server, { plate, rush, id })`.
import assert from "node:assert/strict";
import { jpeg, png } from "./pictures.mjs";
import { Server, until } from "./server.mjs";

/** "20 10:40" of November 2026, UTC. */
export const at = (text) => `2026-11-${text.replace(" ", "T")}:00Z`;
/** What a page says, without tags, styles and entities, on one line. */
export const wordsOf = (page) =>
  page.text.replace(/<(script|style)[^]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ").replace(/&#?\w+;/g, "'").replace(/\s+/g, " ");

export class Story {
  /** A server on the test clock at 10:30 with the keys and the agent of the story; options as of Server.start. */
  static async start(options = {}) {
    const story = new Story(await Server.start({ at: at("20 10:30"), ...options }));
    story.ba = story.server.key("BA");
    story.ib = story.server.key("IB");
    story.account = story.server.account("agent-ib", "agent", "IB");
    return story;
  }

  /** A bag of its own on a server that runs; `like` is the story whose keys and people it uses. */
  constructor(server, { plate = "0125728359", rush = "2125001234", id = "", like } = {}) {
    Object.assign(this, { server, plate, rush, id, ba: like?.ba, ib: like?.ib, account: like?.account });
  }

  /** The story's hours are longer than a session: she logs in whenever she acts. */
  agent() {
    return this.server.login(this.account);
  }

  /** The clock, where a row has a time; a bag of many says its rows at the time that it is. */
  now(recorded) {
    if (recorded) this.server.clock.set(recorded);
  }

  async say(who, id, code, occurred, more = {}, recorded) {
    this.now(recorded);
    const options = typeof who === "string" ? { key: who } : who;
    const body = { event_id: `${this.id}${id}`, plate: this.plate, travel_date: "2026-11-20", code, occurred_at: occurred, ...more };
    const answer = await this.server.post("/v1/events", body, options);
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  }

  async telegram(text, recorded) {
    this.now(recorded);
    const answer = await this.server.post("/v1/typeb", text, { key: this.ba, type: "text/plain" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.messages[0].status, "used");
    return answer.json.messages[0];
  }

  async bag() {
    const answer = await this.server.get(`/v1/bags/${this.plate}?date=2026-11-20`, { key: this.ib });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }
  async events() {
    const answer = await this.server.get(`/v1/bags/${this.plate}/events?date=2026-11-20`, { key: this.ib });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.events;
  }
  /** The customer's page; { headers } for another language. */
  async page(options) {
    const page = await this.server.get(this.link, options);
    assert.equal(page.status, 200, page.text);
    return wordsOf(page);
  }

  /** One row of the story's table. */
  async cells(want) {
    const got = await this.bag();
    assert.equal(got.bag.place, want.place);
    assert.equal(got.bag.station, want.station);
    assert.equal(got.bag.custody, want.custody);
    if (want.custodian) assert.equal(got.bag.custodian, want.custodian);
    if (want.receiver) assert.equal(got.bag.receiver, want.receiver);
    assert.deepEqual(got.promises.map((p) => [p.carrier, p.owed, p.due]).sort(), (want.owed ?? []).sort());
    if (want.step) assert.deepEqual(got.case.promises.map((p) => [p.carrier, p.owed, p.due]), want.step);
    if (want.seen) assert.equal(got.bag.last_seen_at, want.seen);
    if (want.news) assert.equal(got.bag.last_news_at, want.news);
    return got;
  }

  /** The sweeper raises a level as soon as the clock says so, and once. */
  async level(time, expected) {
    this.now(time);
    await until(async () => (await this.bag()).promises[0]?.level === expected, `level ${expected}`);
  }
  /** What was raised for a duty: [code, level], in order of the levels. */
  async levels(owed) {
    return (await this.events()).filter((e) => e.data?.level !== undefined && e.data.owed === owed).map((e) => [e.code, e.data.level])
      .sort((a, b) => a[1] - b[1]);
  }

  /** Times of a flight: PUT /v1/flights by the carrier's key. */
  async flight(key, number, date, told, when) {
    this.now(when);
    const answer = await this.server.call("PUT", `/v1/flights/${number}/${date}`, { key, body: told });
    assert.ok([200, 201].includes(answer.status), answer.text);
    return answer.json;
  }
  /** What is known of the story's flights before it begins (†): who flies them, and the scheduled times. */
  async schedules(when) {
    const times = (out, into) => ({ departure: { scheduled: out }, arrival: { scheduled: into } });
    await this.flight(this.ba, "BA178", "2026-11-20", { origin: "JFK", destination: "LHR", operating: "BA", ...times(at("20 13:00"), at("20 19:50")) }, when);
    await this.flight(this.ib, "IB3167", "2026-11-20", { origin: "LHR", destination: "MAD", operating: "IB", ...times(at("20 21:20"), at("20 23:45")) });
    await this.flight(this.ib, "IB3163", "2026-11-21", { origin: "LHR", destination: "MAD", operating: "IB", ...times(at("21 09:30"), at("21 11:55")) });
  }

  // the rows, as they are said

  row1(when = at("20 10:40")) {
    return this.telegram(`BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.O/IB3167/20NOV/MAD\n.N/${this.plate}001\n.P/1SAMPLE/ANA\nENDBSM\n`, when);
  }
  row2(when = at("20 11:05")) {
    return this.say(this.ba, "row-2", "BAG_ACCEPTED", at("20 11:04"), { station: "JFK" }, when);
  }
  row3(when = at("20 12:31")) {
    return this.telegram(`BPM\n.V/1LJFK\n.J/H///20NOV/072900L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/${this.plate}001\nENDBPM\n`, when);
  }
  row4(when = at("20 20:12")) {
    return this.say(this.ba, "row-4", "BAG_UNLOADED", at("20 20:10"), { station: "LHR" }, when);
  }
  row5(when = at("20 20:35")) {
    return this.say(this.ba, "row-5", "TRANSFER_OUT", at("20 20:34"), { station: "LHR", to_carrier: "IB" }, when);
  }
  /** Row 6 †: the flight left, said by IB; the rule finds the bag that is not on it. */
  async row6(when = at("20 21:24")) {
    await this.flight(this.ib, "IB3167", "2026-11-20", { origin: "LHR", destination: "MAD", operating: "IB",
      departure: { scheduled: at("20 21:20"), actual: when }, arrival: { scheduled: at("20 23:45") } }, when);
    await until(async () => (await this.bag()).bag.watched, "the watch");
  }
  /** The file; its page's path is in `link`, its reference in `ref`. */
  async row8(when = at("21 00:20"), more = {}) {
    this.now(when);
    const answer = await this.server.post("/v1/cases",
      { plate: this.plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE", given: "ANA" }, ...more }, await this.agent());
    assert.equal(answer.status, 201, answer.text);
    this.link = new URL(answer.json.customer_url).pathname;
    this.ref = answer.json.ref;
    return answer.json;
  }
  async row9(when = at("21 00:35")) {
    this.now(when);
    await until(async () => (await this.bag()).bag.custody === "DISPUTED", "the dispute");
  }
  row10(when = at("21 00:50")) {
    return this.say(this.ba, "row-10", "ON_HAND", at("21 00:45"), { station: "LHR", place: "store" }, when);
  }
  async row11(when = at("21 00:55")) {
    this.now(when);
    return this.say(await this.agent(), "row-11", "STATUS_CONFIRMED", at("21 00:55"),
      { action: "asked", asked: "LHR", waiting_for: "BA", next_step_at: at("21 04:50") });
  }
  async row12() {
    await this.level(at("21 03:50"), 0);
    await this.level(at("21 04:50"), 1);
    await this.level(at("21 06:50"), 2);
  }
  row13(when = at("21 07:05")) {
    return this.say(this.ba, "row-13", "FORWARD_PLANNED", at("21 07:05"),
      { station: "LHR", to_station: "MAD", new_plate: this.rush, time_type: "planned", flight: { no: "IB3163", date: "2026-11-21" } }, when);
  }
  row14(when = at("21 09:14")) {
    return this.say(this.ib, "row-14", "BAG_LOADED", at("21 09:12"),
      { plate: this.rush, travel_date: "2026-11-21", station: "LHR", flight: { no: "IB3163", date: "2026-11-21" } }, when);
  }
  row15(when = at("21 09:40")) {
    return this.say(this.ba, "row-15", "BAG_SEEN", at("21 08:20"), { station: "LHR" }, when);
  }
  row16(when = at("21 12:22")) {
    return this.say(this.ib, "row-16", "ARRIVED_AT_DESTINATION", at("21 12:20"), { plate: this.rush, travel_date: "2026-11-21", station: "MAD" }, when);
  }
  row17(when = at("21 14:00")) {
    return this.say(this.ib, "row-17", "HANDED_TO_COURIER", at("21 14:00"),
      { station: "MAD", window: { from: at("21 15:00"), until: at("21 18:00") } }, when);
  }
  row18(when = at("21 17:32")) {
    return this.say(this.ib, "row-18", "DELIVERED", at("21 17:30"), { proof: "pin" }, when);
  }
  /** Damage told on the customer's page by its form, with two photos: a claim on the same number. */
  async row19(when = at("21 18:05")) {
    this.now(when);
    const path = `${this.link}/claims`, page = await this.server.get(path);
    const fields = { once: page.text.match(/name="once" value="(\w+)"/)[1], kind: "damage", bag: "1", note: "A wheel is broken off." };
    const post = (to, body) => fetch(this.server.url + to, { method: "POST", body, redirect: "manual", headers: { origin: this.server.url } });
    const filed = await post(path, new URLSearchParams(fields));
    assert.equal(filed.status, 303, await filed.text());
    for (const [bytes, type] of [[jpeg(), "image/jpeg"], [png(), "image/png"]]) {
      const picture = new FormData();
      picture.append("picture", new Blob([bytes], { type }), "photo");
      const added = await post(`${path}/1/pictures`, picture);
      assert.equal(added.status, 303, await added.text());
    }
  }
}

/** A row's cells without flight times; with them (†) 13 and 14 fall due earlier, and rows 6 and 7 exist. */
export const cells = {
  1: { place: "EXPECTED", station: "JFK", custody: "NONE" },
  2: { place: "AT", station: "JFK", custody: "HELD", custodian: "BA" },
  3: { place: "LOADED", station: "JFK", custody: "HELD", custodian: "BA" },
  4: { place: "AT", station: "LHR", custody: "HELD", custodian: "BA" },
  5: { place: "AT", station: "LHR", custody: "PENDING", custodian: "BA", receiver: "IB", seen: at("20 20:34") },
  8: {
    place: "AT", station: "LHR", custody: "PENDING", custodian: "BA",
    owed: [["IB", "transfer-pending", at("21 01:20")]], step: [["IB", "reported", at("21 01:20")]],
  },
  9: {
    place: "AT", station: "LHR", custody: "DISPUTED", custodian: "BA",
    owed: [["BA", "custody-disputed", at("21 04:35")], ["IB", "custody-disputed", at("21 04:35")]],
  },
  10: {
    place: "AT", station: "LHR", custody: "HELD", custodian: "BA", owed: [["BA", "located", at("21 04:50")]],
    seen: at("21 00:45"), news: at("21 00:50"),
  },
  11: { place: "AT", station: "LHR", custody: "HELD", owed: [["BA", "located", at("21 04:50")]], step: [["IB", "case-step", at("22 00:55")]], news: at("21 00:50") },
  12: { place: "AT", station: "LHR", custody: "HELD", owed: [["BA", "located", at("21 04:50")]], seen: at("21 00:45"), news: at("21 00:50") },
  13: { place: "AT", station: "LHR", custody: "HELD", custodian: "BA", owed: [["IB", "forward-planned", at("22 01:00")]] },
  14: { place: "LOADED", station: "LHR", custody: "HELD", custodian: "IB", owed: [["IB", "in-flight", at("22 03:14")]], seen: at("21 09:12") },
  16: { place: "AT_DESTINATION", station: "MAD", custody: "HELD", custodian: "IB", owed: [["IB", "at-station", at("21 16:22")]] },
  17: { place: "WITH_COURIER", station: "MAD", custody: "HELD", custodian: "IB", owed: [["IB", "with-courier", at("21 19:00")]] },
  18: { place: "DELIVERED", station: "MAD", custody: "NONE", step: [] },
};
cells[15] = cells[14];

/** Cells that flight times change, and those of rows 6 and 7, which exist with them alone. */
export const cellsWithTimes = {
  ...cells,
  6: { place: "AT", station: "LHR", custody: "PENDING", custodian: "BA", receiver: "IB", owed: [["IB", "transfer-pending", at("20 22:24")]], seen: at("20 20:34") },
  8: { ...cells[8], owed: [["IB", "transfer-pending", at("20 22:24")]] },
  13: { ...cells[13], owed: [["IB", "forward-planned", at("21 10:30")]] },
  14: { ...cells[14], owed: [["IB", "in-flight", at("21 13:55")]] },
  15: { ...cells[15], owed: [["IB", "in-flight", at("21 13:55")]] },
};
cellsWithTimes[7] = cellsWithTimes[6];
