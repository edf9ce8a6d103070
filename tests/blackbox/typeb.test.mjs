// SPDX-License-Identifier: Apache-2.0
// POST /v1/typeb from outside: the twelve samples of domain.md 2.7 (where ../shared/data is there) and twelve of our own of the same
// shapes, duplicates, dead letters, limits, what is kept and what is not.
import assert from "node:assert/strict";
import { createDecipheriv, createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Database, Server, sharedData, source } from "../lib/server.mjs";
import { ask, head, sql } from "../lib/wire.mjs";

const carriers = "SK,SR,U2,OZ,LH,DL,BA,DY,LX,B2,BR,B6,OS,AA,IB,ET";
let db, server, key, person, session;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: "2026-01-10T00:00:00Z", databaseUrl: db.owner });
  key = server.key("BA", "--for", carriers);
  person = server.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" });
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

/** As the auditor sees it; the clock's leaps end sessions, so he logs in again. */
async function see(path) {
  let answer = session && (await server.get(path, session));
  if (!answer || answer.status === 401) {
    session = await server.login(person);
    answer = await server.get(path, session);
  }
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

const post = (text, who = key) => server.post("/v1/typeb", text, { key: who, type: "text/plain" });

/** file: [when it comes, what each message gives: status, action, [plate, code, occurred_at]..., more] */
const expected = {
  M01: ["2026-02-05T12:00:00Z", { smi: "BSM", status: "used", station: "OSL", bags: [["0117814872", "BAG_EXPECTED", null]] }],
  M02: ["2026-02-05T12:00:01Z", { smi: "BPM", status: "used", station: "OSL", bags: [["0117814872", "BAG_SCREENED", "2026-02-05T09:59:00Z"]] }],
  M03: ["2026-04-18T12:00:00Z", { smi: "BSM", status: "used", station: "ZRH", bags: [["0085123456", "BAG_EXPECTED", null], ["0085123457", "BAG_EXPECTED", null],
    ["0085123458", "BAG_EXPECTED", null]] }],
  M04: ["2026-10-01T06:00:00Z", { smi: "BSM", action: "delete", status: "used", station: "LGW", bags: [["0999000111", "DATA_WITHDRAWN", null]] }],
  M05: ["2026-04-18T12:00:02Z", { smi: "BPM", status: "used", station: "TPE", bags: [["0988401338", "BAG_LOADED", "2026-04-18T02:52:10Z"]] }],
  M06: ["2026-04-18T12:00:03Z", { smi: "BTM", action: "delete", status: "used", station: "JFK", bags: [["0085123457", "DATA_WITHDRAWN", null]] }],
  M07: ["2026-04-18T12:00:04Z", { smi: "BCM", status: "not_a_bag_message", bags: [] }],
  M08: ["2026-01-29T12:00:00Z", { smi: "BCM", status: "not_a_bag_message", bags: [] }],
  M09: ["2026-04-18T12:00:05Z", { smi: "BSM", status: "used", station: "ZRH", bags: ["0085123456", "0085123457", "0055222333", "0055444555", "0055444556",
    "0055666777", "0055666778"].map((plate) => [plate, "BAG_EXPECTED", null]) }],
  M10: ["2026-01-14T12:00:00Z", { smi: "BSM", status: "unusable", station: "ADD", bags: [], fault: [7, "N"] }],
  M11: ["2026-02-14T12:00:00Z", { smi: "BUM", status: "used", station: "LHR", bags: [["0088888005", "UNLOAD_ORDERED", null]] }],
  M12: ["2026-04-08T17:00:00Z", { smi: "BSM", status: "unusable", bags: [] }],
  T01: ["2026-03-07T08:00:00Z", { smi: "BSM", status: "used", station: "OSL", bags: [["0328440017", "BAG_EXPECTED", null]] }],
  T02: ["2026-03-07T08:00:01Z", { smi: "BPM", status: "used", station: "OSL", bags: [["0328440017", "BAG_SCREENED", "2026-03-07T05:42:00Z"]] }],
  T03: ["2026-07-03T08:00:00Z", { smi: "BSM", status: "used", station: "ZRH", bags: [["0724900998", "BAG_EXPECTED", null], ["0724900999", "BAG_EXPECTED", null],
    ["0724901000", "BAG_EXPECTED", null]] }],
  T04: ["2026-08-19T08:00:00Z", { smi: "BSM", action: "delete", status: "used", station: "LGW", bags: [["0628000777", "DATA_WITHDRAWN", null]] }],
  T05: ["2026-10-11T18:00:00Z", { smi: "BPM", status: "used", station: "TPE", bags: [["0695002417", "BAG_LOADED", "2026-10-11T15:30:15Z"]] }],
  T06: ["2026-07-03T08:00:01Z", { smi: "BTM", action: "delete", status: "used", station: "JFK", bags: [["0724900999", "DATA_WITHDRAWN", null]] }],
  T07: ["2026-07-03T08:00:02Z", { smi: "BCM", status: "not_a_bag_message", bags: [] }],
  T08: ["2026-09-19T08:00:00Z", { smi: "BCM", status: "not_a_bag_message", bags: [] }],
  T09: ["2026-07-03T08:00:03Z", { smi: "BSM", status: "used", station: "ZRH", bags: ["0257311000", "0257311001", "0257311900", "0724555111", "0724555112",
    "0724555777", "0724555778"].map((plate) => [plate, "BAG_EXPECTED", null]) }],
  T10: ["2026-09-17T08:00:00Z", { smi: "BSM", status: "unusable", station: "CDG", bags: [], fault: [7, "N"] }],
  T11: ["2026-09-28T08:00:00Z", { smi: "BUM", status: "used", station: "LHR", bags: [["0125009900", "UNLOAD_ORDERED", null]] }],
  T12: ["2026-09-28T09:00:00Z", { smi: "BSM", status: "unusable", bags: [] }],
};

function textOf(name) {
  if (name.startsWith("T")) return readFileSync(join(source, "tests", "fuzz", "corpus", "typeb_message", `${name}.txt`));
  const data = sharedData();
  return data && readFileSync(join(data, "typeb", `${name}.txt`));
}

async function deadLetter(id) {
  const client = await sql(db.owner);
  try {
    const { rows } = await client.query("SELECT * FROM bagwatch.dead_letter WHERE id = $1", [id]);
    return rows[0];
  } finally {
    await client.end();
  }
}

// the clock of the server goes only forward
for (const [name, [when, want]] of Object.entries(expected).sort(([, [a]], [, [b]]) => (a < b ? -1 : 1)))
  test(`${name} gives what domain.md 2.7 and design.md 6 say (req: TYB-01 TYB-02 TYB-03 TYB-04)`, async (t) => {
    const text = textOf(name);
    if (!text) return t.skip("skipped: not here");
    server.clock.set(when);
    const answer = await post(text);
    const dead = want.status === "unusable";
    assert.equal(answer.status, dead ? 422 : 200, answer.text);
    assert.equal(answer.json.messages.length, 1);
    const [message] = answer.json.messages;
    assert.deepEqual([message.ordinal, message.smi, message.action, message.status], [1, want.smi, want.action ?? "new", want.status]);
    if (want.station) assert.equal(message.station, want.station);
    const bags = message.bags.map((b) => [b.plate, b.code, b.answer.event.occurred_at]);
    assert.deepEqual(bags, want.bags);
    for (const b of message.bags) {
      assert.ok(["accepted", "late"].includes(b.answer.outcome), JSON.stringify(b.answer));
      const sighting = b.answer.event.occurred_at !== null;
      assert.equal(b.answer.flags.includes("untimed"), !sighting);
      const seen = (await see(`/v1/bags/${b.answer.bag.id}`)).bag;
      // a forecast, an order or a withdrawal is no sighting, and gives nobody custody
      if (!sighting) assert.deepEqual([seen.last_seen_at ?? null, seen.custody], [null, "NONE"], JSON.stringify(seen));
      if (b.code === "BAG_EXPECTED") assert.equal(seen.place, "EXPECTED");
      if (b.code === "BAG_LOADED") assert.equal(seen.place, "LOADED");
    }
    if (want.fault) assert.deepEqual([message.faults[0].line, message.faults[0].element], want.fault);
    if (dead) {
      assert.ok(message.faults.length >= 1 && message.faults.every((f) => f.reason));
      const kept = await deadLetter(message.dead_letter);
      assert.equal(kept.status, "unusable");
      assert.equal(kept.sender, "BA");
    } else {
      assert.equal(message.dead_letter, null);
    }
  });

const bsm = (plates, more = "") => `BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n${plates.map((p) => `.N/${p}\n`).join("")}${more}ENDBSM\n`;

test("the same telegram again is accepted and changes nothing (req: TYB-06)", async () => {
  server.clock.set("2026-11-20T10:00:00Z");
  const text = bsm(["0125400001001"], ".P/1SAMPLE/ANA\n");
  const first = await post(text);
  assert.equal(first.json.messages[0].bags[0].answer.outcome, "accepted");
  const again = await post(text);
  assert.equal(again.status, 200);
  const { answer } = again.json.messages[0].bags[0];
  assert.equal(answer.outcome, "duplicate");
  assert.equal(answer.event.uid, first.json.messages[0].bags[0].answer.event.uid);
  const { events } = await see(`/v1/bags/${answer.bag.id}/events`);
  assert.equal(events.length, 1);
  // line ends and envelope do not make it another message; another origin time does
  const crlf = await post(text.replaceAll("\n", "\r\n"));
  assert.equal(crlf.json.messages[0].bags[0].answer.outcome, "duplicate");
  const later = await post(`QU LHRLLBA\n.JFKLLBA 200955\n${text}`);
  assert.equal(later.json.messages[0].bags[0].answer.outcome, "accepted");
});

test("a faulty element is told by line and reason, the rest is used; a cut-off message applies nothing (req: TYB-03 TYB-04)", async () => {
  const partly = await post(`BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125400010001\n.N/012540001\n.N/0125400011001\nENDBSM\n`);
  assert.equal(partly.status, 200);
  const [message] = partly.json.messages;
  assert.equal(message.status, "partly_used");
  assert.deepEqual(message.bags.map((b) => b.plate), ["0125400010", "0125400011"]);
  assert.deepEqual(message.faults.map((f) => [f.line, f.element]), [[5, "N"]]);
  assert.ok((await deadLetter(message.dead_letter)).faults, "kept for staff");
  const cut = await post("BSM\nDEL\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125400010001\n");
  assert.equal(cut.status, 422);
  assert.deepEqual(cut.json.messages[0].bags, []);
  assert.equal(cut.json.messages[0].status, "unusable");
  assert.ok(cut.json.messages[0].dead_letter);
});

test("several messages in one request are looked at one by one (req: TYB-01 TYB-04)", async () => {
  const answer = await post(bsm(["0125400020001"]) + "BCM\nFOM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\nENDBCM\n" + "BSM\n.V/1XLHR\nENDBSM\n" + bsm(["0125400021002"]));
  assert.equal(answer.status, 200, "every message could be looked at");
  assert.deepEqual(answer.json.messages.map((m) => [m.ordinal, m.status, m.bags.length]),
    [[1, "used", 1], [2, "not_a_bag_message", 0], [3, "unusable", 0], [4, "used", 2]]);
});

test("what is no telegram is a dead letter that the answer names (req: TYB-04)", async () => {
  for (const text of ["hello, is this the baggage desk?", "\u0001\u0002\u0003", "BSM", "ENDBSM\n"]) {
    const answer = await post(text);
    assert.equal(answer.status, 422, `${JSON.stringify(text)} ${answer.text}`);
    assert.ok(await deadLetter(answer.json.messages[0].dead_letter), text);
  }
});

test("many bags: 999 by one count, 4,096 of a message, and the limits are told (req: TYB-08 ING-10)", async () => {
  const many = await post(bsm(["0125500000999"]));
  assert.equal(many.json.messages[0].bags.length, 999);
  assert.equal(new Set(many.json.messages[0].bags.map((b) => b.answer.bag.id)).size, 999);
  assert.ok(many.json.messages[0].bags.every((b) => b.answer.outcome === "accepted"));
  const over = await post(bsm([0, 1, 2, 3, 4].map((k) => `012560${k}000999`)));
  assert.equal(over.status, 422);
  assert.equal(over.json.type, "/problems/too-many-bags");
  // a range never runs into another issuer
  const range = await post(bsm(["0125999990020"]));
  assert.ok(range.json.messages[0].bags.every((b) => b.plate.startsWith("0125")), range.text.slice(0, 500));
  assert.ok(range.json.messages[0].faults.length >= 1);
});

test("256 KiB are read, one byte more is refused before it is sent; other media are not telegrams (req: ING-10 TYB-08)", async () => {
  const auth = ["Authorization", `Bearer ${key}`];
  const early = await ask(server, head("POST /v1/typeb HTTP/1.1", auth, "Content-Type: text/plain", ["Content-Length", 256 * 1024 + 1]));
  assert.equal(early.status, 413);
  assert.equal(early.json.type, "/problems/too-large");
  const message = bsm(["0125400030001"]);
  const full = await post(message + ".R/FILLER\n".repeat(30000).slice(0, 256 * 1024 - message.length));
  assert.ok(full.status === 200, full.text.slice(0, 300));
  assert.equal(full.json.messages[0].bags[0].answer.outcome, "accepted");
  assert.equal((await server.post("/v1/typeb", { text: message }, { key })).status, 415);
});

test("one sender's carriers only: another's flight is not spoken for (req: BAG-05 ING-01)", async () => {
  const iberia = server.key("IB");
  const answer = await post(bsm(["0125400040001"]), iberia);
  const { event } = answer.json.messages[0].bags[0].answer;
  assert.deepEqual([event.sender, event.carrier], ["IB", "IB"]);
});

test("the text is kept apart, sealed, with a salted commitment; names stand nowhere in clear (req: TYB-11 CASE-06)", async () => {
  const text = bsm(["0125400050001"], ".P/1QUAGLIARELLA/ZEBEDEE\n.L/QX7Z9K\n.G/1NOV/2NOV/SECRETSTREET 5\n");
  const answer = await post(text);
  const uid = answer.json.messages[0].bags[0].answer.event.uid;
  assert.ok(!/QUAGLIARELLA|QX7Z9K|SECRETSTREET/.test(answer.text));
  const client = await sql(db.owner);
  try {
    const { rows } = await client.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'bagwatch'");
    for (const { table_name: name } of rows)
      for (const word of ["QUAGLIARELLA", "QX7Z9K", "SECRETSTREET"]) {
        const hex = Buffer.from(word).toString("hex");
        const found = await client.query(`SELECT count(*)::int AS n FROM bagwatch.${name} t WHERE t::text ILIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%'`, [word, hex]);
        assert.equal(found.rows[0].n, 0, `${word} in ${name}`);
      }
    const raw = (await client.query(
      `SELECT r.*, k.kind, k.nonce AS key_nonce, k.wrapped, e.raw_first, e.raw_last, e.raw_commitment FROM bagwatch.event e JOIN bagwatch.raw_message r ON r.id = e.raw_id
       JOIN bagwatch.data_key k ON k.key_id = r.key_id WHERE e.uid = $1`, [uid])).rows[0];
    const secret = Buffer.from(readFileSync(join(server.data, "keys", "master"), "utf8").trim(), "hex");
    const master = createHmac("sha256", secret).update("bagwatch/1/master").digest();
    const open = (by, nonce, aad, sealed) => {
      const box = createDecipheriv("aes-256-gcm", by, nonce);
      box.setAAD(Buffer.from(aad));
      box.setAuthTag(sealed.subarray(sealed.length - 16));
      return Buffer.concat([box.update(sealed.subarray(0, sealed.length - 16)), box.final()]);
    };
    const own = open(master, raw.key_nonce, `data_key/${raw.key_id}/${raw.kind}`, raw.wrapped);
    const body = open(own, raw.nonce, `${raw.id}/raw_message.body`, raw.body);
    assert.equal(body.toString("utf8"), text);
    assert.deepEqual(createHash("sha256").update(raw.salt).update(body).digest(), raw.commitment);
    assert.deepEqual(raw.raw_commitment, raw.commitment, "the log's leaf commits to it");
    assert.ok(raw.raw_first >= 1 && raw.raw_last >= raw.raw_first);
  } finally {
    await client.end();
  }
});
