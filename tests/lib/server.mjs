// SPDX-License-Identifier: Apache-2.0
// A bagwatchd of a test's own: fresh DATA with its own PostgreSQL (or a database URL), a free port, the test clock.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Contract } from "./openapi.mjs";

export const source = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const build = process.env.BW_BUILD ?? join(source, "build", "dev");
export const program = join(build, "bagwatchd");

/** Where the suites of ../shared/data stand, or null. */
export function sharedData() {
  const folder = join(process.env.BW_SHARED ?? join(source, "..", "shared"), "data");
  return existsSync(folder) ? folder : null;
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until `ask` gives something truthy; the last failure is in the message, and one that is `fatal` ends the wait. */
export async function until(ask, what, limit = 15000) {
  const end = Date.now() + limit;
  let last;
  for (;;) {
    try {
      const got = await ask();
      if (got) return got;
    } catch (error) {
      if (error.fatal) throw error;
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${limit} ms${last ? ` (${last.message})` : ""}`);
    await sleep(20);
  }
}

/** The wall clock of the servers under test; it stands still until it is set. */
export class Clock {
  constructor(folder, at) {
    this.path = join(folder, "clock");
    writeFileSync(this.path, " ".repeat(64));
    chmodSync(this.path, 0o644);
    this.set(at);
  }
  set(at, rate = 0) {
    const us = BigInt(Math.round(new Date(at).getTime())) * 1000n;
    const fd = openSync(this.path, "r+");
    writeSync(fd, `${us} ${rate}\n`, 0);
    closeSync(fd);
    this.now = new Date(at).toISOString();
  }
}

/** What no log may hold, in no server of no test (SEC-05): what the tests' own people are called, and every key, password, cookie and
 * link that went through a test's hands.  `Server.remove()` searches. */
const secrets = new Set(["SAMPLE", "QUAGLIARELLA", "ZEBEDEE", "Ypsilon", "QX7Z9K", "SECRETSTREET", "a good long password"]);
export function secret(text) {
  if (text && text.length >= 12) secrets.add(text);
  return text;
}
const shapes = [/\/a\/[\w-]{40,}/, /bagk_(live|test)_[0-9A-Za-z]{20,}/, /\/t\/[0-9A-Za-z_-]{16,}/, /__Host-/];

/** The first secret in a text, or null. */
export function leak(text) {
  for (const word of secrets) if (text.includes(word)) return word;
  for (const shape of shapes) if (shape.test(text)) return text.match(shape)[0];
  return null;
}

/** Every answer that goes through `call()` is held against the document that the servers of this file give (OPS-07). */
const contract = {
  async check(server, method, path, answer) {
    if (path === "/openapi.json") return;
    this.known ??= fetch(`${server.url}/openapi.json`).then((got) => got.json(), () => null); // one that cannot answer now may answer the next
    const document = await this.known;
    if (!document) return (this.known = undefined);
    this.held ??= new Contract(document);
    const fault = this.held.fault(method, path, answer);
    if (fault) throw new Error(`OPS-07: not as /openapi.json says: ${method} ${path}: ${fault}`);
  },
};

export class Server {
  /** options: at (test clock; null = the real clock), clock (of another), databaseUrl, metrics, env, args, folder (of an earlier one), program */
  static async start(options = {}) {
    const server = new Server();
    server.options = options;
    server.own = !options.folder;
    server.folder = options.folder ?? mkdtempSync(join(tmpdir(), "bw-server-"));
    chmodSync(server.folder, 0o755);
    server.data = join(server.folder, "data");
    if (options.clock) server.clock = options.clock;
    else if (options.at) server.clock = new Clock(server.folder, options.at);
    server.port = options.port ?? (await freePort());
    await server.run();
    return server;
  }

  /** A second instance beside it: same database, keys and clock. */
  twin(options = {}) {
    return Server.start({ clock: this.clock, databaseUrl: this.options.databaseUrl, ...options, env: { BAGWATCH_KEYS: `${this.data}/keys`, ...options.env } });
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  environment() {
    const env = { ...process.env, BAGWATCH_DATA: this.data, ...(this.options.env ?? {}) };
    if (this.clock) env.BAGWATCH_TEST_CLOCK = this.clock.path;
    if (this.options.databaseUrl) env.BAGWATCH_DATABASE_URL = this.options.databaseUrl;
    return env;
  }

  async run() {
    this.log = join(this.folder, `log-${Date.now()}`); // what it tells its owner on standard output is no log
    const out = openSync(this.log.replace("log-", "out-"), "a"), log = openSync(this.log, "a");
    this.child = spawn(this.options.program ?? program,
      ["serve", "--listen", `127.0.0.1:${this.port}`, "--metrics-listen", this.options.metrics ? "127.0.0.1:0" : "", ...(this.options.args ?? [])],
      { env: this.environment(), stdio: ["ignore", out, log] });
    closeSync(out);
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once("exit", (code, signal) => resolve({ code, signal })));
    let gone = false;
    this.exited.then(() => (gone = true));
    await until(async () => {
      if (gone) throw Object.assign(new Error(`bagwatchd ended: ${readFileSync(this.log, "utf8").slice(-2000)}`), { fatal: true });
      return (await fetch(`${this.url}/readyz`)).status === 200;
    }, "ready", 60000);
  }

  /** The metrics as text, of a server started with `metrics: true`. */
  async metrics() {
    const port = this.logText().match(/"metrics_port":(\d+)/g)?.map((text) => Number(text.match(/\d+/)[0])).find((n) => n > 0);
    return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }

  logText() {
    return readFileSync(this.log, "utf8");
  }

  /** Every log that this server and its PostgreSQL have written. */
  logs() {
    const files = readdirSync(this.folder).filter((name) => name.startsWith("log-")).map((name) => join(this.folder, name));
    if (existsSync(join(this.data, "pg.log"))) files.push(join(this.data, "pg.log"));
    const folder = join(this.data, "pg", "log");
    if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => join(folder, name)));
    return files;
  }

  /** A command-line verb on the same DATA; returns its standard output. */
  verb(args, input) {
    const got = spawnSync(this.options.program ?? program, args, { env: this.environment(), input, encoding: "utf8" });
    this.heldUp = true;
    if (got.status !== 0) throw new Error(`bagwatchd ${args.join(" ")}: ${got.error ?? got.signal ?? got.status} ${got.stderr}`);
    return got.stdout;
  }

  /** A sender key for a carrier. */
  key(carrier, ...more) {
    const scope = more.includes("--scope") ? [] : ["--scope", "events,read,cases"];
    return secret(this.verb(["key", "create", "--carrier", carrier, ...scope, ...more]).match(/bagk_(live|test)_[0-9A-Za-z]{36}/)[0]);
  }

  /** A staff account; `kind` makes the organisation where it is no carrier: handler, courier, auditor, operator. */
  account(name, role, organisation, { password = "a good long password", kind } = {}) {
    this.verb(["user", "create", name, "--role", role, "--org", organisation, ...(kind ? ["--kind", kind] : [])], `${password}\n`);
    return { name, password };
  }

  /** A supervisor of a carrier, logged in: what its mandates are given and revoked by. */
  async chief(carrier) {
    this.chiefs ??= new Map();
    if (!this.chiefs.has(carrier)) this.chiefs.set(carrier, await this.login(this.account(`chief.${carrier.toLowerCase()}`, "supervisor", carrier)));
    return this.chiefs.get(carrier);
  }

  /** A mandate that `carrier` gives to the organisation `sender`. */
  async mandate(carrier, sender, more = {}) {
    const answer = await this.post("/v1/mandates", { sender, ...more }, await this.chief(carrier));
    if (answer.status !== 201) throw new Error(`mandate: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Logs in somebody of the installation's own auditor, who sees every carrier. */
  async auditor() {
    return this.login(this.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" }));
  }

  async call(method, path, { key, cookie, body, type, headers } = {}) {
    for (let turn = 0; this.heldUp && turn < 3; turn++) await new Promise(setImmediate); // connections that ended meanwhile are noticed
    this.heldUp = false;
    const h = { ...(headers ?? {}) };
    if (key) h.authorization = `Bearer ${key}`;
    if (cookie) h.cookie = cookie;
    if (body !== undefined) h["content-type"] ??= type ?? "application/json";
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate); // connections that ended while a verb held us up are noticed
    const answer = await fetch(this.url + path, {
      method, headers: h, redirect: "manual",
      body: body === undefined ? undefined : typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const json = /[/+]json/.test(answer.headers.get("content-type") ?? "") && text ? JSON.parse(text) : undefined;
    await contract.check(this, method, path, { status: answer.status, headers: answer.headers, text, json });
    if (json?.customer_url) secret(new URL(json.customer_url).pathname.split("/")[2]);
    return { status: answer.status, headers: answer.headers, text, json };
  }

  get(path, options) {
    return this.call("GET", path, options);
  }
  post(path, body, options) {
    return this.call("POST", path, { ...options, body });
  }

  /** Logs a person in; gives what later calls need: { cookie, headers } with the CSRF token. */
  async login({ name, password }) {
    const form = new URLSearchParams({ name, password });
    const page = await this.get("/login");
    const csrf = page.text.match(/name="csrf" value="([^"]+)"/)?.[1];
    if (csrf) form.set("csrf", csrf);
    const answer = await fetch(`${this.url}/login`, {
      method: "POST", body: form.toString(), redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: this.url },
    });
    if (answer.status !== 303) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    const cookie = answer.headers.get("set-cookie").split(";")[0];
    secret(cookie.split("=")[1]);
    const me = await this.get("/v1/me", { cookie });
    return { cookie, headers: { origin: this.url, "x-csrf-token": me.json?.csrf ?? "" } };
  }

  async kill(signal = "SIGKILL") {
    this.child.kill(signal);
    return this.exited;
  }

  async stop() {
    const end = await this.kill("SIGTERM");
    if (this.own) this.remove();
    return end;
  }

  remove() {
    const found = this.logs().map((file) => [file, leak(readFileSync(file, "utf8"))]).filter(([, word]) => word);
    rmSync(this.folder, { recursive: true, force: true });
    if (found.length) throw new Error(`SEC-05: a log holds what no log may: ${found.map(([file, word]) => `${file}: ${word}`)}`);
  }
}

/** A PostgreSQL apart from the servers, so that several can share it. */
export class Database {
  /** migrated: with the schema in it, as something to copy (CREATE DATABASE … TEMPLATE bagwatch). */
  static async start({ migrated = false } = {}) {
    const database = new Database();
    database.child = spawn(join(build, "throwaway"), migrated ? [] : ["--empty"], { stdio: ["pipe", "pipe", "inherit"] });
    const line = await new Promise((resolve, reject) => {
      let text = "";
      database.child.stdout.on("data", (chunk) => {
        text += chunk;
        if (text.includes("\n")) resolve(text.split("\n")[0]);
      });
      database.child.once("exit", (code) => reject(new Error(`throwaway ended with ${code}`)));
    });
    const { owner, app, super: superuser } = JSON.parse(line);
    Object.assign(database, { owner, app, super: superuser });
    database.host = database.owner.match(/host=(\S+)/)[1];
    database.folder = join(dirname(database.host), "pg");
    database.programs = dirname(readlinkSync(`/proc/${database.pid}/exe`));
    return database;
  }
  /** Of the postmaster; 0 = it is gone. */
  get pid() {
    try {
      const pid = Number(readFileSync(join(this.folder, "postmaster.pid"), "utf8").split("\n")[0]);
      process.kill(pid, 0);
      return pid;
    } catch {
      return 0;
    }
  }
  /** The postmaster and everything it started. */
  get processes() {
    const { pid } = this;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
    return [pid, ...children];
  }
  /** Stands still, as a machine does whose storage hangs; `thaw` ends it. */
  freeze() {
    this.frozen = this.processes;
    for (const pid of this.frozen) process.kill(pid, "SIGSTOP");
  }
  thaw() {
    for (const pid of this.frozen ?? []) process.kill(pid, "SIGCONT");
    this.frozen = null;
  }
  /** Immediate mode: every session is cut, the next start recovers. */
  async crash() {
    process.kill(this.pid, "SIGQUIT");
    await until(() => this.pid === 0, "the database to be gone");
  }
  async startAgain() {
    const { uid, gid } = statSync(this.folder);
    const own = process.getuid() === 0 ? { uid, gid } : {};
    const child = spawn(join(this.programs, "postgres"), ["-D", this.folder], { ...own, stdio: "ignore", cwd: "/", env: { LC_ALL: "C.UTF-8", PATH: process.env.PATH } });
    this.again = child;
    await until(() => spawnSync(join(this.programs, "pg_isready"), ["-q", "-h", this.host], {}).status === 0, "the database to be back", 30000);
  }
  async stop() {
    this.thaw();
    if (this.again) {
      const over = new Promise((resolve) => this.again.once("exit", resolve));
      this.again.kill("SIGINT");
      await over;
    }
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin.end();
    await gone;
  }
}

export { mkdirSync };
