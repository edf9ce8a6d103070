// SPDX-License-Identifier: Apache-2.0
// The story with the second airline a non-member: nobody at Iberia has a key or an account, so British Airways, which opened the file, asks
// and reports; from the day Iberia has a key it owes for itself.  Then an airline that is not here flies the bag of an owner who is.
// req: CLK-16 CLK-08
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { at, Story, wordsOf } from "../lib/story.mjs";
import { askedIberia, never, startOutsider } from "../lib/variants.mjs";

let server, story;
before(async () => {
  story = await startOutsider();
  server = story.server;
});
after(() => server?.stop());

/** [who, what, by when, for whom] of the bag, then of its file. */
async function owed() {
  const got = await story.bag();
  const line = (p) => [p.carrier, p.owed, p.due, p.for_carrier ?? ""];
  return { place: got.promises.map(line), step: (got.case?.promises ?? []).map(line) };
}

test("a handover to an airline that is not here: who opened the file asks it, in the time that it would have had", async () => {
  for (const row of [1, 2, 3, 4, 5]) await story[`row${row}`]();
  const opened = await story.row8();
  assert.equal(opened.owner, "IB", "the last airline answers by the rule, here or not");
  assert.deepEqual(await owed(), { place: [["BA", "ask-and-report", at("21 01:20"), "IB"]], step: [["BA", "reported", at("21 01:20"), "IB"]] });
  const page = await story.page();
  assert.match(page, /British Airways is sorry that your bag did not arrive with you\. Iberia brings the case to its end, but takes no messages from here: British Airways asks Iberia for you/);
  assert.match(page, /Next comes what Iberia says about your bag, from British Airways, due by 21 Nov, 02:20/);
  assert.doesNotMatch(page, /Iberia is sorry|Iberia looks after|colleague at Iberia/);
});

test("nobody takes it: the giver alone owes the answer, for both", async () => {
  await story.row9();
  assert.deepEqual((await owed()).place, [["BA", "custody-disputed", at("21 04:35"), "IB"]]);
  await story.row10();
  assert.deepEqual((await owed()).place, [["BA", "located", at("21 04:50"), ""]]);
});

test("the agent who asked Iberia has kept the word to the customer; what comes late is British Airways' own", async () => {
  await askedIberia(story);
  assert.deepEqual((await owed()).step, [["BA", "case-step", at("22 00:55"), "IB"]]);
  await story.row12();
  server.clock.set(at("21 06:55"));
  const page = await story.page();
  for (const said of [/British Airways is sorry/, /London Heathrow/, /British Airways was reminded on 21 Nov, 05:50/,
    /A colleague at British Airways took over on 21 Nov, 07:50/, /British Airways asks Iberia for you: Iberia takes no messages from here/])
    assert.match(page, said);
  for (const word of [...never, /contact /i, /Iberia was reminded/, /Iberia answers to you/]) assert.doesNotMatch(page, word);
});

test("a flight of Iberia's: what it says is asked for, and met by having asked", async () => {
  await story.row13();
  assert.deepEqual((await owed()).place, [["BA", "ask-and-report", at("22 01:00"), "IB"]]);
  server.clock.set(at("21 08:00"));
  const agent = await story.agent();
  const say = (id, more) => story.say(agent, id, "STATUS_CONFIRMED", at("21 08:00"), { action: "asked", next_step_at: at("21 12:00"), ...more });
  const before = (await story.bag()).promises[0].id;
  await say("asked-lhr", { asked: "LHR" });
  assert.equal((await story.bag()).promises[0].id, before, "asking somebody else is not asking Iberia");
  await say("asked-ib", { asked: "IB" });
  assert.notEqual((await story.bag()).promises[0].id, before);
});

test("from the day it has a key Iberia owes for itself; before, its silence was coverage", async () => {
  story.ib = server.key("IB");
  server.clock.set(at("21 08:30"));
  await story.say(await story.agent(), "note", "STAFF_NOTE", at("21 08:30"), { note: "Iberia is here now." });
  assert.deepEqual((await owed()).place, [["BA", "ask-and-report", at("22 01:00"), "IB"]], "what was promised stays with who promised it");
  await story.row14();
  assert.deepEqual((await owed()).place, [["IB", "in-flight", at("22 03:14"), ""]]);
  server.clock.set(at("21 23:59"));
  const auditor = await server.auditor();
  const { json: report } = await server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier", auditor);
  const row = (carrier) => report.rows.find((r) => r.carrier === carrier);
  assert.equal(row("IB")?.late ?? 0, 0);
  assert.equal(row("IB")?.silent_minutes ?? 0, 0);
  assert.deepEqual([row("BA").late, row("BA").late_minutes], [1, 135]);
  // what fell due in the period while BA stood for IB: the handover and the dispute, a quarter of an hour each, and the first word
  assert.deepEqual(report.coverage, [{ carrier: "IB", via: "BA", promises: 3, minutes: 15 + 15 + 35 }]);
  const page = wordsOf(await server.get("/report?from=2026-11-20&to=2026-11-22&by=carrier", auditor));
  assert.match(page, /Carriers that cannot be told here/);
  assert.match(page, /Iberia \(IB\), via British Airways \(BA\)/);
});

test("an owner that is here asks an airline that is not", async () => {
  const other = new Story(server, { plate: "0125728360", rush: "2125001235", id: "other-", like: story });
  other.account = server.account("agent-ib", "agent", "IB");
  await other.row1(at("21 23:59"));
  await other.row10(at("21 23:59"));
  await other.row8(at("21 23:59"));
  await other.say(other.ba, "plan", "FORWARD_PLANNED", at("21 23:59"),
    { station: "LHR", to_station: "MAD", new_plate: other.rush, time_type: "planned", flight: { no: "LH901", date: "2026-11-22" } }, at("22 00:05"));
  const [promise] = (await other.bag()).promises;
  assert.deepEqual([promise.carrier, promise.owed, promise.for_carrier], ["IB", "ask-and-report", "LH"]);
  const page = await other.page();
  assert.match(page, /Iberia is sorry that your bag did not arrive with you\. Iberia looks after this case/);
  assert.match(page, /Iberia asks Lufthansa for you: Lufthansa takes no messages from here/);
  const desk = await server.login(other.account);
  await until(async () => /Lufthansa \(LH\), via Iberia \(IB\)/.test(wordsOf(await server.get("/desk/overdue", desk))), "the desk says so");
});
