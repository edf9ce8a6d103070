// SPDX-License-Identifier: Apache-2.0
// Erasing a file: unmistakable words are put wherever a person can be named, the file is erased, and then everything is searched: a dump
// of the whole database as it is and with all that its keys still open, files, logs, answers; and the same for an older dump that is made
// to forget again.  What stays: the log and its leaves, the figures, the other passengers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createDecipheriv, createHmac } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { jpeg } from "../lib/pictures.mjs";
import { Database, Server, until } from "../lib/server.mjs";

let database, server, ba, ib, folder;
let people = {}, sessions = {};
const told = {}; // what the parts before left

const url = (name) => database.super.replace("dbname=postgres", `dbname=${name}`);
function run(program, args, input) {
  const got = spawnSync(join(database.programs, program), args, { encoding: "utf8", input, maxBuffer: 1 << 29 });
  assert.equal(got.status, 0, got.stderr);
  return got.stdout;
}
const ask = (name, text) => run("psql", [url(name), "-AtX", "-v", "ON_ERROR_STOP=1", "-c", text]);

before(async () => {
  database = await Database.start();
  folder = mkdtempSync(join(tmpdir(), "bw-erasure-"));
  chmodSync(folder, 0o755);
  server = await Server.start({ databaseUrl: url("bagwatch"), at: "2026-11-20T22:30:00Z" });
  ba = { key: server.key("BA") };
  ib = { key: server.key("IB") };
  people = { chief: server.account("chief", "supervisor", "IB"), agent: server.account("agent", "agent", "IB"), keeper: server.account("keeper", "carrier-admin", "IB"),
    stranger: server.account("stranger", "supervisor", "BA"), admin: server.account("root", "admin", "OPS", { kind: "operator" }) };
});
after(async () => {
  await server?.stop();
  await database?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function as(name) {
  return (sessions[name] ??= await server.login(people[name]));
}
function clock(at) {
  server.clock.set(at);
  sessions = {}; // nobody was there so long
}

/* --- who is looked for --- */

const her = {
  passenger: { surname: "Xochiquetzalli", given: "Ximenaluz" },
  contacts: { phone: "+34 611 998 877", mail: "ximenaluz.q@example.net", pnr: "ZZ9PLU", address: "Calle Inventada 99 bajo", town: "Villanovilla" },
  description: "turquoise trunk with marmoset stickers",
};
const words = ["Xochiquetzalli", "Ximenaluz", "ZZ9PLU", "611998877", "611 998 877", "Calle Inventada", "Villanovilla", "marmoset", "sobrina Palomita"];
const his = { surname: "Ottokringelmann", pnr: "KK4OTT" };

/** Which of the words stand in a text, in any case, as they are or as hexadecimal digits. */
function found(text, list = words) {
  const low = text.toLowerCase();
  return list.filter((word) => [word, word.toUpperCase(), word.toLowerCase()]
    .some((form) => low.includes(form.toLowerCase()) || low.includes(Buffer.from(form).toString("hex"))));
}

/** All of a database as text: the dump, and what can be opened of it with the keys that are left. */
function everything(name) {
  return run("pg_dump", ["-d", url(name), "--no-owner", "--inserts"]) + opened(name).join("\n");
}

function opened(name) {
  const secret = Buffer.from(readFileSync(join(server.data, "keys", "master"), "utf8").trim(), "hex");
  const master = createHmac("sha256", secret).update("bagwatch/1/").update("master").digest();
  const open = (key, nonce, aad, sealed) => {
    try {
      const box = createDecipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(aad));
      box.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([box.update(sealed.subarray(0, -16)), box.final()]);
    } catch {
      return null;
    }
  };
  const rows = (text) => ask(name, text).split("\n").filter(Boolean).map((line) => line.split("|"));
  const hex = (text) => Buffer.from(text, "hex");
  const keys = new Map();
  for (const [id, kind, nonce, wrapped] of rows("SELECT key_id, kind, encode(nonce, 'hex'), encode(wrapped, 'hex') FROM bagwatch.data_key"))
    keys.set(id, open(master, hex(nonce), `data_key/${id}/${kind}`, hex(wrapped)));
  const texts = [];
  const sealed = (list, column) => {
    for (const [id, keyId, nonce, body] of list) {
      const key = keys.get(keyId);
      const text = key && body && open(key, hex(nonce), `${id}/${column}`, hex(body));
      if (text) texts.push(text.toString("utf8"));
    }
  };
  sealed(rows("SELECT case_id, sealed_key, encode(sealed_nonce, 'hex'), encode(sealed, 'hex') FROM bagwatch.case_file"), "case_file.sealed");
  sealed(rows("SELECT id, key_id, encode(nonce, 'hex'), encode(body, 'hex') FROM bagwatch.raw_message"), "raw_message.body");
  sealed(rows(`SELECT e.uid, p.key_id, encode(p.nonce, 'hex'), encode(p.body, 'hex') FROM bagwatch.event_private p
               JOIN bagwatch.event e USING (bucket, bag_id, version)`), "event_private.body");
  for (const [scope, key, body] of rows("SELECT scope, key, encode(body, 'hex') FROM bagwatch.idempotency WHERE body IS NOT NULL")) {
    const own = createHmac("sha256", master).update(`idempotency answer\n${scope}\n${key}`).digest();
    const text = open(own, hex(body).subarray(0, 12), "idempotency", hex(body).subarray(12));
    if (text) texts.push(text.toString("utf8"));
  }
  return texts;
}

/* --- what is said of her --- */

const plate = "0125728359", his_plate = "0125728360";
const btm = `BTM\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n.N/${plate}001\n.P/1XOCHIQUETZALLI/XIMENALUZ\n.L/ZZ9PLU\n`
  + `.G/21NOV1200/21NOV1800/CALLE INVENTADA 99 BAJO\n.N/${his_plate}001\n.P/1OTTOKRINGELMANN/OTTO\n.L/KK4OTT\nENDBTM\n`;
const send = (text, who = ba) => server.post("/v1/typeb", text, { ...who, type: "text/plain" });
const note = (id, text, who, bag = plate) =>
  server.post("/v1/events", { event_id: id, plate: bag, travel_date: "2026-11-20", code: "STAFF_NOTE", note: text, occurred_at: server.clock.now }, who);
const openFile = (bag, more, headers) => server.post("/v1/cases", { plate: bag, travel_date: "2026-11-20", station: "MAD",
  itinerary: [{ flight: "BA178", date: "2026-11-20", from: "JFK", to: "LHR" }, { flight: "IB3167", date: "2026-11-20", from: "LHR", to: "MAD" }], ...more }, { ...ib, headers });
const report = () => server.get("/v1/reports/stale?from=2026-11-20&to=2026-11-22&by=carrier", ib);

test("req: SEC-06 no number of a card or passport is kept, whatever text it is said in (P6)", async () => {
  const bag = "0125728377", card = "4111 1111 1111 1111";
  const scan = { event_id: "card-1", plate: bag, travel_date: "2026-11-20", code: "BAG_SEEN", station: "LHR", occurred_at: server.clock.now };
  assert.equal((await server.post("/v1/events", { ...scan, place: `belt ${card}`, note: `he paid with ${card}, passport no X1234567` }, ba)).status, 201);
  assert.equal((await server.post("/v1/events", { ...scan, place: `belt ${card}`, note: `he paid with ${card}, passport no X1234567` }, ba)).status, 200, "and the same again is the same");
  const file = await openFile(bag, { passenger: { surname: "Cardholder" }, description: `black, card ${card} inside`, contacts: { phone: "4111111111111111", address: `c/o ${card}` } });
  assert.equal(file.status, 201, file.text);
  const bulk = await server.post("/v1/events:bulk", `${JSON.stringify({ ...scan, event_id: "card-2", note: card })}\n`, { ...ba, type: "application/x-ndjson" });
  assert.equal(JSON.parse(bulk.text.trim()).status, 201, bulk.text);
  const all = everything("bagwatch");
  assert.deepEqual(found(all, [card, "X1234567"]), []);
  assert.equal(found(all, ["**** **** **** 1111"]).length, 1, "four digits are left");
  assert.equal(all.split("4111111111111111").length, 2, "the telephone number, once, sealed");
  assert.ok(!server.logs().some((log) => readFileSync(log, "utf8").includes(card)));
});

test("her file, telegrams, notes, dead letters and kept answers name her wherever a person can be named", async () => {
  assert.equal((await send(btm)).status, 200);
  const answer = await openFile(plate, her, { "idempotency-key": "her-file" });
  assert.equal(answer.status, 201, answer.text);
  told.ref = answer.json.ref;
  told.link = new URL(answer.json.customer_url).pathname;
  told.first = answer.text;
  const other = await openFile(his_plate, { passenger: { surname: his.surname }, contacts: { pnr: his.pnr } });
  told.hisRef = other.json.ref;
  assert.equal((await note("note-1", "sobrina Palomita asks for her marmoset trunk", await as("agent"))).status, 201);
  assert.equal((await note("note-2", "Ottokringelmann called", await as("agent"), his_plate)).status, 201);
  const claim = await server.post(`/v1/cases/${told.ref}/claims`, { event_id: "claim-1", kind: "damage", bag: 1, note: "her marmoset stickers are torn, says sobrina Palomita" }, ib);
  assert.equal(claim.status, 201, claim.text);
  const picture = await server.post(`/v1/cases/${told.ref}/claims/1/pictures`, jpeg(), { ...ib, type: "image/jpeg" });
  assert.equal(picture.status, 201, picture.text);
  told.picture = `/v1/cases/${told.ref}/claims/1/pictures/${picture.json.claim.pictures[0].id}`;
  const damaged = await send(`BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/01257283590001\n.P/1XOCHIQUETZALLI/XIMENALUZ\n.L/ZZ9PLU\nENDBSM\n`);
  told.letter = damaged.json.messages[0].dead_letter;
  assert.ok(told.letter);
  const half = await send(`BPM\n.V/1LLHR/PART1\n.J/S///20NOV/2229L/B1\n.F/IB3167/20NOV/MAD\n.N/${plate}001\n.P/1XOCHIQUETZALLI/XIMENALUZ\nENDPART1\n`);
  assert.equal(half.json.messages[0].status, "waiting_for_parts");
  clock("2026-11-21T00:30:00Z");
  assert.equal((await send(btm)).status, 200, "the same again on the next day has a copy of its own");
  assert.equal((await server.get(told.link)).status, 200);
  clock("2026-11-21T04:30:00Z"); // her updates are overdue: the report has something to say
  await until(() => ask("bagwatch", "SELECT count(*) FROM bagwatch.event WHERE code = 'PROMISE_MISSED'") > 2, "missed updates");
  assert.deepEqual(found(everything("bagwatch")).sort(), words.filter((w) => w !== "611998877").sort(), "the search finds what is there");
  told.report = (await report()).text;
  assert.match(told.report, /"late"/);
  assert.match(server.verb(["verify"]), / 0 differences/);
  told.dump = join(folder, "before.sql");
  writeFileSync(told.dump, run("pg_dump", ["-d", url("bagwatch")]));
});

test("req: SEC-06 CASE-07 an export for the person holds everything, nothing of others, and is an event on the file (P6)", async () => {
  const path = `/v1/cases/${told.hisRef}:export`;
  for (const [who, status] of [[{}, 401], [ib, 403], [await as("agent"), 403], [await as("stranger"), 404], [await as("admin"), 200]])
    assert.equal((await server.post(path, {}, who)).status, status);
  const answer = await server.post(`/v1/cases/${told.ref}:export`, {}, await as("chief"));
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json.details.passenger, her.passenger);
  assert.deepEqual(answer.json.details.contacts, her.contacts);
  assert.deepEqual(found(answer.text).sort(), words.filter((w) => w !== "611998877").sort());
  assert.deepEqual(found(answer.text, [his.surname, his.pnr, "Ottokringelmann called"]), []);
  assert.ok(answer.json.telegrams.some((lines) => /\.N\/0125728359001\n\.P\/1XOCHI[^]*BAJO/.test(lines)), JSON.stringify(answer.json.telegrams));
  assert.ok(answer.json.events.some((e) => e.code === "STAFF_NOTE" && e.private.note.includes("Palomita")));
  assert.deepEqual(answer.json.links.map((l) => l.kind), ["main"]);
  assert.deepEqual(answer.json.pictures.map((p) => [p.claim, p.media, told.picture.endsWith(p.id)]), [[1, "image/jpeg", true]]);
  assert.ok(answer.json.events.some((e) => e.code === "CLAIM_FILED" && JSON.stringify(e.private).includes("Palomita")));
  const again = JSON.parse(server.verb(["export", told.ref]));
  assert.deepEqual(again.events.filter((e) => e.code === "DATA_REVEALED").map((e) => e.reason), ["export"], "the first is told by the second");
  assert.deepEqual(again.reads.at(0).why, "export");
  assert.ok(again.reads.at(0).shown.includes("contacts"));
  assert.throws(() => server.verb(["export", "MADIB99999"]), /no such file/);
  told.leaves = ask("bagwatch", "SELECT md5(string_agg(encode(leaf, 'hex'), '' ORDER BY bucket, bag_id, version)) FROM bagwatch.event WHERE code <> 'CASE_ERASED'");
});

