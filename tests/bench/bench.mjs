// SPDX-License-Identifier: Apache-2.0
// Runs the benchmarks against servers of this build, each beside what it is compared with in the same run, and prints one JSON line
// a measurement and one with the medians and ratios of each comparison.
//     node tests/bench/bench.mjs [--short|--deep] [--rounds N] [--bulk EVENTS] [--scans N] [--cases N] [--asks N]
//         [scans|bulk|two|growth|streams|search|levels …]
// BW_BUILD says which build; ./bagwatch bench takes the release one.  Results belong into tests/bench/RESULTS.md.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Server, build, source, until } from "../lib/server.mjs";
import { levels } from "./levels.mjs";

const args = process.argv.slice(2);
const has = (word) => args.includes(word);
const valued = (word, otherwise) => (has(word) ? Number(args[args.indexOf(word) + 1]) : otherwise);
const short = has("--short"), deep = has("--deep");
const rounds = valued("--rounds", short ? 1 : 3);
const chosen = args.filter((word) => ["scans", "bulk", "two", "growth", "streams", "search", "levels"].includes(word));
const wanted = (word) => (chosen.length ? chosen.includes(word) : word !== "growth" || deep);
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const commit = execFileSync("git", ["-C", source, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const env = { BAGWATCH_STREAMS_MAX: "16000", BAGWATCH_LOG_LEVEL: "warn" };

/** One program of this build; its one JSON line, printed with where and beside how much other work it was measured. */
async function run(name, argv, more = {}, options = {}) {
  const busy = loadavg()[0];
  const child = spawn(options.program ?? join(build, name), argv.map(String), { stdio: ["ignore", "pipe", "inherit"], ...options });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code) throw new Error(`${name} ${argv[0]} ended with ${code}: ${text}`);
  const line = { ...JSON.parse(text), ...more, load_before: busy, commit, machine };
  console.log(JSON.stringify(line));
  return line;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (lines, field) => median(lines.map((line) => line[field]));
const ratio = (a, b) => Math.round((a / b) * 100) / 100;
const verdict = (line) => console.log(JSON.stringify({ medians: true, rounds, ...line, commit, machine }));
const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A program of this build for the user of the database, who may be kept out of the folder that the build stands in. */
function lent(server, name) {
  const program = join(server.folder, name);
  copyFileSync(join(build, name), program);
  chmodSync(program, 0o755);
  return program;
}

/** The server's own PostgreSQL: where it listens, whose it is, its programs. */
function postgresOf(server) {
  const folder = join(server.data, "pg");
  const { uid, gid } = statSync(folder);
  const pid = Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0]);
  return { folder, pid, socket: readFileSync(join(folder, "bagwatch.conf"), "utf8").match(/unix_socket_directories = '(.*)'/)[1],
    owner: process.getuid() === 0 ? { uid, gid } : {},
    programs: dirname(readlinkSync(`/proc/${pid}/exe`)) };
}

/** Microseconds of processor time that a program and the database's sessions have had so far. */
function spent(pid, pg) {
  const children = readFileSync(`/proc/${pg.pid}/task/${pg.pid}/children`, "utf8").trim().split(" ");
  return [pid, pg.pid, ...children].reduce((sum, one) => {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return sum + (Number(fields[11]) + Number(fields[12])) * 10000; // USER_HZ is 100
    } catch {
      return sum; // a session that ended
    }
  }, 0);
}

const scans = (port, key, connections, n, plates, more) => run("load", ["scans", port, key, connections, n, plates], more);

// --- PERF-01 ---------------------------------------------------------------------------------------------------------

/** The Fastify server of one shape, listening. */
async function fastifyOf(shape, key, pg) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(source, "tests", "bench", "fastify.mjs"), shape, port, pg.socket, "bagwatch_owner", key, ...Object.values(pg.owner)].map(String),
    { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`the Fastify server ended with ${code}`)));
  });
  return { child, port };
}

