// SPDX-License-Identifier: Apache-2.0
// A year of traffic with random silence through two instances on one database, the test clock jumping from what is said to what falls due; now
// and then an instance is killed and comes back, or both are and we are away for hours.  In it are silences of hours to days, flights that are told
// and told anew, desks with open hours, policies that change, carriers that are not here, files handed over, stations asked, calls promised,
// statements taken back, records joined and parted, claims, losses, and storms.  Afterwards every promise and every level is computed
// anew from what was posted and when it was recorded (year_model.mjs, which shares no code with the product), and must be the same, row by
// row, to the millisecond.  The suite has a few days of it, with less silence; BW_DEEP=1 the year.  BW_SEED=N: another seed; BW_YEAR_KEEP=FILE keeps what was
// posted and stored, so that a difference can be looked into without the year.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Year } from "./year_model.mjs";
import { STORM_DUTIES } from "./year_rules.mjs";
import { traffic } from "./year_traffic.mjs";
import { carriers, desks, policies } from "./year_world.mjs";
import { Database, Server } from "../lib/server.mjs";

const deep = process.env.BW_DEEP === "1";
const seed = Number(process.env.BW_SEED ?? 39);
const [days, bags] = deep ? [365, Number(process.env.BW_YEAR_BAGS ?? 110)] : [4, 11];
const kills = deep ? 20 : 0, outages = deep ? 6 : 1; // beside those for which a policy changes
const from = Date.parse("2026-12-01T00:00:00Z"), to = from + days * 86400e3;

let db, servers, sql, rules, keys;
const people = new Map(), refs = new Map(), ids = new Map(), asks = new Map(), storms = new Map(); // as they were answered: by bag, plate, question, storm