test("only a supervisor of the owner and an administrator may erase; to others the file is not there (req: SEC-03)", async () => {
  const path = `/v1/cases/${told.ref}:erase`;
  assert.equal((await server.post(path, {})).status, 401);
  assert.equal((await server.post(path, {}, ib)).status, 403);
  assert.equal((await server.post(path, {}, await as("agent"))).status, 403);
  assert.equal((await server.post(path, {}, await as("keeper"))).status, 403);
  const foreign = await server.post(path, {}, await as("stranger")), absent = await server.post("/v1/cases/MADIB99999:erase", {}, await as("stranger"));
  assert.equal(foreign.status, 404);
  assert.equal(foreign.json.detail, absent.json.detail);
  assert.equal((await server.post("/v1/cases/x:erase", {}, await as("admin"))).status, 404);
  assert.deepEqual(found(everything("bagwatch")).length, words.length - 1, "nothing was destroyed");
});

test("req: CASE-06 TYB-11 after erasure nothing personal of the file is found anywhere, and the other passenger is whole", async () => {
  const answer = await server.post(`/v1/cases/${told.ref}:erase`, {}, await as("chief"));
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json, { ref: told.ref, erased_at: "2026-11-21T04:30:00Z" });
  assert.deepEqual((await server.post(`/v1/cases/${told.ref}:erase`, {}, await as("admin"))).json, answer.json, "a second time changes nothing");
  const all = everything("bagwatch");
  assert.deepEqual(found(all), []);
  assert.deepEqual(found(all, [his.surname, his.pnr]), [his.surname, his.pnr], "he shares a telegram with her");
  assert.ok(opened("bagwatch").some((text) => text.includes(`.N/${plate}001\n.P/\n.L/\n.G/\n.N/${his_plate}001\n.P/1OTTOKRINGELMANN/OTTO`)), "only her group was blanked");
  assert.equal(ask("bagwatch", "SELECT count(*) FROM bagwatch.attachment"), "0\n", "no key opens her picture, and no row leads to it");
  assert.notEqual((await server.get(told.picture, await as("agent"))).status, 200);
  const link = told.link.split("/").at(-1);
  assert.ok(!opened("bagwatch").some((text) => text.includes(link)), "the kept answer had her link");
});

