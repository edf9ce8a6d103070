// SPDX-License-Identifier: Apache-2.0
// The story of one bag through the API on the test clock: rows 1 to 18 without flight times, every cell, the two clocks, the page at
// 06:55, the report.  req: BAG-04 BAG-08 BAG-09 BAG-10 CLK-01 CLK-04 CLK-05 CLK-08 CASE-01 TYB-02 PAGE-01 PAGE-02
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Story, at, cells } from "../lib/story.mjs";

let story, server;

before(async () => {
  story = await Story.start();
  server = story.server;
});
after(() => server?.stop());

test("rows 1 to 5: two flights, a handover that nobody answers", async () => {
  await story.row1();
  // a bag that carriers alone know is theirs to see: the agent of IB sees it because IB is of the journey
  await story.cells(cells[1]);
  await story.row2();
  await story.cells(cells[2]);
  const loaded = await story.row3();
  assert.equal(loaded.bags[0].code, "BAG_LOADED");
  assert.equal(loaded.bags[0].answer.event.occurred_at, at("20 12:29"));
  await story.cells(cells[3]);
  await story.row4();
  await story.cells(cells[4]);
  await story.row5();
  await story.cells(cells[5]);
});

test("row 8: the file is opened, Iberia owns it, and owes at once", async () => {
  const file = await story.row8();
  assert.deepEqual([file.ref, file.owner], ["MADIB10001", "IB"]);
  const got = await story.cells(cells[8]);
  assert.equal(got.bag.watched, true);
});

test("row 9: four hours after the handover was reported both owe", async () => {
  await story.row9();
  await story.cells(cells[9]);
});

test("rows 10 and 11: the giver's own sighting settles it; an agent confirms", async () => {
  await story.row10();
  await story.cells(cells[10]);
  await story.row11();
  await story.cells(cells[11]);
});

test("row 12: reminded, due, escalated, each once; neither clock moves", async () => {
  await story.row12();
  await story.cells(cells[12]);
  assert.deepEqual(await story.levels("located"), [["PROMISE_REMINDED", 0], ["PROMISE_MISSED", 1], ["PROMISE_MISSED", 2]]);
});

test("the page at 06:55 says whose fault, what is owed, who took over, and the next word", async () => {
  story.now(at("21 06:55"));
  const words = await story.page();
  for (const said of [/Iberia/, /sorry/i, /London Heathrow/, /01:45/, /British Airways/, /05:50/, /07:50/]) assert.match(words, said);
  for (const never of [/\blost\b/i, /\bsoon\b/i, /check back/i, /guarantee/i, /contact British/i, /SAMPLE/]) assert.doesNotMatch(words, never);
});

test("rows 13 to 15: the plan, the flight, and a late scan that moves nothing", async () => {
  await story.row13();
  await story.cells(cells[13]);
  await story.row14();
  await story.cells(cells[14]);
  const late = await story.row15();
  assert.equal(late.outcome, "late");
  await story.cells(cells[15]);
});

test("rows 16 to 18: arrived, with the courier, delivered: nobody owes anything", async () => {
  await story.row16();
  await story.cells(cells[16]);
  await story.row17();
  await story.cells(cells[17]);
  await story.row18();
  const got = await story.cells(cells[18]);
  assert.equal(got.bag.watched, false);
});

test("row 19: damage told on the page with two photos is a claim on the same number", async () => {
  await story.row19();
  const { claims } = (await server.get(`/v1/cases/${story.ref}/claims`, { key: story.ib })).json;
  assert.deepEqual(claims.map((c) => [c.number, c.kind, c.step, c.pictures.length]), [[1, "damage", "filed", 2]]);
  const got = await story.bag();
  assert.deepEqual(got.case.promises.map((p) => [p.carrier, p.owed, p.due]), [["IB", "claim-acknowledge", at("22 18:05")]]);
});

test("the report names who let it go stale, in minutes", async () => {
  story.now(at("21 23:59"));
  const auditor = await server.login(server.account("auditor", "auditor", "AUDIT"));
  const path = "/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier";
  const answer = await server.get(path, auditor);
  assert.equal(answer.status, 200, answer.text);
  const report = answer.json;
  const row = (carrier) => report.rows.find((r) => r.carrier === carrier);
  assert.deepEqual([row("BA").fell_due, row("BA").late, row("BA").late_minutes, row("BA").superseded, row("BA").silent_minutes], [1, 1, 135, 1, 135]);
  assert.deepEqual([row("IB").fell_due, row("IB").kept_by_fact, row("IB").kept_by_confirmation, row("IB").late, row("IB").superseded,
    row("IB").silent_minutes], [3, 2, 1, 0, 2, 0]);
  assert.deepEqual([report.all.silent_minutes, report.watched_minutes], [135, 1032]);
  const csv = await server.get(`${path}&format=csv`, auditor);
  assert.match(csv.headers.get("content-type"), /text\/csv/);
  assert.match(csv.text, /^BA,1,0,0,0,0,0,1,0,1,0,135,135,135,135,0,0,0,,\r$/m);
});

test("any row sent again changes nothing, and nobody speaks for another", async () => {
  const before = (await story.bag()).bag;
  const again = await server.post("/v1/events", { event_id: "row-10", plate: story.plate, travel_date: "2026-11-20", code: "ON_HAND",
    occurred_at: at("21 00:45"), station: "LHR", place: "store" }, { key: story.ba });
  assert.equal(again.status, 200);
  assert.equal(again.json.outcome, "duplicate");
  assert.deepEqual((await story.bag()).bag, before);
  const forBa = await server.post("/v1/events", { event_id: "row-x", plate: story.plate, travel_date: "2026-11-20", code: "ON_HAND",
    occurred_at: at("21 00:45"), station: "LHR", for_carrier: "BA" }, { key: story.ib });
  assert.equal(forBa.status, 403);
  assert.equal(forBa.json.type, "/problems/code-not-yours");
});
