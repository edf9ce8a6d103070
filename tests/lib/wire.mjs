// SPDX-License-Identifier: Apache-2.0
// Bytes on a socket: requests written as they are, answers cut from what comes back, event streams line by line.
import { connect, createServer } from "node:net";
import { performance } from "node:perf_hooks";
import pg from "pg";
import { until } from "./server.mjs";

/** One TCP connection.  Everything that came stands in `got`; `closed` resolves when the other end is done. */
export class Raw {
  static open(server, { port = server.port } = {}) {
    const raw = new Raw();
    raw.got = Buffer.alloc(0);
    raw.ended = false;
    raw.socket = connect(port, "127.0.0.1");
    raw.socket.setNoDelay(true);
    raw.socket.on("data", (chunk) => {
      raw.firstByteAt ??= performance.now();
      raw.got = Buffer.concat([raw.got, chunk]);
    });
    raw.socket.on("error", (error) => (raw.error = error));
    raw.closed = new Promise((resolve) => raw.socket.once("close", () => {
      raw.ended = true;
      resolve();
    }));
    return new Promise((resolve, reject) => {
      raw.socket.once("connect", () => resolve(raw));
      raw.socket.once("error", reject);
    });
  }

  send(...parts) {
    for (const part of parts) this.socket.write(part);
    return this;
  }

  /** The next answer, cut off `got`: { status, headers, body, json }.  An interim one (100) is an answer too. */
  async answer(limit = 15000) {
    const head = await until(() => {
      const end = this.got.indexOf("\r\n\r\n");
      if (end < 0 && this.ended) throw Object.assign(new Error("closed without an answer"), { fatal: true });
      return end >= 0 && end;
    }, "an answer", limit);
    const [line, ...lines] = this.got.subarray(0, head).toString("latin1").split("\r\n");
    const headers = new Map(lines.map((text) => [text.slice(0, text.indexOf(":")).toLowerCase(), text.slice(text.indexOf(":") + 1).trim()]));
    const status = Number(line.split(" ")[1]);
    const length = status < 200 || status === 204 || status === 304 ? 0 : Number(headers.get("content-length"));
    await until(() => this.got.length >= head + 4 + length || this.ended, "the whole answer", limit);
    const body = this.got.subarray(head + 4, head + 4 + length).toString("utf8");
    this.got = this.got.subarray(head + 4 + length);
    const json = /[/+]json/.test(headers.get("content-type") ?? "") ? JSON.parse(body) : undefined;
    return { line, status, headers, body, json };
  }

  /** True when the other end closes within `limit`. */
  async closes(limit = 5000) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, limit, false)));
    const closed = await Promise.race([this.closed.then(() => true), late]);
    clearTimeout(timer);
    return closed;
  }

  end() {
    this.socket.destroy();
  }
}

/** The head of a request as bytes; lines are [name, value] pairs or whole strings. */
export function head(line, ...lines) {
  return `${[line, "Host: 127.0.0.1", ...lines.map((l) => (typeof l === "string" ? l : `${l[0]}: ${l[1]}`))].join("\r\n")}\r\n\r\n`;
}

/** One request on a connection of its own. */
export async function ask(server, ...parts) {
  const raw = await Raw.open(server);
  try {
    return await raw.send(...parts).answer();
  } finally {
    raw.end();
  }
}

/** An event stream read by hand (WHATWG HTML 9.2): `events` are { id, event, data, json }, `comments` and `retries` beside them. */
export class Stream {
  static async open(server, { path = "/v1/stream", key, cookie, headers = {}, port } = {}) {
    const stream = new Stream();
    const raw = await Raw.open(server, { port });
    Object.assign(stream, { raw, events: [], comments: [], retries: [], rest: "", id: "", at: 0 });
    const lines = Object.entries(headers);
    if (key) lines.push(["Authorization", `Bearer ${key}`]);
    if (cookie) lines.push(["Cookie", cookie]);
    stream.sentAt = performance.now();
    raw.send(head(`GET ${path} HTTP/1.1`, "Accept: text/event-stream", ...lines));
    await until(() => raw.got.includes("\r\n\r\n") || raw.ended, "the stream's head");
    const end = raw.got.indexOf("\r\n\r\n");
    if (!raw.got.toString("latin1", 0, 12).endsWith(" 200")) {
      stream.refused = await raw.answer();
      raw.end();
      return stream;
    }
    stream.headers = new Map(raw.got.toString("latin1", 0, end).split("\r\n").slice(1)
      .map((text) => [text.slice(0, text.indexOf(":")).toLowerCase(), text.slice(text.indexOf(":") + 1).trim()]));
    stream.chunked = stream.headers.get("transfer-encoding") === "chunked";
    raw.got = raw.got.subarray(end + 4);
    raw.socket.on("data", () => stream.cut());
    stream.cut();
    return stream;
  }

