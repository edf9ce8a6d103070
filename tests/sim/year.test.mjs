// SPDX-License-Identifier: Apache-2.0
// A year of traffic with random silence through two instances on one database, the test clock jumping from what is said to what falls due; now
// and then an instance is killed and comes back, or both are and we are away for hours.  Afterwards every promise and every level is computed
// anew from what was posted and when it was recorded (year_model.mjs, which shares no code with the product), and must be the same, row by
// row, to the millisecond.  The suite has three days of it; BW_DEEP=1 the year.  BW_SEED=N: another seed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Year } from "./year_model.mjs";
import { carriers, desks, policies, traffic } from "./year_traffic.mjs";
import { Database, Server } from "../lib/server.mjs";

const deep = process.env.BW_DEEP === "1";
const seed = Number(process.env.BW_SEED ?? 39);
const [days, bags] = deep ? [365, Number(process.env.BW_YEAR_BAGS ?? 110)] : [3, 7];
const kills = deep ? 20 : 1, outages = deep ? 6 : 1;
const from = Date.parse("2026-12-01T00:00:00Z"), to = from + days * 86400e3;

let db, servers, sql, rules, keys;
const people = new Map(), refs = new Map();

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
  const { rows } = await sql.query("SELECT least((SELECT min(next_level_at) FROM promise), (SELECT min(timeout_at) FROM bag WHERE joined_into IS NULL)) AS at");
  return ms(rows[0].at) ?? Infinity;
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

/** Lets what falls due until `at` fall due, instant by instant, and stands there. */
async function passTo(at) {
  for (let due = await nextDue(); due <= at; ) {
    await numbered();
    clock(due);
    const end = Date.now() + 30e3;
    let next = due;
    while ((next = await nextDue()) <= due) {
      if (Date.now() > end) assert.fail(`what fell due at ${new Date(due).toISOString()} is not raised`);
      await sleep(8);
    }
    due = next;
  }
  await numbered();
  clock(at);
}

async function person(server, carrier) {
  if (!people.has(carrier)) people.set(carrier, servers[0].account(`agent-${carrier}`, "agent", carrier));
  return server.login(people.get(carrier));
}

function request(s) {
  const ref = refs.get(s.plate);
  if (s.kind === "flight") return [`/v1/flights/${s.flight.no}/${s.flight.date}`, s.body, "PUT"];
  if (s.kind === "case") return ["/v1/cases", s.body];
  if (s.kind === "fault") return [`/v1/cases/${ref}:fault`, { event_id: s.id, ...s.body }];
  if (s.kind === "close") return [`/v1/cases/${ref}:close`, { event_id: s.id, ...s.body }];
  if (s.kind === "claim") return [`/v1/cases/${ref}/claims/1/steps`, { event_id: s.id, step: s.step, note: "As told.", ...(s.step === "offered" ? { amount: "120.00", currency: "EUR" } : {}) }];
  const more = s.more.next_step_at ? { ...s.more, next_step_at: new Date(s.at + 12 * 3600e3).toISOString() } : s.more;
  return ["/v1/events", { event_id: s.id, plate: s.plate, travel_date: s.travel, code: s.code, occurred_at: new Date(s.occurred).toISOString(), ...more }];
}

