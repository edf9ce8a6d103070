// SPDX-License-Identifier: Apache-2.0
// Telegrams that stand for more than themselves, from outside: parts that come one by one, BTMs that replace each other,
// CHG and DEL.  Every order is played on plates of its own, so that what is compared is what readers see.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

let db, server, second, key, person, session;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-20T13:00:00Z", databaseUrl: db.owner });
  second = await server.twin();
  key = server.key("BA", "--for", "LH,SK");
  person = server.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" });
  session = await server.login(person);
});
after(async () => {
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

async function post(text, status = 200) {
  const answer = await server.post("/v1/typeb", text, { key, type: "text/plain" });
  assert.equal(answer.status, status, answer.text);
  return answer.json.messages;
}
const envelope = (time) => `QU FRALLLH\n.LHRLLBA ${time}\n`;
const plates = (message) => message.bags.map((b) => [b.plate, b.code, b.answer.outcome]);

/** What a reader sees of a plate: place, station, flights of its journey, codes and flights that were said. */
async function seen(plate) {
  const answer = await server.get(`/v1/bags/${plate}?date=2026-11-20`, session);
  if (answer.status === 404) return null;
  assert.equal(answer.status, 200, answer.text);
  const { bag } = answer.json;
  return { place: bag.place, station: bag.station ?? null };
}

function permutations(list) {
  if (list.length < 2) return [list];
  return list.flatMap((one, k) => permutations([...list.slice(0, k), ...list.slice(k + 1)]).map((rest) => [one, ...rest]));
}

test("parts in any order give the same, and nothing before the last of them is there (req: TYB-01 TYB-06)", async () => {
  let run = 0;
  for (const order of permutations([1, 2, 3])) {
    const tag = `01257${String(++run).padStart(2, "0")}`;
    const time = `2012${String(run).padStart(2, "0")}`;
    const part = {
      1: `${envelope(time)}BTM\n.V/1TFRA/PART1\n.I/BA09${run}/20NOV/LHR\n.F/LH0502/20NOV/GRU\n.N/${tag}001002\n.P/1SMITH/ANN\nENDPART1\n`,
      2: `${envelope(time)}BTM\n.V/1TFRA/PART2\n.I/BA09${run}/20NOV/LHR\n.F/LH0502/20NOV/GRU\n.N/${tag}010001\nENDPART2\n`,
      3: `${envelope(time)}BTM\n.V/1TFRA/PART3\n.I/BA09${run}/20NOV/LHR\n.F/LH0502/20NOV/GRU\n.O/LH0700/21NOV/EZE\n.P/1LOPEZ\n.F/LH0900/20NOV/OSL\n.N/${tag}020001\nENDBTM\n`,
    };
    for (const n of order.slice(0, 2)) {
      const [message] = await post(part[n]);
      assert.deepEqual([message.status, message.part, message.bags, message.dead_letter], ["waiting_for_parts", n, [], null]);
    }
    assert.equal(await seen(`${tag}001`), null, "an incomplete message applies nothing");
    const [message] = await post(part[order[2]]);
    assert.equal(message.status, "used");
    assert.deepEqual(plates(message), [`${tag}001`, `${tag}002`, `${tag}010`, `${tag}020`].map((p) => [p, "BAG_EXPECTED", "accepted"]));
    assert.deepEqual(await seen(`${tag}010`), { place: "EXPECTED", station: "FRA" });
    const legs = (await server.get(`/v1/bags/${message.bags[2].answer.bag.id}/events`, session)).json.events[0];
    assert.equal(legs.flight, "LH502");
    // any part again, also in another envelope: accepted, and no second change
    for (const n of [1, 2, 3]) {
      const [again] = await post(`QK FRAKKLH\n${part[n]}`);
      assert.deepEqual([again.status, [...new Set(again.bags.map((b) => b.answer.outcome))]], ["used", ["duplicate"]]);
    }
  }
});

test("parts that came in one request and parts that came alone make one message (req: TYB-06)", async () => {
  const part = (n, end) => `BPM\n.V/1LFRA/PART${n}/REF9\n.J/S///20NOV/1300L/A${n}\n.F/LH0502/20NOV/GRU\n.N/012572000${n}001\n${end}\n`;
  const two = await post(part(3, "ENDBPM") + part(1, "ENDPART1"));
  assert.deepEqual(two.map((m) => m.status), ["waiting_for_parts", "waiting_for_parts"]);
  const [last] = await post(part(2, "ENDPART2"));
  assert.deepEqual(plates(last), ["0125720001", "0125720002", "0125720003"].map((p) => [p, "BAG_SORTED", "accepted"]));
  assert.deepEqual(last.bags.map((b) => b.answer.event.occurred_at), Array(3).fill("2026-11-20T12:00:00Z"));
});

test("parts that reach two instances at the same moment are not both left waiting, and apply once (req: TYB-06)", async () => {
  for (let run = 10; run < 30; run++) {
    const part = (n, end) => `${envelope("201250")}BSM\n.V/1LFRA/PART${n}/RACE${run}\n.F/LH0502/20NOV/GRU\n.N/01257220${run}001\n.N/01257221${run}00${n}\n${end}\n`;
    const sent = await Promise.all([[server, part(1, "ENDPART1")], [second, part(2, "ENDBSM")]].map(([to, text]) =>
      to.post("/v1/typeb", text, { key, type: "text/plain" })));
    assert.deepEqual(sent.map((a) => a.status), [200, 200], sent.map((a) => a.text).join());
    const joined = sent.map((a) => a.json.messages[0]).filter((m) => m.status === "partly_used" || m.status === "used");
    assert.ok(joined.length >= 1, "whoever came second saw the first");
    const events = (await server.get(`/v1/bags/01257220${run}/events?date=2026-11-20`, session)).json.events;
    assert.equal(events.length, 1, "completed twice it is applied once");
  }
});

test("two parts of one number never join on a guess (req: TYB-06)", async () => {
  const part = (n, plate, end) => `BSM\n.V/1LFRA/PART${n}\n.F/LH0502/20NOV/GRU\n.N/${plate}001\n${end}\n`;
  await post(part(1, "0125721001", "ENDPART1"));
  await post(part(1, "0125721003", "ENDPART1"));
  const [second] = await post(part(2, "0125721002", "ENDBSM"));
  assert.deepEqual([second.status, second.bags], ["waiting_for_parts", []]);
  assert.equal(await seen("0125721002"), null);
});

const btm = (time, flight, bags, onward = "LH0502/20NOV/GRU") =>
  `${time ? envelope(time) : ""}BTM\n.V/1TFRA\n.I/${flight}/20NOV/LHR\n.F/${onward}\n${bags.map((b) => `.N/${b}001\n.P/X\n`).join("")}ENDBTM\n`;

test("a newer BTM replaces the older one for the same inbound flight, in any order of arrival (req: TYB-06)", async () => {
  let run = 0;
  for (const order of permutations([0, 1, 2])) {
    const tag = `01258${String(++run).padStart(2, "0")}`;
    const [a, b, c, d] = ["001", "002", "003", "004"].map((n) => tag + n);
    const lists = [btm("201200", `BA06${run}`, [a, b]), btm("201205", `BA06${run}`, [b, c]), btm("201210", `BA06${run}`, [c, d])];
    for (const n of order) await post(lists[n]);
    const states = await Promise.all([a, b, c, d].map(seen));
    // a bag that only an older list had is expected by nobody: withdrawn, or never known
    assert.deepEqual(states.map((s) => (s === null || s.place === "NONE" ? "gone" : `${s.place} ${s.station}`)),
      ["gone", "gone", "EXPECTED FRA", "EXPECTED FRA"], `order ${order}`);
    // each again changes nothing
    for (const n of order) await post(lists[n]);
    assert.deepEqual(await Promise.all([a, b, c, d].map(seen)), states);
  }
});

test("an older BTM that comes late applies nothing and says why (req: TYB-06)", async () => {
  await post(btm("201230", "BA0700", ["0125830001"]));
  const [late] = await post(btm("201220", "BA0700", ["0125830001", "0125830002"]));
  assert.deepEqual([late.status, late.bags, late.faults.length, late.dead_letter], ["used", [], 1, null]);
  assert.match(late.faults[0].reason, /newer list/);
  assert.equal(await seen("0125830002"), null);
  // another inbound flight, another day and another station are lists of their own
  for (const other of [btm("201220", "BA0701", ["0125830003"]), btm("201220", "BA0700", ["0125830004"]).replace("BA0700/20NOV", "BA0700/19NOV"),
    btm("201220", "BA0700", ["0125830005"]).replace("1TFRA", "1TMUC")])
    assert.equal((await post(other))[0].bags.length, 1);
  // two of the same minute are one list in two telegrams
  const [first] = await post(btm("201225", "BA0702", ["0125830006"]));
  const [second] = await post(btm("201225", "BA0702", ["0125830007"]));
  assert.deepEqual([plates(first), plates(second)], [[["0125830006", "BAG_EXPECTED", "accepted"]], [["0125830007", "BAG_EXPECTED", "accepted"]]]);
});

test("a BTM withdraws what the one before had, and one without an origin line counts from its receipt (req: TYB-06)", async () => {
  await post(btm(null, "BA0710", ["0125840001", "0125840002"]));
  server.clock.set("2026-11-20T13:10:00Z");
  const [second] = await post(btm(null, "BA0710", ["0125840002"]));
  assert.deepEqual(plates(second), [["0125840002", "BAG_EXPECTED", "accepted"], ["0125840001", "DATA_WITHDRAWN", "accepted"]]);
  assert.equal((await seen("0125840001")).place, "NONE");
  assert.equal((await seen("0125840002")).place, "EXPECTED");
  // the first again is the repetition that it is
  const [again] = await post(btm(null, "BA0710", ["0125840001", "0125840002"]));
  assert.deepEqual([...new Set(again.bags.map((b) => b.answer.outcome))], ["duplicate"]);
  assert.equal((await seen("0125840001")).place, "NONE");
});

test("DEL revokes the forecast, CHG replaces it, and what was cut off does neither (req: TYB-01 TYB-03)", async () => {
  const bsm = (status, flight, end = "ENDBSM\n") => `BSM\n${status}.V/1LFRA\n.F/${flight}/20NOV/GRU\n.N/0125850001001\n${end}`;
  await post(envelope("201240") + bsm("", "LH0502"));
  assert.deepEqual(await seen("0125850001"), { place: "EXPECTED", station: "FRA" });
  const [cut] = await post(envelope("201241") + bsm("DEL\n", "LH0502", ""), 422);
  assert.deepEqual([cut.action, cut.bags], ["delete", []]);
  assert.equal((await seen("0125850001")).place, "EXPECTED");
  const [changed] = await post(envelope("201242") + bsm("CHG\n", "LH0504"));
  assert.equal(changed.action, "change");
  const id = changed.bags[0].answer.bag.id;
  assert.equal((await server.get(`/v1/bags/${id}/events`, session)).json.events[0].flight, "LH504");
  const [gone] = await post(envelope("201243") + bsm("DEL\n", "LH0504"));
  assert.deepEqual(plates(gone), [["0125850001", "DATA_WITHDRAWN", "accepted"]]);
  assert.equal((await seen("0125850001")).place, "NONE");
  // the forecast of before, arriving late, does not bring it back
  await post(envelope("201239") + bsm("", "LH0506"));
  assert.equal((await seen("0125850001")).place, "NONE");
});