test("req: CASE-06 neither files, logs nor answers have a word of her", async () => {
  const files = readdirSync(server.data, { recursive: true }).map((name) => join(server.data, name)).filter((file) => statSync(file).isFile());
  assert.ok(files.some((file) => file.endsWith("erasures.log")));
  for (const file of [...files, ...server.logs()]) assert.deepEqual(found(readFileSync(file, "latin1")), [], file);
  const answers = [];
  for (const path of [`/v1/cases/${told.ref}`, `/v1/bags/${plate}?date=2026-11-20`, `/v1/bags/${plate}/events?date=2026-11-20`, `/v1/search?q=${told.ref}`,
    "/v1/search?q=Xochiquetzalli", `/v1/search?q=${encodeURIComponent("+34 611 998 877")}`, "/v1/reports/stale?from=2026-11-20&to=2026-11-22"]) {
    const answer = await server.get(path, await as("agent"));
    answers.push(`${path}: ${answer.status} ${JSON.stringify(answer.json?.hits ?? answer.json)}`);
  }
  const letter = await server.post(`/v1/dead-letters/${told.letter}:show`, { reason: "audit" }, await as("admin"));
  answers.push(letter.text);
  assert.deepEqual(found(answers.join("\n").replaceAll(/q=[^ :]*/g, "")), []);
  await until(async () => (await server.get(told.link)).status === 404, "her link to end");
});