/** Posts it as its speaker; whatever answer says "later" is asked again, of the other instance too. */
async function post(s, n) {
  const [path, body, method = "POST"] = request(s);
  const end = Date.now() + 30e3;
  for (let tries = n; ; tries++) {
    const server = servers[tries % 2];
    try {
      const who = s.staff || s.kind === "close" ? await person(server, s.carrier) : { key: keys[s.carrier] };
      const answer = await server.call(method, path, { ...who, body, ...(s.kind === "case" ? { headers: { "idempotency-key": s.id } } : {}) });
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

/** Both instances are gone until a time later that day; afterwards what fell due meanwhile has been put off.  Null while a handover would lapse. */
async function outage(since, until) {
  const { rows } = await sql.query("SELECT 1 FROM bag WHERE timeout_at <= $1", [new Date(until)]);
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
const line = (p) => [p.of, p.owed, p.debtor, p.for || "-", p.station, p.giver || "-", p.opened, p.due, p.yardstick, p.closed ?? "-", p.why ?? "-", `${p.first}:`, p.levels.map(([due, raised]) => (due === raised ? due : `${due}@${raised}`)).join(",") || "-"].join(" ");

async function stored() {
  const plateOf = new Map((await sql.query("SELECT bag_id, plate FROM bag")).rows.map((r) => [r.bag_id, r.plate]));
  for (const r of (await sql.query("SELECT case_id, bag_id FROM case_bag")).rows) plateOf.set(r.case_id, `file of ${plateOf.get(r.bag_id)}`);
  const promises = new Map();
  for (const r of (await sql.query("SELECT * FROM promise")).rows)
    promises.set(r.promise_id, { of: plateOf.get(r.bag_id), owed: r.owed, debtor: r.debtor, for: r.for_carrier, station: r.station, giver: r.handoff_from, opened: ms(r.opened_at), due: ms(r.due_at), yardstick: ms(r.yardstick_at), closed: ms(r.closed_at), why: r.closed_why, level: r.level, levels: [] });
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

/** Offline: nothing but what was posted, and when. */
function recompute(policiesThen, record) {
  const year = new Year(policiesThen);
  for (const s of record) {
    if (s.kind === "outage") year.outage(s);
    year.pass(s.at);
    year.post(s);
  }
  year.pass(to);
  return year;
}

test("req: CLK-01 CLK-04 CLK-05 a year of random silence: promises and levels equal an independent offline recomputation, exactly", { timeout: 3600e3 }, async (t) => {
  const said = traffic({ seed, from, days, bags });
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
    if (killed < kills && n === Math.floor(((killed + 1) * said.length) / (kills + 1))) {
      const victim = servers[killed++ % 2];
      await beat(here); // the clock has jumped since the last one: one from before would look like a gap to whoever starts now
      await victim.kill("SIGKILL");
      await beat(here);
      await victim.run();
    }
    const answer = await post(s, n);
    if (s.kind === "case") refs.set(s.plate, answer.json.ref);
    const fine = s.again ? [200] : [200, 201];
    assert.ok(fine.includes(answer.status), `${JSON.stringify(s)}: ${answer.status} ${answer.text}`);
    if (s.kind === "flight") await looked();
    record.push(s);
  }
  await passTo(to);
  const wall = Math.round((Date.now() - started) / 1000);

  const found = (await sql.query("SELECT began_at, ended_at FROM outage ORDER BY began_at")).rows.map((r) => [ms(r.began_at), ms(r.ended_at)]);
  assert.deepEqual(found, record.filter((s) => s.kind === "outage").map((s) => [s.since, s.until]), "no outage but ours");
  const year = recompute(rules, record);
  const ours = (await stored()).map(line).sort(), theirs = year.promises.map(line).sort();
  const levels = year.promises.reduce((sum, p) => sum + p.levels.length, 0);
  t.diagnostic(`seed ${seed}: ${days} days, ${bags} bags, ${record.length} statements, ${killed} kills, ${away} outages, ${theirs.length} promises, ${levels} levels, ${wall} s`);
  const only = (a, b) => a.filter((l) => !b.includes(l));
  assert.deepEqual({ stored: only(ours, theirs).slice(0, 20), recomputed: only(theirs, ours).slice(0, 20) }, { stored: [], recomputed: [] });
  assert.equal(ours.length, theirs.length);
  assert.ok(theirs.length > bags * 3 && levels > bags);
  assert.notDeepEqual(recompute([], record).promises.map(line).sort(), theirs, "the comparison sees what one rule changes");
});