before(async () => {
  db = await Database.start();
  const a = await Server.start({ at: from - 60e3, databaseUrl: db.owner, args: ["--log-level", "warn"] });
  servers = [a];
  rules = policies.map((p) => ({ ...p, from: p.fromDay ? from + Math.round(p.fromDay * days * 86400) * 1000 : from - 3600e3 }));
  const row = (p, n) => `(gen_random_uuid(), '${p.owed}', ${p.carrier ? `'${p.carrier}'` : "NULL"}, ${p.station ? `'${p.station}'` : "NULL"}, ${p.minutes}, '{${p.steps}}', '${new Date(p.from).toISOString()}', '${new Date(p.from - 2 * 86400e3).toISOString()}', 'year ${n}')`;
  const hours = (d) => `(gen_random_uuid(), '${d.carrier}', '${d.station}', '{${d.week.flat()}}', '{${d.closed}}', '{${d.closed.map(() => "0,0")}}', '${new Date(from - 3600e3).toISOString()}', '${new Date(from - 2 * 86400e3).toISOString()}', 'year')`;
  const done = spawnSync("psql", [db.super.replace("dbname=postgres", "dbname=bagwatch"), "-X", "-v", "ON_ERROR_STOP=1", "-c",
    `INSERT INTO bagwatch.desk_hours (hours_id, carrier, station, week, dates, date_minutes, valid_from, told_at, set_by) VALUES ${desks.map(hours).join(", ")};
     INSERT INTO bagwatch.policy (policy_id, owed, carrier, station, minutes, steps, valid_from, told_at, set_by) VALUES ${rules.map(row).join(", ")}`], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  keys = Object.fromEntries(carriers.map((carrier) => [carrier, a.key(carrier)]));
  await a.kill("SIGTERM");
  await a.run(); // rules and members are read at the start
  const b = await Server.start({ clock: a.clock, databaseUrl: db.owner, args: ["--log-level", "warn"], env: { BAGWATCH_KEYS: `${a.data}/keys` } });
  servers.push(b);
  const word = (name) => db.super.match(new RegExp(`${name}=(\\S+)`))?.[1];
  sql = new pg.Client({ host: word("host"), port: Number(word("port") ?? 5432), user: word("user"), database: "bagwatch" });
  await sql.connect();
  await sql.query("SET search_path = bagwatch");
});
after(async () => {
  await sql?.end();
  await Promise.all(servers?.map((s) => s.stop()) ?? []);
  await db?.stop();
});

const ms = (at) => (at ? at.getTime() : null);

/** When something falls due next, as the server has it; the year goes there, so that nothing is raised later than it fell due. */
async function nextDue() {
  const { rows } = await sql.query(`SELECT ceil(1000 * extract(epoch FROM least((SELECT min(next_level_at) FROM promise), (SELECT min(timeout_at) FROM bag WHERE joined_into IS NULL),
    (SELECT min(timeout_at) FROM case_file))))::float8 AS at`);
  return rows[0].at ?? Infinity;
}

/** The bags of a flight whose times were told have heard of it. */
async function looked() {
  const behind = async () => (await sql.query("SELECT count(*)::int AS n FROM flight WHERE look_at <= told_at")).rows[0].n;
  for (const end = Date.now() + 30e3; await behind(); await sleep(20)) assert.ok(Date.now() < end, "a flight's bags are not told");
}

let here = from; // it never goes back: what fell due while nobody was there is raised late
const clock = (at) => servers[0].clock.set((here = Math.max(here, Math.ceil(at))));

/** All that was committed has its number: what stands unnumbered while the clock jumps looks old, and the servers unwell. */
async function numbered() {
  const behind = async () => (await sql.query("SELECT EXISTS (SELECT FROM journal WHERE seq IS NULL) AS any")).rows[0].any;
  for (const end = Date.now() + 30e3; await behind(); await sleep(4)) assert.ok(Date.now() < end, "not numbered");
}

/** What a storm puts off is put off: nothing of its station falls due within its time that was not moved since it was told. */
async function calmed() {
  const behind = async () => (await sql.query(`SELECT count(*)::int AS n FROM disruption d JOIN promise p ON p.station = d.station AND p.debtor = ANY (d.carriers) AND p.owed = ANY ($2)
      AND p.due_at >= d.from_at - interval '30 min' AND p.due_at < d.until_at - interval '5 min' AND p.closed_at IS NULL
    WHERE d.state <> 'ENDED' AND d.until_at > $1 AND NOT EXISTS (SELECT FROM promise q
      WHERE q.bag_id = p.bag_id AND q.closed_why = 'moved' AND q.closed_at = p.opened_at AND q.closed_at >= d.from_at AND q.owed = p.owed AND q.debtor = p.debtor)`,
    [new Date(here), STORM_DUTIES])).rows[0].n;
  for (const end = Date.now() + 30e3; storms.size && (await behind()); await sleep(20)) assert.ok(Date.now() < end, "a storm does not put off");
}

/** Lets what falls due until `at` fall due, instant by instant, and stands there. */
async function passTo(at) {
  for (let due = await nextDue(); due <= at; ) {
    await numbered();
    clock(due);
    const end = Date.now() + 30e3;
    while ((await nextDue()) <= due) {
      if (Date.now() > end) assert.fail(`what fell due at ${new Date(due).toISOString()} is not raised`);
      await sleep(8);
    }
    await calmed();
    due = await nextDue();
  }
  await numbered();
  clock(at);
}

/** Somebody of the carrier's staff, logged in: an agent, or one of two supervisors. */
async function person(server, carrier, supervisor) {
  const name = supervisor ? `supervisor-${carrier}-${supervisor}` : `agent-${carrier}`;
  if (!people.has(name)) people.set(name, servers[0].account(name, supervisor ? "supervisor" : "agent", carrier));
  return server.login(people.get(name));
}

const iso = (at) => new Date(at).toISOString().replace(".000", "");
const refusal = { reason: "not-shown", rule: "Montreal Convention, Article 17(2)", evidence: "The bag was accepted damaged.", appeal: "Write to us." };
const claimed = (step) => ({ note: "As told.", ...(["offered", "paid"].includes(step) ? { amount: "120.00", currency: "EUR" } : {}), ...(step === "refused" ? refusal : {}) });

/** Method, path and body of each kind of statement. */
const requests = {
  flight: (s) => ["PUT", `/v1/flights/${s.flight.no}/${s.flight.date}`, s.body],
  case: (s) => ["POST", "/v1/cases", s.body],
  fault: (s) => step(s, "fault", s.body),
  close: (s) => step(s, "close", s.body),
  offer: (s) => step(s, "offer-owner", { to_carrier: s.to }),
  accept: (s) => step(s, "accept-owner", {}),
  refuse: (s) => step(s, "refuse-owner", {}),
  promise: (s) => step(s, "promise", { what: s.what, by: iso(s.at + s.by) }),
  "claim-filed": (s) => ["POST", `/v1/cases/${refs.get(s.bag)}/claims`, { event_id: s.id, kind: "expenses", amount: "84.20", currency: "EUR", note: "Clothes for two days." }],
  wait: (s) => step(s, "wait", { step: s.step, ...(s.needs ? { needs: s.needs } : {}), ...(s.note ? { note: s.note } : {}) }),
  claim: (s) => ["POST", `/v1/cases/${refs.get(s.bag)}/claims/${s.number}/steps`, { event_id: s.id, step: s.step, ...claimed(s.step) }],
  ask: (s) => ["POST", `/v1/bags/${ids.get(s.plate)}/ask`, { event_id: s.id, station: s.station, carrier: s.asked, ...(s.by ? { answer_by: iso(s.at + s.by) } : {}) }],
  answer: (s) => ["POST", s.link ? new URL(asks.get(s.ask).link).pathname : `/v1/bags/${ids.get(s.plate)}/answer`, answered(s)],
  join: (s) => ["POST", `/v1/bags/${ids.get(s.plate)}/aliases:join`, { event_id: s.id, other: s.other, travel_date: s.travel }],
  part: (s) => ["POST", `/v1/bags/${ids.get(s.plate)}/aliases:part`, { event_id: s.id, other: s.other, travel_date: s.travel }],
  policy: (s) => ["PUT", "/v1/policies", s.body],
  storm: (s) => ["POST", s.step === "declare" ? "/v1/disruptions" : `/v1/disruptions/${storms.get(s.storm)}:${s.step}`,
    { ...(s.step === "declare" ? { station: s.station, cause: s.cause } : {}), ...(s.until ? { until: iso(s.at + s.until) } : {}) }],
  event: (s) => ["POST", "/v1/events", { event_id: s.id, plate: s.plate, travel_date: s.travel, code: s.code, occurred_at: iso(s.occurred), ...s.more,
    ...(s.more.next_step_at ? { next_step_at: iso(s.at + 12 * 3600e3) } : {}) }],
};
const step = (s, what, body) => ["POST", `/v1/cases/${refs.get(s.bag)}:${what}`, { event_id: s.id, ...body }];

/** What a station says: on the link's page as a form, with an account as JSON. */
function answered(s) {
  const until = s.until ? { until: iso(s.at + s.until) } : {}, words = { place: s.place, searched: s.searched };
  if (s.link) return new URLSearchParams(JSON.parse(JSON.stringify({ answer: s.answer, ...words, flight: s.flight, date: s.date, to: s.to, ...until }))).toString();
  return { event_id: s.id, ask: asks.get(s.ask).id, answer: s.answer, ...words, ...(s.flight ? { flight: { no: s.flight, date: s.date }, to_station: s.to } : {}), ...until };
}

/** Who says it: staff for what people do, the carrier's key for the rest; an answer by the link needs nobody. */
async function speaker(server, s) {
  if (s.kind === "answer" && s.link) return { type: "application/x-www-form-urlencoded", headers: { origin: server.url } };
  if (s.kind === "storm" || s.kind === "policy") return person(server, s.carrier, s.person ?? 1);
  const customers = s.kind === "claim" && ["accepted", "declined", "appealed"].includes(s.step); // staff, for a customer who told them
  if (s.staff || customers || ["close", "offer", "accept", "refuse", "promise", "wait", "ask", "answer", "join", "part"].includes(s.kind)) return person(server, s.carrier);
  return { key: keys[s.carrier] };
}

/** Posts it as its speaker; whatever answer says "later" is asked again, of the other instance too. */
async function post(s, n) {
  const [method, path, body] = requests[s.kind](s);
  const end = Date.now() + 30e3;
  for (let tries = n; ; tries++) {
    const server = servers[tries % 2];
    try {
      const who = await speaker(server, s);
      const more = s.kind === "case" ? { "idempotency-key": s.id } : s.kind === "policy" ? { "if-match": "*" } : {};
      const answer = await server.call(method, path, { ...who, body, headers: { ...who.headers, ...more } });
      if (answer.status !== 503) return answer;
    } catch (error) {
      if (!/fetch failed|ECONNREFUSED|login: (429|503)/.test(error.message)) throw error;
    }
    if (Date.now() > end) assert.fail(`never answered: ${JSON.stringify(body)}`);
    await sleep(50);
  }
}

/** Somebody is known to have taken updates at this time. */
async function beat(at) {
  const beats = async () => (await sql.query("SELECT 1 FROM pulse WHERE beat_at >= $1", [new Date(at)])).rows.length;
  for (const end = Date.now() + 30e3; !(await beats()); await sleep(50)) assert.ok(Date.now() < end, "no beat");
}

/** Both instances are gone until a time later that day; afterwards what fell due meanwhile has been put off.  Null while a handover would lapse, or in a storm. */
async function outage(since, until) {
  const { rows } = await sql.query(`SELECT 1 FROM bag WHERE timeout_at <= $1 UNION ALL SELECT 1 FROM case_file WHERE timeout_at <= $1
    UNION ALL SELECT 1 FROM disruption WHERE state <> 'ENDED' AND greatest(until_at, asked_until) > $2`, [new Date(until + 3600e3), new Date(here)]);
  if (rows.length) return null;
  await passTo(since);
  await beat(since);
  await Promise.all(servers.map((server) => server.kill("SIGKILL")));
  clock(until);
  await Promise.all(servers.map((server) => server.run()));
  const found = async () => (await sql.query("SELECT began_at, ended_at FROM outage WHERE ended_at >= $1 AND moved_at IS NOT NULL", [new Date(until)])).rows[0];
  let got;
  for (const end = Date.now() + 60e3; !(got = await found()); await sleep(50)) assert.ok(Date.now() < end, "the outage is not found");
  assert.deepEqual([ms(got.began_at), ms(got.ended_at)], [since, until], "it began with the last that we took, and ended when we were back");
  await passTo(until);
  return { kind: "outage", at: until, since, until };
}

/** One line a promise: who owed what where, since when, by when, how it ended, and when each level fell due (@ was raised, where later). */
const line = (p) => [p.of, p.owed, p.debtor, p.for || "-", p.station, p.giver || "-", p.opened, Math.floor(p.due), Math.floor(p.yardstick), p.closed ?? "-", p.why ?? "-", `${p.first}:`,
  p.levels.map(([due, raised]) => (Math.floor(due) === raised ? raised : `${Math.floor(due)}@${raised}`)).join(",") || "-"].join(" ");
/** Which promise it is, so that its id is found. */
const name = (p) => [p.of, p.owed, p.debtor, p.opened, Math.floor(p.due)].join(" ");

async function stored() {
  const plateOf = new Map((await sql.query("SELECT bag_id, plate FROM bag")).rows.map((r) => [r.bag_id, r.plate]));
  for (const r of (await sql.query("SELECT case_id, bag_id FROM case_bag")).rows) plateOf.set(r.case_id, `file of ${plateOf.get(r.bag_id)}`);
  const promises = new Map();
  for (const r of (await sql.query("SELECT * FROM promise")).rows)
    promises.set(r.promise_id, { id: r.promise_id, of: plateOf.get(r.bag_id), owed: r.owed, debtor: r.debtor, for: r.for_carrier, station: r.station, giver: r.handoff_from, opened: ms(r.opened_at), due: ms(r.due_at), yardstick: ms(r.yardstick_at), closed: ms(r.closed_at), why: r.closed_why, level: r.level, levels: [] });
  const { rows } = await sql.query("SELECT data, occurred_at, recorded_at FROM event WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED') ORDER BY recorded_at, version");
  for (const r of rows) {
    const data = JSON.parse(r.data), p = promises.get(data.promise_id ?? data.promise);
    assert.ok(p, `a level of no promise: ${r.data}`);
    p.first ??= data.level;
    assert.equal(data.level, p.first + p.levels.length, `each level once and in its turn: ${r.data}`);
    p.levels.push([ms(r.occurred_at), ms(r.recorded_at)]);
  }
  for (const p of promises.values()) {
    p.first ??= p.level < 0 ? 0 : 1; // put off after its reminder: that is not said again
    assert.equal(p.level, p.first + p.levels.length - 1, `its row says how far: ${line(p)}`);
  }
  return [...promises.values()];
}

/** Offline: nothing but what was posted, and when; and, where a storm puts a promise off, the promise's id. */
function recompute(policiesThen, record, rows) {
  const idOf = new Map(rows.map((p) => [name(p), p.id]));
  const year = new Year(policiesThen, (p) => idOf.get(name(p)));
  for (const s of record) {
    if (s.kind === "outage") year.outage(s);
    year.pass(s.at);
    year.post(s);
  }
  year.pass(to);
  return year;
}

/** An instance is killed and comes back.  The clock goes on by seconds in which somebody must be known to have been there: the other one, or whoever
 * starts next would find a gap. */
async function bounce(victim) {
  for (const stop of [() => victim.kill("SIGKILL"), () => victim.run()]) {
    await passTo(here + 1000);
    await beat(here);
    await stop();
  }
}

/** Both have read the policies anew before the clock goes on: they are killed and start again, so fast that nobody was away. */
async function restart() {
  await passTo(here + 1000);
  await beat(here);
  await Promise.all(servers.map((server) => server.kill("SIGKILL")));
  await Promise.all(servers.map((server) => server.run()));
  await passTo(here + 1000);
  await beat(here);
}

/** What its answer says that later statements need. */
function remember(s, { json }) {
  if (s.kind === "case") refs.set(s.bag, json.ref);
  if (s.kind === "ask") asks.set(s.id, json.ask);
  if (s.step === "declare") storms.set(s.storm, json.id);
  if (s.kind === "event" && json.bag?.id && !ids.has(s.plate)) ids.set(s.plate, json.bag.id);
}

/** How often each kind of thing really happened: none may be missing. */
function counted(year, record) {
  const said = (kind, more = {}) => record.filter((s) => s.kind === kind && !s.again && Object.entries(more).every(([k, v]) => s[k] === v)).length;
  const ended = (owed, why) => year.promises.filter((p) => p.owed === owed && p.why === why).length;
  const raised = (owed, level) => year.promises.filter((p) => p.owed === owed && p.first + p.levels.length > level).length;
  return { "handed over": said("accept"), "not taken": said("refuse"), "offer lapsed": year.lapsed, asked: said("ask"), "answered here": said("answer", { answer: "here" }),
    "not here": said("answer", { answer: "not-here" }), "sent on": said("answer", { answer: "sent-on" }), "needs until": ended("ask", "replanned"),
    "by link": said("answer", { link: true }), "asked the hub": raised("ask", 2), "call promised": said("promise"), "call kept": ended("own-word", "met"), "call late": raised("own-word", 1),
    "taken back": said("event", { code: "CORRECTION" }), "taken back before": said("event", { unsaid: true }), joined: said("join"), parted: said("part"), "storm told": said("storm", { step: "declare" }),
    "storm confirmed": said("storm", { step: "confirm" }), "storm renewed": said("storm", { step: "renew" }), "storm ended": said("storm", { step: "end" }),
    "put off": year.promises.filter((p) => p.stormed === p.opened).length, "via another": year.promises.filter((p) => p.for).length, "claim steps": said("claim"), "second claims": said("claim-filed"),
    "claim assessed": ended("claim-assess", "met"), lost: said("event", { code: "LOSS_ADMITTED" }), settled: ended("lost", "met"), "policy told": said("policy"), "desk closed": year.waited, rested: year.promises.filter((p) => p.why === "waiting").length,
    reminded: ended("remind-customer", "met"), "reminded late": raised("remind-customer", 1), "went on": said("wait", { step: "withdrawn" }),
    "flight told": said("flight"), confirmed: ended("case-step", "confirmed") };
}

test("req: CLK-01 CLK-04 CLK-05 a year of random silence: promises and levels equal an independent offline recomputation, exactly", { timeout: 3600e3 }, async (t) => {
  const said = traffic({ seed, from, days, bags, ...(deep ? {} : { pace: 0.2, told: 1 }) });
  const record = [];
  const started = Date.now();
  let killed = 0, away = 0;
  for (const [n, s] of said.entries()) {
    if (away < outages && n >= Math.floor(((away + 0.5) * said.length) / outages)) {
      const gone = await outage(here + 60e3, here + (2 + (away % 5)) * 3600e3);
      away += gone ? 1 : 0;
      if (gone) record.push(gone);
    }
    if (s.at <= here) s.at = here + 1000; // it waited for us
    await passTo(s.at);
    if (killed < kills && n === Math.floor(((killed + 1) * said.length) / (kills + 1))) await bounce(servers[killed++ % 2]);
    s.at = here; // seconds later, where somebody was killed
    const answer = await post(s, n);
    const fine = s.link ? [303] : s.again ? [200] : [200, 201];
    assert.ok(fine.includes(answer.status), `${JSON.stringify(s)}: ${answer.status} ${answer.text.slice(0, 600)}`);
    remember(s, answer);
    if (s.kind === "flight") await looked();
    if (s.kind === "policy") await restart();
    await calmed();
    record.push(s);
  }
  await passTo(to);
  const wall = Math.round((Date.now() - started) / 1000);

  const rows = await stored();
  if (process.env.BW_YEAR_KEEP) writeFileSync(process.env.BW_YEAR_KEEP, JSON.stringify({ rules, record, rows, to }));
  const found = (await sql.query("SELECT began_at, ended_at FROM outage ORDER BY began_at")).rows.map((r) => [ms(r.began_at), ms(r.ended_at)]);
  assert.deepEqual(found, record.filter((s) => s.kind === "outage").map((s) => [s.since, s.until]), "no outage but ours");
  const year = recompute(rules, record, rows);
  const ours = rows.map(line).sort(), theirs = year.promises.map(line).sort();
  const levels = year.promises.reduce((sum, p) => sum + p.levels.length, 0);
  t.diagnostic(`seed ${seed}: ${days} days, ${bags} bags, ${record.length} statements, ${killed} kills, ${away} outages, ${theirs.length} promises, ${levels} levels, ${wall} s`);
  const only = (a, b) => a.filter((l) => !b.includes(l));
  assert.deepEqual({ stored: only(ours, theirs).slice(0, 20), recomputed: only(theirs, ours).slice(0, 20) }, { stored: [], recomputed: [] });
  assert.equal(ours.length, theirs.length);
  assert.ok(theirs.length > bags * 3 && levels > bags);
  const counts = counted(year, record);
  t.diagnostic(JSON.stringify(counts));
  assert.deepEqual(Object.entries(counts).filter(([, n]) => n === 0), [], "every kind really happened");
  assert.notDeepEqual(recompute([], record, rows).promises.map(line).sort(), theirs, "the comparison sees what one rule changes");
});