test("req: CASE-06 of an erased file nothing can be exported", async () => {
  assert.equal((await server.post(`/v1/cases/${told.ref}:export`, {}, await as("chief"))).status, 410);
  assert.throws(() => server.verb(["export", told.ref]), /was erased/);
});

test("req: AUD-08 leaves, proofs and figures are what they were", async () => {
  assert.match(server.verb(["verify"]), / 0 differences/);
  assert.equal(ask("bagwatch", "SELECT md5(string_agg(encode(leaf, 'hex'), '' ORDER BY bucket, bag_id, version)) FROM bagwatch.event WHERE code <> 'CASE_ERASED'"), told.leaves);
  assert.equal((await report()).text, told.report);
  const history = (await server.get(`/v1/bags/${plate}/events?date=2026-11-20`, await as("agent"))).json;
  assert.equal(history.events[0].code, "CASE_ERASED");
});

test("nothing personal is taken any more: a later note is told and not kept, a repeated opening is told why not", async () => {
  const keys = () => ask("bagwatch", "SELECT count(*) FROM bagwatch.data_key WHERE kind <> 'raw'");
  const before = keys();
  const late = await note("note-9", "marmoset again, says sobrina Palomita", await as("agent"));
  assert.equal(late.status, 201, late.text);
  assert.equal(keys(), before, "no new key");
  const again = await openFile(plate, her, { "idempotency-key": "her-file" });
  assert.equal(again.status, 410);
  assert.equal(again.json.type, "/problems/erased");
  assert.equal((await send(btm)).status, 200, "the same telegram once more is a repetition, and its text is not taken again");
  assert.deepEqual(found(everything("bagwatch")), []);
  assert.match(server.verb(["verify"]), / 0 differences/);
});

