// SPDX-License-Identifier: Apache-2.0
// The simulator's traffic through HTTP: two instances on one database and one fake clock, killed in turn at named points of a batch and
// at any moment; what got no answer is sent again, to either.  Traffic and checks are those of tests/sim (build/<preset>/sim.run).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database, Server, build, until } from "../lib/server.mjs";

const sim = join(build, "sim.run");
const deep = process.env.BW_DEEP === "1";
const seed = process.env.BW_SEED ?? "20261124";
const [hours, bags] = deep ? [12, 600] : [3, 90];
const stepMs = 6 * 60000, from = Date.parse("2026-11-23T00:00:00Z");
// Each run of a server may end by itself at such a point, and is started again without; SIGKILLs come from outside.
const points = ["before-commit:20", "after-commit:25"];

function run(args, input = "") {
  const got = spawnSync(sim, args, { input, encoding: "utf8", maxBuffer: 1 << 30 });
  assert.equal(got.error, undefined);
  return got;
}

let db, servers, keys, statements;
const tally = { again: 0, points: 0, kills: 0 };
let over = false;
const people = new Map(); // carrier -> { name, password }
const sessions = new Map(); // carrier -> what server.login gives; it counts on both instances

before(async () => {
  db = await Database.start();
  const a = await Server.start({ at: from, databaseUrl: db.owner, args: ["--log-level", "warn"] });
  const b = await a.twin({ args: ["--log-level", "warn"] });
  servers = [a, b];
  statements = run(["traffic", seed, String(hours), String(bags)]).stdout.trim().split("\n").map(JSON.parse);
  statements.forEach((s, number) => {
    s.number = number;
    s.body = Buffer.from(s.text, "hex");
    s.staff &&= /"code":"(STAFF_NOTE|CUSTODY_RESOLVED)"/.test(s.body); // what a key may say it says: log-ins are few a minute
  });
  keys = {};
  for (const { carrier, staff } of statements) {
    keys[carrier] ??= a.key(carrier);
    if (staff && !people.has(carrier)) people.set(carrier, a.account(`agent-${carrier}`, "agent", carrier));
  }
});
after(async () => {
  over = true;
  await Promise.allSettled(servers?.map((s) => s.starting) ?? []);
  await Promise.all(servers?.map((s) => s.stop()) ?? []);
  await db?.stop();
});

/** Runs it with the next point; one that ends there before it says that it is ready runs again without. */
async function start(server) {
  const point = points[tally.points];
  tally.points += point !== undefined;
  const run = (at) => {
    server.options.env = { ...server.options.env, BAGWATCH_CRASH_AT: at };
    return server.run();
  };
  await run(point ?? "none").catch(() => run("none"));
  keepUp(server);
}

/** Whatever ends a server, it is started again. */
function keepUp(server) {
  server.exited.then(() => {
    if (!over) server.starting = start(server).catch((error) => (server.failed = error));
  });
}

async function credentials(server, { carrier, staff }) {
  if (!staff) return { key: keys[carrier] };
  if (!sessions.has(carrier)) sessions.set(carrier, server.login(people.get(carrier)));
  try {
    return await sessions.get(carrier);
  } catch (error) {
    sessions.delete(carrier);
    throw error;
  }
}

const paths = { event: "/v1/events", case: "/v1/cases", telegram: "/v1/typeb" };

/** One try; undefined = no answer, or one that says "later". */
async function once(server, s) {
  const who = await credentials(server, s);
  const headers = { ...(who.headers && { ...who.headers, origin: server.url }), ...(s.kind === "case" ? { "idempotency-key": `sim-${s.number}` } : {}) };
  const answer = await server.call("POST", paths[s.kind], { ...who, headers, body: s.body,
    type: s.kind === "telegram" ? "text/plain" : "application/json" });
  if (answer.status === 401) sessions.delete(s.carrier); // the session is over: half an hour without a word
  if ([401, 403, 429].includes(answer.status)) throw new Error(answer.text);
  return answer.status === 503 || (answer.status === 409 && s.kind === "case" && /running/.test(answer.text)) ? undefined : answer;
}

async function say(s) {
  const end = Date.now() + 150000; // a killed server leaves an Idempotency-Key "running" for a minute (BW_IDEM_STUCK)
  let last;
  for (let tries = s.number; Date.now() < end; tries++) {
    let answer;
    try {
      answer = await once(servers[tries % 2], s);
    } catch (error) {
      last = error.message;
    }
    if (answer) {
      s.answer = answer;
      return;
    }
    tally.again++;
    await sleep(20);
  }
  throw new Error(`never answered (${last}): ${s.body}`);
}

/** "<number> <answer> <uid>": SIM_STORED 1, SIM_REPEATED 2, SIM_REFUSED 3, SIM_CONFLICT 4. */
function line({ number, kind, answer }) {
  const { status, json } = answer;
  if (kind === "case") return `${number} ${status === 201 ? 1 : 2}`; // 409: the bag's file is open
  if (kind === "telegram") return `${number} ${status === 200 ? 1 : 3}`;
  if (status === 201) return `${number} 1 ${json.event.uid}`;
  return `${number} ${status === 200 ? 2 : status === 409 ? 4 : 3}`;
}

test("traffic of many carriers over HTTP, with kills: every state the fold of its log, every promise recomputed (req: REL-06 ING-03 CLK-05)", async () => {
  const kills = [0.3, 0.6].map((share) => Math.floor(share * statements.length));
  servers.forEach(keepUp);
  for (let at = from + stepMs, next = 0; at <= from + hours * 3600000; at += stepMs) {
    servers[0].clock.set(at);
    const now = [];
    while (next < statements.length && statements[next].at <= at) now.push(statements[next++]);
    if (next > kills[tally.kills]) servers[tally.kills++ % 2].child.kill("SIGKILL");
    for (let k = 0; k < now.length; k += 48) await Promise.all(now.slice(k, k + 48).map(say));
  }
  const answers = statements.map(line).join("\n");
  let got;
  await until(() => { // what fell due at the last moment is still on its way
    got = run(["check", db.owner, seed, String(hours), String(bags)], answers);
    return got.status === 0;
  }, "no differences", 15000).catch((error) => assert.fail(`${error.message}\n${got.stderr}`));
  console.log(`# seed ${seed}: ${statements.length} statements, ${tally.again} tries again, ${tally.kills} kills, ${tally.points} points: ${got.stdout.trim()}`);
  const counts = JSON.parse(got.stdout);
  assert.ok(counts.promises > 0 && counts.levels > 0 && counts.refused > 0, got.stdout);
  assert.equal(tally.kills, kills.length);
  assert.equal(tally.points, points.length);
  assert.deepEqual(servers.map((server) => server.failed), [undefined, undefined]);
});
