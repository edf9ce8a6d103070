// SPDX-License-Identifier: Apache-2.0
// The story of one bag with flight times (†): all 19 rows, every cell, who was told when, the report's table.
// req: CLK-03 CLK-20 CLK-01 CLK-05 BAG-09 AUD-02
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { Story, at, cellsWithTimes as cells } from "../lib/story.mjs";

let story, server;

before(async () => {
  story = await Story.start();
  server = story.server;
  await story.schedules();
});
after(() => server?.stop());

/** What the page says at each row, in Madrid's time (+1), in the order in which it says it. */
const transfer = "From Iberia, word whether it took your bag over from British Airways was due on 20 Nov, 23:24 and has not come in.";
const store = "Your bag was last seen at London Heathrow Airport on 21 Nov, 01:45 (00:45 local time there), in the store of British Airways.";
const plan = "a plan to send your bag on or the reason to keep it";
const flying = ["Your bag was loaded on flight IB3163 at London Heathrow Airport on 21 Nov, 10:12 (09:12 local time there), says Iberia.",
  "Flight IB3163 arrives on 21 Nov, 12:55, planned by Iberia.", "Next comes word that your bag came off flight IB3163, from Iberia, due by 21 Nov, 14:55."];
const pages = {
  8: ["The next word to you is due from Iberia by 21 Nov, 02:20.", "Your bag was last seen at London Heathrow Airport on 20 Nov, 21:34 (20:34 local time there), by British Airways.",
    "British Airways says that it handed the bag to Iberia. Iberia has not told us so.", "No news since 20 Nov, 21:35", transfer,
    "Iberia was reminded on 20 Nov, 23:24.", "If it has still not come in by 21 Nov, 01:24, a colleague at Iberia takes over.",
    "Flight IB3167 on 20 Nov goes without this bag, as far as is known."],
  "8, level 2": [transfer, "A colleague at Iberia took over on 21 Nov, 01:24.", "If it has still not come in by 21 Nov, 05:24, the supervisors of Iberia are told."],
  9: ["British Airways and Iberia have not told us the same about who has it. By the last proof it was British Airways.", "Next comes word who has your bag, from British Airways, due by 21 Nov, 05:35.",
    "Next comes word who has your bag, from Iberia, due by 21 Nov, 05:35.", "Iberia answers to you. British Airways and Iberia must act."],
  10: [store, "No news since 21 Nov, 01:50", `Next comes ${plan}, from British Airways, due by 21 Nov, 05:50.`, "Iberia answers to you. British Airways must act."],
  11: [store, "Iberia confirmed on 21 Nov, 01:55 that it asked London Heathrow Airport.", "Its next step is planned by Iberia for 21 Nov, 05:50.", `Next comes ${plan}, from British Airways`],
  12: ["The next word to you is due from Iberia by 22 Nov, 01:55.", store, "No news since 21 Nov, 01:50 (6 h 5 min)", `From British Airways, ${plan} was due on 21 Nov, 05:50 and has not come in.`, 
    "British Airways was reminded on 21 Nov, 05:50.", "A colleague at Iberia took over on 21 Nov, 07:50.", "the supervisors of British Airways and Iberia are told."],
  13: [store, "Next comes word whether your bag was loaded on flight IB3163, from Iberia, due by 21 Nov, 11:30.",
    "Flight IB3163 on 21 Nov from London Heathrow Airport to Madrid-Barajas Airport, planned by British Airways. Departure on 21 Nov, 10:30, planned by Iberia."],
  14: flying,
  15: [...flying, "Seen at London Heathrow Airport. British Airways · airline system · the bag was seen · reported 1 h 20 min later by British Airways at LHR"],
  16: ["Your bag is at Madrid-Barajas Airport. It was last seen there on 21 Nov, 13:20, by Iberia.", "from Iberia, due by 21 Nov, 17:22."],
  17: ["A courier has your bag for Iberia; last word of it is from 21 Nov, 15:00.", "from Iberia, due by 21 Nov, 20:00.", "Delivery between 21 Nov, 16:00 and 21 Nov, 19:00, planned by Iberia."],
  18: ["No further word is owed to you on this bag.", "Your bag was handed over on 21 Nov, 18:30, says Iberia.", "No airline owes an update on this bag."],
  19: ["Next comes word that your claim has arrived, from Iberia, due by 22 Nov, 19:05.", "You added a picture to claim 1.", "You filed claim 1. It reached Iberia."],
};
async function page(row) {
  const words = (await story.page()).replace(/ ([.,;)])/g, "$1").replace(/\( /g, "(");
  let from = words.indexOf("Iberia is sorry that your bag ");
  assert.ok(from > 0 && from < 300, `row ${row}: opens with the owner's apology`);
  for (const said of pages[row]) {
    const at = words.indexOf(said, from);
    assert.ok(at >= from, `row ${row}: "${said}" in: ${words.slice(0, 2000)}`);
    from = at;
  }
  for (const never of [/\blost\b/i, /\bsoon\b/i, /check back/i, /guarantee/i, /contact British/i, /SAMPLE/, /not confirmed/]) assert.doesNotMatch(words, never, `row ${row}`);
}
const codes = async () => (await story.events()).map((e) => e.code);