/** An older dump in a database of its own. */
function restore(name) {
  ask("postgres", `CREATE DATABASE ${name} TEMPLATE template0`);
  run("psql", [url(name), "-qX", "-v", "ON_ERROR_STOP=1", "-f", told.dump]);
  assert.equal(found(everything(name)).length, words.length - 1, "the dump is from before");
}

test("req: CASE-06 a dump from before, loaded elsewhere, forgets by erase --replay; what it still has stays whole", async () => {
  restore("elsewhere");
  const list = join(server.data, "erasures.log");
  const elsewhere = { ...server, options: { ...server.options, databaseUrl: url("elsewhere") }, environment: server.environment, verb: server.verb };
  assert.match(elsewhere.verb(["erase", "--replay", list]), /1 erasures on the list, 1 done again/);
  const all = everything("elsewhere");
  assert.deepEqual(found(all), []);
  assert.deepEqual(found(all, [his.surname, his.pnr]), [his.surname, his.pnr]);
  assert.match(elsewhere.verb(["verify"]), / 0 differences/);
  assert.match(elsewhere.verb(["erase", "--replay", list]), /1 erasures on the list, 0 done again/);
  const spoilt = join(folder, "spoilt.log");
  writeFileSync(spoilt, readFileSync(list, "utf8").replace(told.ref, told.hisRef));
  assert.throws(() => elsewhere.verb(["erase", "--replay", spoilt]), /line 1 is not ours/);
  assert.deepEqual(found(everything("elsewhere"), [his.surname, his.pnr]), [his.surname, his.pnr], "a list that is not ours destroys nothing");
});

test("req: CASE-06 REL-01 a server on a restored database forgets again before it serves (fault 28)", async () => {
  restore("restored");
  const other = join(folder, "other");
  cpSync(server.folder, other, { recursive: true, filter: (from) => !from.endsWith("/lock") });
  spawnSync("chown", ["-R", "--reference", server.data, join(other, "data")]);
  const second = await Server.start({ databaseUrl: url("restored"), folder: other, clock: server.clock });
  try {
    assert.deepEqual(found(everything("restored")), []);
    assert.match(second.logText(), /erasures.replayed/);
    assert.equal((await second.get(told.link)).status, 404);
  } finally {
    await second.stop();
  }
});

test("the command line erases beside the server; a file that is not there is told", async () => {
  assert.match(server.verb(["erase", told.hisRef]), new RegExp(`${told.hisRef} erased 2026-11-21T04:30:00`));
  assert.deepEqual(found(everything("bagwatch"), [his.surname, his.pnr]), []);
  assert.throws(() => server.verb(["erase", "MADIB99999"]), /no such file/);
  assert.throws(() => server.verb(["erase"]), /say a file reference/);
  assert.equal(readFileSync(join(server.data, "erasures.log"), "utf8").trim().split("\n").length, 2);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