async function compareScans() {
  const n = short ? 1000 : valued("--scans", 20000), plates = short ? 500 : 10000, got = { least: [], same: [], bagwatch: [] };
  const server = await Server.start({ env }), others = {};
  try {
    const key = server.key("BA"), pg = postgresOf(server);
    for (const shape of ["least", "same"]) others[shape] = await fastifyOf(shape, key, pg);
    const one = async (name, pid, at) => {
      const before = spent(pid, pg), line = await scans(at, key, 64, n, plates, { server: name });
      got[name].push({ ...line, cpu_us: Math.round((spent(pid, pg) - before) / n) });
    };
    for (let k = 0; k < rounds; k++) {
      for (const [shape, other] of Object.entries(others)) await one(shape, other.child.pid, other.port);
      await one("bagwatch", server.child.pid, server.port);
    }
  } finally {
    for (const { child } of Object.values(others)) {
      child.stdin.end();
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await server.stop();
  }
  const line = { bench: "PERF-01", per_s: of(got.bagwatch, "per_s"), p99_ms: of(got.bagwatch, "p99_ms"), cpu_us: of(got.bagwatch, "cpu_us") };
  for (const shape of ["same", "least"]) {
    const [rate, p99, cpu] = ["per_s", "p99_ms", "cpu_us"].map((key) => of(got[shape], key));
    line[`fastify_${shape}`] = { per_s: rate, p99_ms: p99, cpu_us: cpu, rate_ratio: ratio(line.per_s, rate), p99_ratio: ratio(line.p99_ms, p99),
      cpu_ratio: ratio(cpu, line.cpu_us) }; // processor time does not depend on what else runs
  }
  verdict(line);
}

// --- PERF-02 ---------------------------------------------------------------------------------------------------------

/** What is done on the server's own PostgreSQL while that runs without the server. */
async function alone(server, pg, what) {
  await server.kill("SIGTERM");
  const postgres = spawn(join(pg.programs, "postgres"), ["-D", pg.folder, "-k", server.data], { ...pg.owner, stdio: "ignore", cwd: "/" });
  const gone = new Promise((resolve) => postgres.once("exit", resolve));
  try {
    await until(() => spawnSync(join(pg.programs, "pg_isready"), ["-q", "-h", server.data]).status === 0, "the database to be up");
    return await what(`host=${server.data} user=bagwatch_owner dbname=bagwatch`);
  } finally {
    postgres.kill("SIGINT");
    await gone;
  }
}

/** The reference driver. */
const reference = (server, pg, events) =>
  alone(server, pg, (database) => run("reference", [database, 2, events, events / 5, 512], {}, { ...pg.owner, cwd: "/", program: lent(server, "reference") }));

async function compareBulk() {
  const events = valued("--bulk", short ? 10000 : 1000000), got = { bulk: [], reference: [] };
  for (let k = 0; k < rounds; k++) {
    const server = await Server.start({ env });
    try {
      const key = server.key("BA"), pg = postgresOf(server);
      await scans(server.port, key, 8, 1000, 500);
      const before = resident(server.child.pid);
      got.bulk.push(await run("bulk", [server.port, key, events, 2]));
      console.log(JSON.stringify({ bench: "bulk-memory", events, rss_before_mib: Math.round(before), rss_after_mib: Math.round(resident(server.child.pid)) }));
      got.reference.push(await reference(server, pg, events));
    } finally {
      await server.stop();
    }
  }
  verdict({ bench: "PERF-02", events, per_s: of(got.bulk, "events_per_s"), reference_per_s: of(got.reference, "per_s"),
    ratio: ratio(of(got.bulk, "events_per_s"), of(got.reference, "per_s")) });
}

// --- PERF-05 ---------------------------------------------------------------------------------------------------------

async function compareTwo() {
  const n = short ? 1000 : valued("--scans", 20000), plates = short ? 500 : 10000, got = { one: [], two: [] };
  const first = await Server.start({ env });
  let second;
  try {
    const key = first.key("BA"), pg = postgresOf(first);
    second = await Server.start({ env: { ...env, BAGWATCH_KEYS: join(first.data, "keys") }, databaseUrl: `host=${pg.socket} user=bagwatch_owner dbname=bagwatch` });
    for (let k = 0; k < rounds; k++) {
      got.one.push(await scans(first.port, key, 64, n, plates, { instances: 1 }));
      const both = await Promise.all([first, second].map((server) => scans(server.port, key, 32, n / 2, plates, { instances: 2 })));
      got.two.push({ per_s: both[0].per_s + both[1].per_s, p99_ms: Math.max(both[0].p99_ms, both[1].p99_ms) });
    }
    console.log(JSON.stringify({ bench: "verify", said: first.verb(["verify"]).trim() })); // versions, folds and feed are whole, or it fails
  } finally {
    await second?.stop();
    await first.stop();
  }
  verdict({ bench: "PERF-05", one_per_s: of(got.one, "per_s"), two_per_s: of(got.two, "per_s"), one_p99_ms: of(got.one, "p99_ms"),
    two_p99_ms: of(got.two, "p99_ms"), ratio: ratio(of(got.two, "per_s"), of(got.one, "per_s")) });
}

// --- PERF-03 ---------------------------------------------------------------------------------------------------------

/** A server of its own, and how to fill its database up to so many events. */
async function growing() {
  const server = await Server.start({ env }), pg = postgresOf(server), key = server.key("BA"), url = `host=${pg.socket} user=bagwatch_owner dbname=bagwatch`;
  await scans(server.port, key, 8, 1000, 500);
  let stored = 1000;
  const psql = (...asks) => {
    const done = spawnSync(join(pg.programs, "psql"), ["-qAt", "-h", pg.socket, "-U", "postgres", "-d", "bagwatch", ...asks.flatMap((ask) => ["-c", ask])], { ...pg.owner, cwd: "/", encoding: "utf8" });
    if (done.status) throw new Error(done.stderr);
    return done.stdout.trim();
  };
  return { server,
    async fill(size) {
      for (let left = size - stored; left > 0; left -= 1e6) await run("reference", [url, 2, Math.min(left, 1e6), Math.max(1000, Math.min(left, 1e6) / 5), 500], {}, { ...pg.owner, cwd: "/", program: lent(server, "reference") });
      stored = Math.max(stored, size);
      psql("CHECKPOINT", "ANALYZE");
    },
    async scan(n, more) {
      stored += n;
      const before = spent(server.child.pid, pg), line = await scans(server.port, key, 64, n, n / 2, more);
      return { ...line, cpu_us: Math.round((spent(server.child.pid, pg) - before) / n) };
    },
    vacuums: () => Number(psql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'")) };
}

/** One database grows; another of the first size stands beside it and is asked in turns, so that each size is held against the first in the
 * same minutes: this machine's own pace moves by a tenth within a quarter of an hour. */
async function growth() {
  const sizes = short ? [2000, 10000] : deep ? [1e5, 1e6, 1e7] : [1e5, 1e6], n = short ? 1000 : 20000, steps = [];
  const small = await growing();
  let large;
  try {
    large = await growing();
    await small.fill(sizes[0]);
    for (const size of sizes.slice(1)) {
      await large.fill(size);
      if (!short) await sleep(60000);
      const beside = [], lines = [];
      for (let k = 0; k < rounds; k++) {
        beside.push(await small.scan(n, { stored: sizes[0] }));
        lines.push(await large.scan(n, { stored: size, vacuums: large.vacuums() }));
      }
      const [first, now] = [beside, lines].map((list) => ({ per_s: of(list, "per_s"), p99_ms: of(list, "p99_ms"), cpu_us: of(list, "cpu_us") }));
      steps.push({ stored: size, ...now, beside: { stored: sizes[0], ...first }, rate_spread: ratio(first.per_s, now.per_s), p99_spread: ratio(now.p99_ms, first.p99_ms) });
    }
  } finally {
    await large?.server.stop();
    await small.server.stop();
  }
  verdict({ bench: "PERF-03", steps });
}

// --- PERF-04: streams ------------------------------------------------------------------------------------------------

async function files(server, key, n) {
  const lines = [];
  for (let k = 0; k < n; k++) {
    const plate = `0125${String(500000 + k)}`;
    const opened = await server.post("/v1/cases",
      { plate, station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
    if (opened.status !== 201) throw new Error(opened.text);
    const token = new URL(opened.json.customer_url).pathname.split("/")[2];
    let bag;
    for (let tries = 0; tries < 60; tries++) {
      bag = await server.get(`/v1/bags/${plate}`, { key });
      if (bag.status !== 429) break;
      await sleep(1000 * Number(bag.headers.get("retry-after"))); // look-ups are limited; the files are made once
    }
    if (bag.status !== 200) throw new Error(bag.text);
    lines.push(`${token} ${plate} ${bag.json.bag.version}`);
  }
  const file = join(server.folder, "links");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

async function streams() {
  const server = await Server.start({ env }), wide = short ? 200 : 10000;
  try {
    const key = server.key("BA"), file = await files(server, key, short ? 20 : 800);
    const before = resident(server.child.pid);
    await run("load", ["streams", server.port, key, wide, short ? 2 : 20, short ? 50 : 80, file]);
    console.log(JSON.stringify({ bench: "streams-memory", streams: wide, rss_before_mib: Math.round(before), rss_after_mib: Math.round(resident(server.child.pid)), commit }));
  } finally {
    await server.stop();
  }
}

// --- PERF-04: look-ups -----------------------------------------------------------------------------------------------

function psql(server, pg, file) {
  const done = spawnSync(join(pg.programs, "psql"), ["-qAt", "-v", "ON_ERROR_STOP=1", "-h", server.data, "-U", "postgres", "-d", "bagwatch"],
    { ...pg.owner, cwd: "/", encoding: "utf8", input: readFileSync(join(source, "tests", "bench", file)) });
  if (done.status) throw new Error(done.stderr);
  return done.stdout.trim();
}

/** DESK-01: every kind of question among so many cases; the worst p95 is the verdict. */
async function search() {
  const cases = valued("--cases", short ? 3000 : 1000000), asks = valued("--asks", short ? 20 : 200);
  const server = await Server.start({ env });
  try {
    const pg = postgresOf(server), program = (argv) => {
      const busy = loadavg()[0];
      const done = spawnSync(lent(server, "search"), argv.map(String), { ...pg.owner, encoding: "utf8", cwd: "/", maxBuffer: 1 << 24 });
      if (done.status) throw new Error(`search ${argv[0]}: ${done.stderr}`);
      return done.stdout.trim().split("\n").map((line) => ({ ...JSON.parse(line), cases, load_before: busy, commit, machine }));
    };
    await alone(server, pg, async (database) => {
      psql(server, pg, "search_before.sql");
      program(["seed", database, cases]).forEach((line) => console.log(JSON.stringify(line)));
      console.log(JSON.stringify({ bench: "search-sizes", cases, said: psql(server, pg, "search_after.sql").split("\n") }));
      program(["look", database, cases, short ? 5 : 50]); // the first questions warm what a desk keeps warm
      const lines = program(["look", database, cases, asks]), worst = lines.reduce((a, b) => (b.p95_ms > a.p95_ms ? b : a));
      lines.forEach((line) => console.log(JSON.stringify(line)));
      verdict({ bench: "DESK-01", cases, asks, worst_p95_ms: worst.p95_ms, of: `${worst.kind}, ${worst.asker}`, worst_max_ms: Math.max(...lines.map((line) => line.max_ms)) });
    });
  } finally {
    await server.stop();
  }
}

if (wanted("scans")) await compareScans();
if (wanted("bulk") && existsSync(join(build, "bulk"))) await compareBulk();
if (wanted("two")) await compareTwo();
if (wanted("growth")) await growth();
if (wanted("streams")) await streams();
if (wanted("search")) await search();
if (wanted("levels")) {
  const size = deep ? { promises: 1000000, due: 1000, perSecond: 1000, pages: 50 } : short ? { promises: 5000, due: 100, perSecond: 100, pages: 10 } : { promises: 100000, due: 1000, perSecond: 1000, pages: 50 };
  const line = await levels({ ...size, postgresOf, env });
  verdict({ bench: "CLK-06", ...line, rounds: 1 });
  if (deep && (line.last_numbered_ms > 5000 || line.last_page_ms > line.last_numbered_ms + 1000)) throw new Error("later than CLK-06 allows");
  if (line.due !== size.due || line.doubled || !line.by_index) throw new Error(`each level once, found by index: ${JSON.stringify(line)}`);
}
