// SPDX-License-Identifier: Apache-2.0
// Dead letters for those who repair them: who sees which, the text for a reason that is kept, replay after a fix, and the end of
// texts that nobody needs any more.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

let db, server, keys, people;
const sessions = {};

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-11-20T13:00:00Z", databaseUrl: db.owner, metrics: true });
  keys = { BA: server.key("BA"), SK: server.key("SK") };
  people = {
    ba: server.account("repair.ba", "carrier-admin", "BA"),
    sk: server.account("repair.sk", "carrier-admin", "SK"),
    agent: server.account("agent.ba", "agent", "BA"),
    admin: server.account("keeper", "admin", "WATCH", { kind: "operator" }),
  };
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

async function as(name) {
  sessions[name] ??= await server.login(people[name]);
  return sessions[name];
}
async function query(text, values) {
  const client = await sql(db.owner);
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
const send = async (text, key = keys.BA) => (await server.post("/v1/typeb", text, { key, type: "text/plain" })).json.messages;
const bpm = (station, plate, name = "ROMANESCU") =>
  `BPM\n.V/1L${station}\n.J/S///20NOV/0829L/B12\n.F/BA0178/20NOV/LHR\n.N/${plate}001\n.P/1${name}/IOANA\nENDBPM\n`;

test("letters are counted and listed per sender; another's are not there (req: TYB-04 SEC-03)", async () => {
  const [mine] = await send("BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/01257283590001\n.P/1ROMANESCU/IOANA\nENDBSM\n");
  const [theirs] = await send("BSM\n.V/1LOSL\n.F/SK4416/20NOV/TOS\n.N/011781487200\nENDBSM\n", keys.SK);
  const list = (await server.get("/v1/dead-letters", await as("ba"))).json;
  assert.deepEqual(list.senders.map((s) => [s.sender, s.waiting, s.replayed, s.dropped]), [["BA", 1, 0, 0]]);
  assert.deepEqual(list.letters.map((l) => [l.id, l.sender, l.smi, l.status, l.state, l.faults[0].line, l.faults[0].element]),
    [[mine.dead_letter, "BA", "BSM", "unusable", "waiting", 4, "N"]]);
  const all = (await server.get("/v1/dead-letters", await as("admin"))).json;
  assert.deepEqual(all.senders.map((s) => s.sender).sort(), ["BA", "SK"]);
  assert.equal((await server.get("/v1/dead-letters?sender=SK", await as("admin"))).json.letters.length, 1);
  assert.equal((await server.get("/v1/dead-letters?sender=SK", await as("ba"))).json.letters[0].sender, "BA");
  // foreign = absent, whatever is asked of it
  for (const id of [theirs.dead_letter, "00000000-0000-7000-8000-000000000000", "x"]) {
    assert.equal((await server.get(`/v1/dead-letters/${id}`, await as("ba"))).status, 404);
    assert.equal((await server.post(`/v1/dead-letters/${id}:show`, { reason: "audit" }, await as("ba"))).status, 404);
    assert.equal((await server.post(`/v1/dead-letters/${id}:replay`, {}, await as("ba"))).status, 404);
    assert.equal((await server.get(`/desk/dead-letters/${id}`, await as("ba"))).status, 404);
  }
  assert.equal((await server.get("/v1/dead-letters", await as("agent"))).status, 403);
  assert.equal((await server.get("/v1/dead-letters", { key: keys.BA })).status, 403);
});

test("the text is shown for a reason, and who looked is kept (req: TYB-04 CASE-07 TYB-11)", async () => {
  const [message] = await send("JUNK\nBSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728359X001\n.P/1ROMANESCU/IOANA\nENDBSM\nBSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728400001\n.P/1OTHER/GUEST\nENDBSM\n");
  const path = `/v1/dead-letters/${message.dead_letter}`;
  const silent = await server.get(path, await as("ba"));
  assert.deepEqual([silent.json.text, silent.json.looks], [undefined, []]);
  assert.ok(!silent.text.includes("ROMANESCU"));
  for (const body of [{}, { reason: "curious" }, { reason: "" }]) assert.equal((await server.post(`${path}:show`, body, await as("ba"))).status, 422);
  const shown = (await server.post(`${path}:show`, { reason: "repair" }, await as("ba"))).json;
  assert.equal(shown.text, "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728359X001\n.P/1ROMANESCU/IOANA\nENDBSM\n", "the letter's own lines, no other passenger's");
  assert.deepEqual(shown.looks.map((l) => [l.account, l.reason, l.at]), [["repair.ba", "repair", "2026-11-20T13:00:00Z"]]);
  await assert.rejects(query("SET ROLE bagwatch_app; UPDATE bagwatch.dead_letter_look SET reason = 'audit'"), /permission denied/);
});

const count = async () => Number((await server.metrics()).match(/^bagwatch_dead_letters_total (\d+)/m)?.[1] ?? 0);

test("a letter's lines are repaired and replayed; the original, and who repaired it, are kept (req: TYB-04 TYB-11)", async () => {
  const faulty = "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728X71001\n.P/1ROMANESCU/IOANA\nENDBSM\n";
  const other = bpm("LHR", "0125728472");
  const [message] = await send(faulty + other);
  const path = `/v1/dead-letters/${message.dead_letter}`;
  const stillWrong = await server.post(`${path}:replay`, { text: faulty.replace("X71", "Y71") }, await as("ba"));
  assert.deepEqual([stillWrong.status, stillWrong.json.state], [200, "waiting"], stillWrong.text);
  assert.equal(stillWrong.json.telegram.messages[0].dead_letter, message.dead_letter, "it is the same letter, not another");
  const mended = faulty.replace("0125728X71001", "0125728471001");
  const done = await server.post(`${path}:replay`, { text: mended }, await as("ba"));
  assert.deepEqual([done.status, done.json.state], [200, "replayed"], done.text);
  assert.deepEqual(done.json.telegram.messages.map((m) => m.bags.map((b) => [b.plate, b.answer.outcome])), [[["0125728471", "accepted"]], [["0125728472", "duplicate"]]]);
  assert.equal((await server.get("/v1/bags/0125728471", { key: keys.BA })).json.bag.place, "EXPECTED");
  const { json } = await server.get(path, await as("ba"));
  assert.deepEqual([json.state, json.repaired_by, json.repaired_at, json.tried_by], ["replayed", "repair.ba", "2026-11-20T13:00:00Z", "repair.ba"]);
  assert.equal((await server.post(`${path}:show`, { reason: "audit" }, await as("ba"))).json.text, faulty, "what was sent is what is shown");
  const [letter] = await query("SELECT d.raw_id, d.repair_id, count(r.id)::int AS texts, bool_or(position('ROMANESCU'::bytea IN r.body) > 0) AS clear FROM bagwatch.dead_letter d JOIN bagwatch.raw_message r ON r.id IN (d.raw_id, d.repair_id) WHERE d.id = $1 GROUP BY 1, 2", [message.dead_letter]);
  assert.deepEqual([letter.texts, letter.clear, letter.raw_id === letter.repair_id], [2, false, false], "both are kept, sealed");
  assert.equal((await server.post(`${path}:replay`, { text: "" }, await as("ba"))).status, 422);
  assert.equal((await server.post(`${path}:replay`, { text: 7 }, await as("ba"))).status, 422);
  assert.equal((await server.post(`${path}:replay`, { text: mended }, await as("sk"))).status, 404);
});

test("the same faulty telegram again is counted once (req: TYB-04 TYB-06)", async () => {
  const text = "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728Z81001\nENDBSM\n";
  const before = await count();
  const [first] = await send(text);
  assert.equal(await count(), before + 1);
  const [again] = await send(text);
  assert.equal(again.dead_letter, first.dead_letter);
  await server.post(`/v1/dead-letters/${first.dead_letter}:replay`, {}, await as("ba"));
  assert.equal(await count(), before + 1, "neither the repetition nor the replay is one more");
});

test("after a fix the telegram is replayed as its sender sent it, once (req: TYB-04 TYB-05)", async () => {
  const text = bpm("QQX", "0125728501") + bpm("LHR", "0125728502");
  const [broken, whole] = await send(text);
  assert.deepEqual([broken.status, whole.status], ["partly_used", "used"]);
  const path = `/v1/dead-letters/${broken.dead_letter}`;
  const early = (await server.post(`${path}:replay`, {}, await as("ba"))).json;
  assert.deepEqual([early.state, early.telegram.messages.map((m) => m.status)], ["waiting", ["partly_used", "used"]]);
  await query("INSERT INTO bagwatch.station VALUES ('QQX', 'Test Field', 'XX', 'Europe/Madrid', 40, -3)");
  const fixed = await until(async () => {
    const answer = await server.post(`${path}:replay`, {}, await as("ba"));
    if (answer.status === 429) return false;
    assert.equal(answer.status, 200, answer.text);
    return answer.json.state === "replayed" && answer.json;
  }, "the station is known", 90000);
  const outcomes = fixed.telegram.messages.map((m) => m.bags.map((b) => [b.plate, b.answer?.outcome ?? b.refused]));
  assert.deepEqual(outcomes[1], [["0125728502", "duplicate"]], "what was used before is a repetition");
  assert.equal(fixed.telegram.messages[0].status, "used");
  const again = (await server.post(`${path}:replay`, {}, await as("ba"))).json;
  assert.deepEqual(again.telegram.messages.map((m) => m.bags.map((b) => b.answer?.outcome ?? b.refused)),
    outcomes.map((bags) => bags.map(([, outcome]) => (outcome === "accepted" ? "duplicate" : outcome))));
  const counts = (await server.get("/v1/dead-letters", await as("ba"))).json.senders[0];
  assert.equal(counts.replayed, 2, "this one and the one that was repaired");
  assert.deepEqual((await query("SELECT state, tried_by FROM bagwatch.dead_letter WHERE id = $1", [broken.dead_letter]))[0], { state: "replayed", tried_by: "repair.ba" });
});

test("the pages: list, letter, text for a reason, replay, all without scripts (req: TYB-04)", async () => {
  const [message] = await send("BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/012572<b>\n.P/1<script>/X\nENDBSM\n");
  const session = await as("ba");
  const list = await server.get("/desk/dead-letters", session);
  assert.equal(list.status, 200);
  assert.ok(list.text.includes(`/desk/dead-letters/${message.dead_letter}`) && list.text.includes('aria-current="page">Dead letters'));
  const page = `/desk/dead-letters/${message.dead_letter}`;
  const one = await server.get(page, session);
  assert.match(one.text, /the tag is not ten digits/);
  assert.ok(!one.text.includes("script&gt;"));
  const form = (path, fields) => server.post(path, new URLSearchParams({ csrf: session.headers["x-csrf-token"], ...fields }).toString(), { ...session, type: "application/x-www-form-urlencoded" });
  const shown = await form(`${page}:show`, { reason: "sender-asked" });
  assert.equal(shown.status, 200, shown.text);
  assert.ok(shown.text.includes(".P/1&lt;script&gt;/X") && shown.text.includes("the sender asked") && !/<script[^>]*>\//.test(shown.text));
  assert.equal((await form(`${page}:show`, { reason: "why not" })).status, 400);
  const replayed = await form(`${page}:replay`, {});
  assert.deepEqual([replayed.status, replayed.headers.get("location")], [303, page]);
  assert.match((await server.get(page, session)).text, /Last tried[\s\S]*repair\.ba/);
  assert.ok(!(await server.get("/desk", await as("agent"))).text.includes("/desk/dead-letters"));
});

test("texts die after 72 hours but for bags that are watched; parts that stay alone become letters after a day (req: TYB-11 TYB-04)", async () => {
  const tag = (message) => message.bags[0].answer;
  const [lost] = await send(bpm("LHR", "0125728601", "GONE"));
  const [kept] = await send(bpm("LHR", "0125728602", "KEPT"));
  const [part] = await send("BSM\n.V/1LLHR/PART1\n.F/BA0178/20NOV/LHR\n.N/0125728603001\nENDPART1\n");
  const [letter] = await send("BSM\n.V/1LLHR\n.F/BA0178/20NOV/LHR\n.N/0125\nENDBSM\n");
  assert.equal(part.status, "waiting_for_parts");
  const opened = await server.post("/v1/cases", { plate: "0125728602", travel_date: "2026-11-20", station: "LHR", passenger: { surname: "Kept" } }, { key: keys.BA });
  assert.equal(opened.status, 201, opened.text);
  const raw = async (message) => (await query("SELECT r.destroyed_at, r.watched, length(r.body) AS n, octet_length(r.commitment) AS c, k.key_id FROM bagwatch.event e JOIN bagwatch.raw_message r ON r.id = e.raw_id LEFT JOIN bagwatch.data_key k ON k.key_id = r.key_id WHERE e.uid = $1", [tag(message).event.uid]))[0];
  server.clock.set("2026-11-21T13:30:00Z");
  const orphan = await until(async () => (await query("SELECT * FROM bagwatch.dead_letter WHERE status = 'waiting_for_parts'"))[0], "the lone part is a letter", 60000);
  assert.deepEqual([orphan.sender, orphan.smi, orphan.first_line, orphan.last_line, orphan.state], ["BA", "BSM", 1, 5, "waiting"]);
  assert.equal((await raw(lost)).destroyed_at, null, "not before 72 hours");
  server.clock.set("2026-11-23T13:30:00Z");
  await until(async () => (await raw(lost)).destroyed_at, "the text is destroyed", 60000);
  const gone = await raw(lost);
  assert.deepEqual([gone.n, gone.key_id, gone.c], [0, null, 32], "text and key are gone, the commitment stays");
  await until(async () => (await raw(kept)).watched, "the case's text is kept", 60000);
  const still = await raw(kept);
  assert.ok(still.n > 0 && still.key_id && !still.destroyed_at);
  sessions.ba = await server.login(people.ba);
  const dead = await server.get(`/v1/dead-letters/${letter.dead_letter}`, sessions.ba);
  assert.deepEqual([dead.json.state, dead.json.destroyed_at !== null], ["dropped", true]);
  assert.equal((await server.post(`/v1/dead-letters/${letter.dead_letter}:show`, { reason: "repair" }, sessions.ba)).status, 404);
  assert.equal((await server.post(`/v1/dead-letters/${letter.dead_letter}:replay`, {}, sessions.ba)).status, 404);
});
