// SPDX-License-Identifier: Apache-2.0
// Object rules over every route of /openapi.json that names an object in its path: what belongs to another carrier answers
// exactly as what is not there: status, body, headers.  A new parameter has to say here what "another's" and "absent" are.
// req: SEC-03 PAGE-06 PAGE-11
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { png } from "../lib/pictures.mjs";
import { Server } from "../lib/server.mjs";

let server, routes;
const sender = {}, staff = {};
const mine = {}, theirs = {};

const plate = "0125728359";
const absent = {
  id: "0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071",
  ref: "MADIB99999",
  token: "AAAAAAAAAAAAAAAAAAAAAA",
};

async function story(carrier, digits, to) {
  const bag = await server.post("/v1/events", {
    event_id: `scan-${carrier}`, plate: digits, travel_date: "2026-11-20", code: "BAG_ACCEPTED",
    occurred_at: "2026-11-20T11:04:00Z", station: "JFK",
  }, { key: sender[carrier] });
  assert.equal(bag.status, 201, bag.text);
  const file = await server.post("/v1/cases", {
    plate: digits, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
  }, { key: sender[carrier] });
  assert.equal(file.status, 201, file.text);
  const key = await server.post("/v1/keys", { scopes: ["read"] }, staff[`${carrier} carrier-admin`]);
  assert.equal(key.status, 201, key.text);
  const mandate = await server.post("/v1/mandates", { sender: "GROUNDCO" }, staff[`${carrier} supervisor`]);
  assert.equal(mandate.status, 201, mandate.text);
  const broken = await server.post("/v1/typeb", "BSM\n.V/1LLHR\n.N/12\nENDBSM\n", { key: sender[carrier], type: "text/plain" });
  const letter = broken.json.messages[0].dead_letter;
  assert.match(letter, /-/, broken.text);
  const storm = await server.post("/v1/disruptions", { station: "LHR", cause: "weather", until: "2026-11-20T12:59:00Z" }, staff[`${carrier} supervisor`]);
  assert.equal(storm.status, 201, storm.text);
  Object.assign(to, { letter, storm: storm.json.id, mandate: mandate.json.id, bag: bag.json.bag.id, ref: file.json.ref, link: new URL(file.json.customer_url, server.url).pathname, key: key.json.id, plate: digits });
}

before(async () => {
  server = await Server.start({ at: "2026-11-20T12:00:00Z" });
  for (const carrier of ["BA", "IB"]) {
    sender[carrier] = server.key(carrier, "--scope", "events,read,cases");
    for (const role of ["agent", "supervisor", "auditor", "carrier-admin"])
      staff[`${carrier} ${role}`] = await server.login(server.account(`${carrier}-${role}`, role, carrier));
  }
  server.key("GROUNDCO");
  await story("BA", plate, theirs);
  await story("IB", "0075111222", mine);
  routes = Object.entries((await server.get("/openapi.json")).json.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })))
    .filter(({ path, method }) => path.includes("{") && /^(GET|POST|PUT|PATCH|DELETE)$/.test(method));
});
after(() => server?.stop());

/** Values of a path's parameter: of IB's own, of BA's, of nobody's; null = names no object of a carrier. */
function values(path) {
  const parameter = path.match(/\{(\w+)\}/)[1];
  if (path.startsWith("/v1/bags/"))
    return [{ own: mine.bag, foreign: theirs.bag, absent: absent.id }, { own: mine.plate, foreign: theirs.plate, absent: "0999999999" },
      { own: mine.ref, foreign: theirs.ref, absent: absent.ref }];
  if (path.includes("{n}")) return [{ foreign: theirs.ref, absent: absent.ref }]; // neither has a claim; claims.test.mjs reads its own
  if (path.startsWith("/v1/cases/")) return [{ own: mine.ref, foreign: theirs.ref, absent: absent.ref }];
  if (path.startsWith("/v1/keys/")) return [{ foreign: theirs.key, absent: absent.id }]; // its own would be revoked by trying
  if (path.startsWith("/v1/mandates/")) return [{ foreign: theirs.mandate, absent: absent.id }];
  if (path.startsWith("/v1/dead-letters/")) return [{ foreign: theirs.letter, absent: absent.id }];
  if (path.startsWith("/v1/proposals/")) return [{ foreign: theirs.letter, absent: absent.id }]; // none of either; proposals.test.mjs tries them
  if (path.startsWith("/v1/disruptions/")) return [{ foreign: theirs.storm, absent: absent.id }]; // its own would be ended by trying
  if (path.startsWith("/v1/case-proposals/")) return [{ foreign: theirs.letter, absent: absent.id }]; // none of either; flights.test.mjs tries them
  if (path.startsWith("/v1/flights/")) return null; // times of a flight are everybody's who tracks bags
  if (["slug", "hash", "file"].includes(parameter)) return null;
  throw new Error(`${path}: say in this test what another carrier's object is, and what is none`);
}

/** Everything of an answer that its reader can see, without what differs between any two answers. */
function visible(answer, sent) {
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !["date", "x-request-id", "ratelimit"].includes(name))); // how many requests are left counts requests, whatever they name
  const id = answer.headers.get("x-request-id");
  return { status: answer.status, headers, body: answer.text.replaceAll(id, "ID").replaceAll(sent, "OBJECT") };
}

