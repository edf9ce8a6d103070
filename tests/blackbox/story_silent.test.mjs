// SPDX-License-Identifier: Apache-2.0
// The story with the second airline's feed dead: Iberia's systems at Heathrow fall silent before the handover and are heard again at seven in
// the morning; British Airways says nothing more either.  The page says so as a fact, and the report marks Iberia's breach, not the other.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { Story, at, cells } from "../lib/story.mjs";
import { never, SilentFeed } from "../lib/variants.mjs";

let story, server, iberia;
const nothing = "Nothing has come from the systems of Iberia at London Heathrow Airport since 20 Nov, 21:00";

before(async () => {
  story = await Story.start({ at: SilentFeed.starts });
  server = story.server;
  iberia = new SilentFeed(story);
});
after(() => server?.stop());

test("on three Fridays Iberia is heard at Heathrow every ten minutes", async () => {
  await iberia.usual();
  assert.equal((await iberia.feed()).silent_from, undefined);
});

test("rows 1 to 5; Iberia's last word at Heathrow is at eight, and 50 minutes later it is silent (req: CLK-12)", async () => {
  await iberia.toRow5();
  await story.cells(cells[5]);
  await iberia.falls();
  const page = await server.get("/desk/feeds", await story.agent());
  assert.ok(page.text.includes("Nothing from Iberia (IB) at London Heathrow Airport since 20 Nov, 20:00"), page.text);
});

test("rows 8 and 9: what is owed is owed; the page names the silent feed and whoever answers (req: CLK-12)", async () => {
  await story.row8();
  await story.cells(cells[8]);
  const words = await until(async () => {
    const said = await story.page();
    return said.includes(nothing) && said;
  }, "the page");
  assert.ok(words.indexOf("Iberia is sorry") >= 0 && words.indexOf("Iberia is sorry") < words.indexOf(nothing), "the apology comes first");
  await story.row9();
  await story.cells(cells[9]);
});

test("nobody answers: both are late, the page stays true, and nothing is excused", async () => {
  await story.level(at("21 04:36"), 1);
  await story.level(at("21 06:36"), 2);
  story.now(at("21 06:55"));
  const words = await story.page();
  for (const said of [nothing, "British Airways", "London Heathrow", "05:35"]) assert.ok(words.includes(said), `${said}: ${words}`);
  for (const word of never) assert.doesNotMatch(words, word);
  assert.ok(!/systems of British Airways/.test(words), "too little is known of that feed to call it silent");
});

test("heard again, Iberia has the bag; the line is gone, the mark stays (req: CLK-12)", async () => {
  await story.say(story.ib, "row-in", "TRANSFER_IN", at("21 06:58"), { station: "LHR", from_carrier: "BA" }, at("21 07:00"));
  assert.ok(!(await story.page()).includes(nothing), "at once: its own word is on the page");
  await until(async () => !(await iberia.feed()).silent_from, "its end");
  const reports = async (asOf) => {
    story.now(asOf);
    const auditor = await server.login(story.auditor ??= server.account("auditor", "auditor", "AUDIT"));
    const answer = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier", auditor);
    assert.equal(answer.status, 200, answer.text);
    const page = await server.get("/report?from=2026-11-20&to=2026-11-22", auditor);
    assert.equal(page.text.split(">feed silent<").length - 1, 1, page.text);
    return answer.json;
  };
  const report = await reports(at("21 07:30"));
  const row = (carrier) => report.rows.find((r) => r.carrier === carrier);
  assert.deepEqual([row("IB").late, row("IB").in_silent_feed], [1, 1]);
  assert.deepEqual([row("BA").late, row("BA").in_silent_feed], [1, 0]);
  // marked, never subtracted: both were silent from 04:35 to 07:00, the bag once
  assert.deepEqual([row("IB").silent_minutes >= 145, row("BA").silent_minutes, report.all.in_silent_feed], [true, 145, 1]);
});
