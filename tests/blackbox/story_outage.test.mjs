// SPDX-License-Identifier: Apache-2.0
// The story in our own outage: Bagwatch is dead from 04:00 to 06:30, while British Airways' plan falls due.  The carrier is not blamed for it, the
// page says that it was us, and every planned time on it is true.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database } from "../lib/server.mjs";
import { Story, at, cells, wordsOf } from "../lib/story.mjs";
import { goAway, never } from "../lib/variants.mjs";
import { sql } from "../lib/wire.mjs";

let db, client, story;

before(async () => {
  db = await Database.start();
  story = await Story.start({ databaseUrl: db.owner });
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await story?.server.stop();
  await db?.stop();
});

const page = async () => wordsOf(await story.server.get(`${story.link}?tz=UTC`)).replace(/ (?=[.,:])/g, "");

test("rows 1 to 12: until 04:00 all is as it was, then nobody could tell us anything", async () => {
  for (const row of [1, 2, 3, 4, 5, 8, 9, 10, 11]) await story[`row${row}`]();
  await story.level(at("21 03:50"), 0);
  await goAway(story, client);
  await story.cells({ ...cells[11], owed: [["BA", "located", at("21 07:30")]] });
});

test("the page at 06:55 says that it was us, blames nobody, and names the times that now hold (req: CLK-13 CLK-07)", async () => {
  story.now(at("21 06:55"));
  const text = await page();
  assert.match(text, /Iberia is sorry that your bag did not arrive with you/);
  assert.match(text, /Our own service could not take updates from 21 Nov, 04:00 to 21 Nov, 06:30\. That was our fault and no airline's: what fell due meanwhile was put off until 21 Nov, 07:30\./);
  assert.match(text, /from British Airways, due by 21 Nov, 07:30/);
  assert.match(text, /The next word to you is due from British Airways by 21 Nov, 07:30/);
  assert.doesNotMatch(text, /was due on|has not come in|was reminded on|took over|supervisors|due by 21 Nov, 04:50/);
  for (const word of never) assert.doesNotMatch(text, word);
  assert.deepEqual(await story.levels("located"), [["PROMISE_REMINDED", 0]], "no chaser of a time that nobody could keep");
});

test("from row 13 on the story goes on, and the plan came 25 minutes before its new time (req: CLK-13)", async () => {
  for (const row of [13, 14, 15, 16, 17, 18]) {
    await story[`row${row}`]();
    await story.cells(cells[row]);
  }
  const report = (await story.server.get(`/v1/reports/stale?from=${at("20 00:00")}&to=${at("22 00:00")}&by=carrier`, await story.server.auditor())).json;
  const ba = report.rows.find((r) => r.carrier === "BA"), ib = report.rows.find((r) => r.carrier === "IB");
  assert.deepEqual([ba.fell_due, ba.kept_by_fact, ba.late, ba.still_open, ba.moved, ba.silent_minutes], [1, 1, 0, 0, 1, 0]);
  assert.deepEqual([ib.late, ib.still_open, ib.moved, ib.silent_minutes], [0, 0, 0, 0]);
  const last = await page();
  assert.doesNotMatch(last, /Our own service could not take updates from/, "no longer where nothing is owed");
  assert.match(last, /The update that British Airways owes was put off until 21 Nov, 07:30\./, "the history keeps it");
  assert.match(story.server.verb(["verify"]), / 0 differences/);
});