async function ask(method, path, value, who) {
  const target = path.replace(/\{\w+\}/, encodeURIComponent(value)).replace(/\{\w+\}/g, "x");
  // whole, so that the object decides
  const bodies = [["/aliases:", { event_id: "x-1", other: mine.bag }], [":show", { reason: "repair" }], [":reveal", { reason: "audit", note: "a check" }], ["/proposals/", undefined],
    [":dismiss", { reason: "on-board" }], ["case-proposals/{id}:accept", { passenger: { surname: "X" } }], [":watch", {"event_id": "x-10"}], [":renew", { until: "2026-11-21T18:00:00Z" }],
    [":wait", { event_id: "x-11", step: "asked", needs: "form" }],
    [":promise", { event_id: "x-9", what: "call", by: "2026-11-21T16:00:00Z" }],
    ["/ask", { event_id: "x-7", station: "LHR", carrier: "BA" }],
    ["/answer", { event_id: "x-8", ask: "01a1f8d3-ea00-7668-882d-7d5db522b17f", answer: "not-here", searched: "x" }],
    [":offer-owner", { event_id: "x-2", to_carrier: "BA" }], ["-owner", { event_id: "x-3" }], [":note", { event_id: "x-4", note: "x" }],
    [":fault", { event_id: "x-5", station: "LHR", reason: "54", note: "x" }], [":close", { event_id: "x-6", reason: "mistaken", note: "x" }],
    ["/steps", { event_id: "x-7", step: "acknowledged", for_carrier: "IB" }], ["/pictures", png()], ["/claims", { event_id: "x-8", kind: "loss", for_carrier: "IB" }], ["", {}]];
  const [, body] = bodies.find(([part]) => path.includes(part));
  const headers = method === "PATCH" ? { ...who.headers, "if-match": "*" } : who.headers;
  const type = body instanceof Uint8Array ? "image/png" : undefined;
  return server.call(method, target, { ...who, headers, type, body: method === "GET" || method === "DELETE" ? undefined : body });
}

test("what is another carrier's looks like what is not there, on every route and to every role", async () => {
  const callers = { "IB key": { key: sender.IB } };
  for (const [name, who] of Object.entries(staff)) if (name.startsWith("IB")) callers[name] = who;
  let tried = 0;
  for (const { method, path } of routes) {
    for (const value of values(path) ?? []) {
      for (const [name, who] of Object.entries(callers)) {
        const foreign = await ask(method, path, value.foreign, who);
        const none = await ask(method, path, value.absent, who);
        const what = `${method} ${path} (${value.foreign}) by ${name}`;
        assert.deepEqual(visible(foreign, value.foreign), visible(none, value.absent), what);
        assert.ok([403, 404].includes(foreign.status), `${what}: ${foreign.status}`);
        tried++;
      }
    }
  }
  assert.ok(tried > 20, `${tried} cells`);
});

test("the same routes show a carrier what is its own", async () => {
  for (const { method, path } of routes.filter((route) => route.method === "GET"))
    for (const value of values(path) ?? [])
      if (value.own) {
        const who = path.endsWith("/reads") ? staff["IB supervisor"] : { key: sender.IB };
        assert.equal((await ask(method, path, value.own, who)).status, 200, `${method} ${path} ${value.own}`);
      }
});

test("lists hold nothing of another carrier's", async () => {
  const secrets = [theirs.bag, theirs.ref, theirs.key, theirs.plate, theirs.mandate, theirs.storm];
  for (const path of [`/v1/search?q=${theirs.plate}`, `/v1/search?q=${theirs.ref}`, "/v1/promises", "/v1/promises?owes=BA", "/v1/keys", "/v1/mandates", "/v1/disruptions", "/v1/feeds", "/v1/asked", "/v1/case-proposals", "/v1/me"]) {
    for (const who of [{ key: sender.IB }, staff["IB agent"], staff["IB supervisor"], staff["IB carrier-admin"]]) {
      const answer = await server.get(path, who);
      const said = answer.text.replaceAll(encodeURIComponent(theirs.plate), "").replaceAll(answer.headers.get("x-request-id"), "");
      for (const secret of secrets) assert.ok(!said.includes(secret), `${path}: ${answer.status} ${answer.text}`);
    }
  }
});

/** Status of a stream that is not read any further. */
async function opens(path) {
  const stop = new AbortController();
  const answer = await fetch(server.url + path, { signal: stop.signal });
  stop.abort();
  return answer.status;
}

test("a customer's link opens its stream; a companion's too; another's letters open nothing", async () => {
  const links = [mine.link, new URL(server.verb(["link", "create", mine.ref, "--companion"]).trim(), server.url).pathname];
  for (const link of links) {
    assert.equal(await opens(`${link}/stream`), 200, "its own");
    const last = link.at(-1) === "A" ? "B" : "A";
    assert.equal(await opens(`${link.slice(0, -1)}${last}/stream`), 404, "one letter off");
  }
  assert.equal(await opens(`/t/${absent.token}/stream`), 404);
});

test("the log of all this names no key, session or link", () => {
  const text = server.logText();
  assert.ok(text.length > 1000);
  for (const secret of ["bagk_", "bagwatch=", mine.link.slice(3), theirs.link.slice(3), "Testperson", plate]) assert.ok(!text.includes(secret), secret);
});