  /** What of the wire is a whole chunk becomes text, what of the text is a whole event becomes one. */
  cut() {
    for (;;) {
      const got = this.raw.got;
      if (!this.chunked) {
        this.rest += got.toString("utf8");
        this.raw.got = Buffer.alloc(0);
        break;
      }
      const line = got.indexOf("\r\n");
      if (line < 0) break;
      const size = parseInt(got.toString("latin1", 0, line), 16);
      if (got.length < line + 2 + size + 2) break;
      this.bytes = Buffer.concat([this.bytes ?? Buffer.alloc(0), got.subarray(line + 2, line + 2 + size)]);
      this.raw.got = got.subarray(line + 2 + size + 2);
      if (size === 0) this.done = true;
    }
    if (this.bytes) {
      const whole = this.bytes.lastIndexOf("\n") + 1;
      this.rest += this.bytes.toString("utf8", 0, whole);
      this.bytes = this.bytes.subarray(whole);
    }
    for (let end = this.rest.indexOf("\n\n"); end >= 0; end = this.rest.indexOf("\n\n")) {
      this.take(this.rest.slice(0, end));
      this.rest = this.rest.slice(end + 2);
    }
  }

  take(text) {
    const event = { event: "message", data: [], at: performance.now() };
    let dispatch = false;
    for (const line of text.split("\n")) {
      if (line.startsWith(":")) this.comments.push({ text: line.slice(1).trim(), lastId: this.id, at: performance.now() });
      const [, name, value] = line.match(/^([a-z]+): ?(.*)$/) ?? [];
      if (name === "id") event.id = this.id = value;
      else if (name === "event") event.event = value;
      else if (name === "data") dispatch = event.data.push(value) > 0;
      else if (name === "retry") this.retries.push(Number(value));
    }
    if (!dispatch) return;
    event.data = event.data.join("\n");
    event.json = JSON.parse(event.data);
    this.events.push(event);
  }

  /** The first event that fits and was not given yet, in order; those before it are passed over. */
  async next(fits, limit = 10000) {
    const test = typeof fits === "string" ? (e) => e.event === fits : fits;
    return until(() => {
      while (this.at < this.events.length) {
        const event = this.events[this.at++];
        if (test(event)) return event;
      }
      if (this.raw.ended) throw Object.assign(new Error(`the stream has ended: ${JSON.stringify(this.refused ?? this.events.slice(-3).map((e) => [e.event, e.data]))}`), { fatal: true });
      return null;
    }, `an event ${fits}`, limit);
  }

  /** The events of bags and cases, i.e. what has an index of its own. */
  get changes() {
    return this.events.filter((e) => e.event === "bag" || e.event === "case");
  }

  end() {
    this.raw.end();
  }
}

/** A session in a database of Database.start(), by the role that its connection string names. */
export async function sql(conninfo) {
  const parts = Object.fromEntries(conninfo.split(" ").map((pair) => pair.split("=")));
  const client = new pg.Client({ host: parts.host, port: Number(parts.port), database: parts.dbname, user: parts.user });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** A cable that can be cut: forwards connections to a server until `cut()`, and again after it. */
export class Cable {
  static async to(server) {
    const cable = new Cable();
    cable.ends = new Set();
    cable.listener = createServer((near) => {
      const far = connect(server.port, "127.0.0.1");
      cable.ends.add(near).add(far);
      for (const [one, other] of [[near, far], [far, near]]) {
        one.on("error", () => {});
        one.on("close", () => other.destroy());
        one.pipe(other);
      }
    });
    await new Promise((resolve) => cable.listener.listen(0, "127.0.0.1", resolve));
    cable.url = `http://127.0.0.1:${cable.listener.address().port}`;
    return cable;
  }
  cut() {
    for (const end of this.ends) end.destroy();
    this.ends.clear();
  }
  remove() {
    this.listener.close();
    this.cut();
  }
}
