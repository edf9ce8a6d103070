// SPDX-License-Identifier: Apache-2.0
// The story with a script at Iberia that confirms every 3 h 59: two confirmations keep the word to the customer, the third and every other
// meet nothing, the levels rise and stand, and the page says since when there have been no new facts.  A machine's confirmations meet nothing
// at all.  A sighting of Iberia's own ends it.  req: CLK-11 CLK-04
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { at, Story } from "../lib/story.mjs";
import { minutes, never, turn } from "../lib/variants.mjs";

let story, server;
before(async () => {
  story = await Story.start();
  server = story.server;
  for (const row of [1, 2, 3, 4, 5, 8, 9, 10]) await story[`row${row}`]();
});
after(() => server?.stop());

const step = async () => (await story.bag()).case.promises.map((p) => [p.owed, p.due, p.level]);

test("a machine that confirms is kept and meets nothing", async () => {
  const answer = await turn(story, 0, story.ib);
  assert.match(answer.instruction, /meets nothing/);
  assert.deepEqual(await step(), [["reported", at("21 01:20"), -1]]);
});

test("two confirmations keep the word, the third does not", async () => {
  await turn(story, 0);
  assert.deepEqual(await step(), [["case-step", at("22 00:55"), -1]]);
  await turn(story, 1);
  const due = minutes(at("21 00:55"), 239 + 1440);
  assert.deepEqual(await step(), [["case-step", due, -1]]);
  for (const n of [2, 3, 4]) {
    const answer = await turn(story, n);
    assert.match(answer.instruction, /Nothing new since the last two of these: kept, and meets nothing that is owed/);
    assert.equal(answer.event.data.in_a_row, 3);
    assert.deepEqual((await step()).map(([owed, when]) => [owed, when]), [["case-step", due]]);
  }
});

test("the levels rise and stand, and the page says since when there are no new facts", async () => {
  const due = minutes(at("21 00:55"), 239 + 1440);
  server.clock.set(due);
  await until(async () => (await step())[0][2] === 1, "level 1");
  server.clock.set(minutes(due, 125));
  await until(async () => (await step())[0][2] === 2, "level 2");
  await turn(story, 7);
  await turn(story, 8);
  server.clock.set(minutes(due, 6 * 60 + 5));
  await until(async () => (await step())[0][2] === 3, "level 3");
  const page = await story.page();
  assert.match(page, /No new facts since 21 Nov, 01:50 ?: what was said since then adds nothing to them/);
  assert.match(page, /Iberia was reminded on 22 Nov, 05:54/);
  assert.match(page, /an update is overdue/);
  for (const word of never) assert.doesNotMatch(page, word);
});

test("a scan by the other airline is a fact, and the next confirmation counts again", async () => {
  const now = minutes(server.clock.now, 1);
  await story.say(story.ba, "seen", "BAG_SEEN", now, { station: "LHR" }, now);
  assert.equal((await step())[0][2], 3, "what another saw is not Iberia's word");
  assert.doesNotMatch(await story.page(), /No new facts since/);
  server.clock.set(minutes(now, 5));
  await story.say(await story.agent(), "after", "STATUS_CONFIRMED", minutes(now, 5), { action: "asked", asked: "LHR", next_step_at: minutes(now, 100) });
  assert.deepEqual((await step())[0][2], -1);
});

test("after two more only a fact of Iberia's own keeps the word: its sighting does", async () => {
  const now = server.clock.now;
  for (const n of [1, 2, 3]) {
    server.clock.set(minutes(now, n * 60));
    await story.say(await story.agent(), `more-${n}`, "STATUS_CONFIRMED", minutes(now, n * 60), { action: "asked", asked: "LHR", next_step_at: minutes(now, n * 60 + 60) });
  }
  const before = (await story.bag()).case.promises[0].id;
  await story.say(story.ib, "own", "BAG_SEEN", minutes(now, 200), { station: "LHR" }, minutes(now, 200));
  const got = await story.bag();
  assert.notEqual(got.case.promises[0].id, before);
  assert.match(server.verb(["verify", "--bags"]), / 0 differences/);
});