test("rows 1 to 5: nobody is owed anything, and nobody watches", async () => {
  for (const row of [1, 2, 3, 4, 5]) {
    await story[`row${row}`]();
    const got = await story.cells(cells[row]);
    assert.equal(got.bag.watched, false, `row ${row}`);
  }
});

test("rows 6 and 7: the flight left without it: watched, Iberia owes within the hour, and is reminded and missed", async () => {
  await story.row6();
  const got = await story.cells(cells[6]);
  assert.equal(got.bag.watched_why, "missed-connection");
  const watch = (await story.events()).find((e) => e.code === "WATCH_STARTED");
  assert.deepEqual([watch.recorded_at, watch.occurred_at, watch.flight, watch.flight_date, watch.data.why],
    [at("20 21:24"), at("20 21:24"), "IB3167", "2026-11-20", "missed-connection"]);
  assert.equal(got.bag.last_news_at, at("20 20:35"), "what a rule finds is no news");
  await story.level(at("20 22:09"), 0);
  await story.level(at("20 22:24"), 1);
  await story.cells(cells[7]);
  assert.deepEqual(await story.levels("transfer-pending"), [["PROMISE_REMINDED", 0], ["PROMISE_MISSED", 1]]);
});

test("row 8: the file is opened on a bag that is watched already: the old promise runs on, level 2 at 00:24", async () => {
  const file = await story.row8();
  assert.deepEqual([file.ref, file.owner], ["MADIB10001", "IB"]);
  const got = await story.cells(cells[8]);
  assert.equal(got.bag.watched_why, "missed-connection", "the first cause");
  assert.equal((await codes()).filter((code) => code === "WATCH_STARTED").length, 1, "its watch starts once");
  await page(8);
  await story.level(at("21 00:24"), 2);
  await page("8, level 2");
});

test("rows 9 to 11", async () => {
  for (const row of [9, 10, 11]) {
    await story[`row${row}`]();
    await story.cells(cells[row]);
    await page(row);
  }
});

test("row 12: the levels of row 10, each once", async () => {
  await story.row12();
  await story.cells(cells[12]);
  assert.deepEqual(await story.levels("located"), [["PROMISE_REMINDED", 0], ["PROMISE_MISSED", 1], ["PROMISE_MISSED", 2]]);
  story.now(at("21 06:55"));
  await page(12);
});

test("rows 13 to 18: due by the flight's times, met early", async () => {
  for (const row of [13, 14, 15, 16, 17, 18]) {
    const answer = await story[`row${row}`]();
    if (row === 15) assert.equal(answer.outcome, "late");
    const got = await story.cells(cells[row]);
    for (const promise of got.promises) assert.equal(promise.unconfirmed, undefined, "who operates it was told");
    await page(row);
  }
  assert.equal((await story.bag()).bag.watched, false);
});

test("row 19: damage is a claim on the same number", async () => {
  await story.row19();
  await page(19);
  const got = await story.bag();
  assert.deepEqual(got.case.promises.map((p) => [p.carrier, p.owed, p.due]), [["IB", "claim-acknowledge", at("22 18:05")]]);
});

test("the report's table", async () => {
  story.now(at("21 23:59"));
  const auditor = await server.login(server.account("auditor", "auditor", "AUDIT"));
  const answer = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier", auditor);
  assert.equal(answer.status, 200, answer.text);
  const { rows, all, watched_minutes } = answer.json;
  const figures = (r) => [r.fell_due, r.kept_by_fact, r.kept_by_confirmation, r.late, r.late_minutes, r.still_open, r.superseded, r.silent_minutes];
  const of = (carrier) => figures(rows.find((r) => r.carrier === carrier));
  assert.deepEqual(of("BA"), [1, 0, 0, 1, 135, 0, 1, 135]);
  assert.deepEqual(of("IB"), [6, 4, 1, 1, 131, 0, 1, 131]);
  assert.deepEqual([...figures(all), watched_minutes], [7, 4, 1, 2, 266, 0, 2, 266, 1208]);
});

test("the rows of bag and file are what their logs give", () => {
  assert.match(server.verb(["verify", "--bags"]), /0 differ|equal|well|ok/i);
});
