// SPDX-License-Identifier: Apache-2.0
// Many events in one body: a verdict a line, in their order, whatever is wrong with the others (ING-06, ING-07, ING-13).
import assert from "node:assert/strict";
import { request } from "node:http";
import test, { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { Server, until } from "../lib/server.mjs";
import { Stream } from "../lib/wire.mjs";

const now = "2026-11-20T12:00:00Z";
let server, key, serial = 0;

before(async () => {
  server = await Server.start({ at: now });
  key = server.key("BA");
});
after(() => server?.stop());

function scan(more = {}) {
  const n = ++serial;
  return { event_id: `b-${n}`, plate: `0125${String(n).padStart(6, "0")}`, code: "BAG_SEEN", occurred_at: "2026-11-20T11:58:00Z", station: "LHR", ...more };
}
const scans = (n, more) => Array.from({ length: n }, () => scan(more));
const lines = (events) => events.map((e) => `${typeof e === "string" ? e : JSON.stringify(e)}\n`).join("");

/** Sends a body; `verdicts` are its lines. */
async function bulk(body, { query = "", headers = {}, type = "application/x-ndjson", as = key } = {}) {
  const answer = await server.call("POST", `/v1/events:bulk${query}`, { key: as, body, type, headers });
  const ndjson = (answer.headers.get("content-type") ?? "").includes("ndjson");
  return { ...answer, verdicts: ndjson ? answer.text.split("\n").slice(0, -1).map((line) => JSON.parse(line)) : undefined };
}
const statuses = (answer) => answer.verdicts.map((v) => v.status);
const slug = (of) => of.type?.replace("/problems/", "");
const stored = async (event) => (await server.get(`/v1/bags/${event.plate}`, { key })).status === 200;

test("every line has its verdict, in order, with the fields of a single answer (req: ING-06)", async () => {
  const events = scans(700);
  const answer = await bulk(lines(events));
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  assert.deepEqual(answer.verdicts.map((v) => [v.line, v.status, v.event?.event_id, v.bag?.plate]),
    events.map((e, k) => [k + 1, 201, e.event_id, e.plate]));
  const alone = await server.post("/v1/events", scan(), { key });
  const { line, status, ...rest } = answer.verdicts[0];
  assert.deepEqual([line, status], [1, 201]);
  assert.deepEqual(Object.keys(rest), Object.keys(alone.json));
  assert.equal(rest.instruction, alone.json.instruction);
});

test("a line's fault is told on its line, as it would be alone, and stops nothing (req: ING-06)", async () => {
  const first = scan(), other = scan(), last = scan();
  const body = Buffer.concat([
    Buffer.from(lines([first, "{\"event_id\":", "", `${JSON.stringify(scan())}${JSON.stringify(scan())}`, `${JSON.stringify(scan())} ${JSON.stringify(scan())}`,
      { ...scan(), station: "lhr", colour: "red" }, first, { ...first, station: "MAD" }, { ...scan(), note: "x".repeat(17000) },
      { ...scan(), code: "BAG_SNIFFED" }, { ...scan(), occurred_at: "2026-11-20T12:30:00Z" }, { ...scan(), for_carrier: "IB" }, "[1]", `${JSON.stringify(other)}\r`])),
    Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), Buffer.from(lines([last])),
  ]);
  const answer = await bulk(body);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.verdicts.map((v) => [v.line, v.status, slug(v)]), [
    [1, 201, undefined], [2, 400, "bad-json"], [3, 400, "bad-json"], [4, 400, "bad-json"], [5, 400, "bad-json"],
    [6, 422, "invalid-body"], [7, 200, undefined], [8, 409, "event-id-conflict"], [9, 413, "too-large"],
    [10, 422, "unknown-code"], [11, 422, "time-ahead"], [12, 403, "code-not-yours"], [13, 422, "invalid-body"], [14, 201, undefined],
    [15, 400, "not-utf8"], [16, 201, undefined],
  ]);
  assert.deepEqual(answer.verdicts[5].errors.map((e) => e.pointer).sort(), ["/colour", "/station"]);
  assert.equal(answer.verdicts[6].outcome, "duplicate");
  assert.match(answer.verdicts[7].detail, /stored fingerprint [0-9a-f]{64}, sent [0-9a-f]{64}/);
  assert.match(answer.verdicts[2].detail, /empty/);
  const single = await server.post("/v1/events", { ...scan(), station: "lhr", colour: "red" }, { key });
  assert.deepEqual(answer.verdicts[5].errors, single.json.errors);
  for (const event of [first, other, last]) assert.ok(await stored(event), event.event_id);
});

test("a last line without its newline may have been cut, so it is not stored (req: ING-06)", async () => {
  const [one, two] = scans(2);
  const answer = await bulk(lines([one]) + JSON.stringify(two));
  assert.deepEqual(answer.verdicts.map((v) => [v.line, v.status, slug(v)]), [[1, 201, undefined], [2, 400, "bad-json"]]);
  assert.match(answer.verdicts[1].detail, /newline/);
  assert.ok(!await stored(two));
  const empty = await bulk("");
  assert.deepEqual([empty.status, empty.text], [200, ""]);
});

test("sent twice nothing is doubled: the second answers are the first (req: ING-06 ING-04)", async () => {
  const events = scans(300);
  const first = await bulk(lines(events)), again = await bulk(lines(events));
  assert.deepEqual(new Set(statuses(again)), new Set([200]));
  const rest = ({ status, outcome, ...more }) => more;
  assert.deepEqual(again.verdicts.map(rest), first.verdicts.map(rest));
  const history = await server.get(`/v1/bags/${events[7].plate}/events`, { key });
  assert.equal(history.json.events.filter((e) => e.event_id === events[7].event_id).length, 1);
});

test("atomic: all of up to 1,000 lines, or none and every line says why (req: ING-07)", async () => {
  const all = scans(1000);
  const good = await bulk(lines(all), { query: "?atomic=true" });
  assert.equal(good.status, 200, good.text.slice(0, 300));
  assert.deepEqual(new Set(statuses(good)), new Set([201]));
  assert.deepEqual(new Set(statuses(await bulk(lines(all), { query: "?atomic=true" }))), new Set([200]));

  const one = scan(), two = scan();
  const malformed = await bulk(lines([one, { ...scan(), colour: "red" }, two]), { query: "?atomic=true" });
  assert.equal(malformed.status, 422);
  assert.deepEqual(malformed.verdicts.map((v) => [v.line, v.status, slug(v)]),
    [[1, 422, "atomic-refused"], [2, 422, "unknown-field"], [3, 422, "atomic-refused"]]);
  const conflict = await bulk(lines([one, { ...all[3], station: "MAD" }, two]), { query: "?atomic=true" });
  assert.equal(conflict.status, 422);
  assert.deepEqual(conflict.verdicts.map((v) => [v.status, slug(v)]), [[422, "atomic-refused"], [409, "event-id-conflict"], [422, "atomic-refused"]]);
  assert.ok(!await stored(one) && !await stored(two));
  assert.deepEqual(statuses(await bulk(lines([one, two]), { query: "?atomic=true" })), [201, 201]);

  const many = scans(1001);
  const refused = await bulk(lines(many), { query: "?atomic=true" });
  assert.deepEqual([refused.status, slug(refused.json)], [413, "too-large"]);
  assert.ok(!await stored(many[0]));
  assert.equal((await bulk(lines(scans(1)), { query: "?atomic=yes" })).status, 400);
  assert.equal((await bulk(lines(scans(1)), { query: "?colour=red" })).status, 400);
});

test("a dry run gives the verdicts and stores nothing (req: ING-15)", async () => {
  const [one, two] = scans(2);
  const dry = await bulk(lines([one, { ...scan(), station: "lhr" }, two]), { query: "?dry_run=true" });
  assert.deepEqual(statuses(dry), [201, 422, 201]);
  assert.equal(dry.verdicts[0].bag.place, "AT");
  assert.ok(!await stored(one) && !await stored(two));
  assert.deepEqual(statuses(await bulk(lines([one]))), [201]);
});

const gzip = { headers: { "content-encoding": "gzip" } };
test("gzip bodies are taken, in one member or several; what is broken is said (req: ING-13)", async () => {
  const events = scans(600), packed = gzipSync(lines(events));
  const answer = await bulk(packed, gzip);
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  assert.deepEqual(answer.verdicts.map((v) => [v.line, v.status, v.event.event_id]), events.map((e, k) => [k + 1, 201, e.event_id]));
  const [one, two] = scans(2), text = lines([one, two]);
  const members = await bulk(Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))]), gzip);
  assert.deepEqual(statuses(members), [201, 201]);
  for (const [body, word] of [[packed.subarray(0, packed.length - 9), /ends before its end/], [Buffer.from(text), /header/], [Buffer.concat([gzipSync(text), Buffer.from("more")]), /header/]]) {
    const broken = await bulk(body, gzip);
    assert.deepEqual([broken.status, slug(broken.json)], [400, "bad-request"], broken.text.slice(0, 300));
    assert.match(broken.json.detail, word);
  }
});

test("limits count the inflated size; other codings and media are refused (req: ING-13 ING-10)", async () => {
  const bomb = await bulk(gzipSync(Buffer.alloc(200 << 20)), gzip);
  assert.deepEqual([bomb.status, slug(bomb.json)], [413, "too-large"]);
  const spaced = `${" ".repeat(16000)}\n`.repeat(4200); // 67 MB of 4,200 lines
  const large = await bulk(gzipSync(spaced + lines(scans(1))), gzip);
  assert.deepEqual([large.status, slug(large.json)], [413, "too-large"]);
  const lined = await bulk(gzipSync("\n".repeat(200001)), gzip);
  assert.deepEqual([lined.status, slug(lined.json)], [413, "too-large"]);
  assert.match(lined.json.detail, /200000 lines/);
  const coded = await bulk(lines(scans(1)), { headers: { "content-encoding": "br" } });
  assert.deepEqual([coded.status, slug(coded.json), coded.headers.get("accept-encoding")], [415, "unsupported-media", "gzip"]);
  assert.equal((await bulk(lines(scans(1)), { type: "application/json" })).status, 415);
  const single = await server.call("POST", "/v1/events", { key, body: gzipSync(JSON.stringify(scan())), ...gzip });
  assert.equal(single.status, 415);
});

test("a sender has four bodies at once; the fifth is told to come again, and others are not (req: ING-11)", async () => {
  const { hostname, port } = new URL(server.url);
  // a body that was just refused may still be counted: one that got no place begins again
  const begin = () => new Promise((begun, failed) => {
    const out = request({ hostname, port, method: "POST", path: "/v1/events:bulk", headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson", "transfer-encoding": "chunked" } });
    out.on("error", failed);
    out.answered = new Promise((answered) => out.on("response", (got) => {
      got.resume();
      out.refused = got.statusCode === 429;
      got.on("end", () => answered(got.statusCode));
    }));
    out.write(lines(scans(1)), () => begun(out));
  });
  const open = await Promise.all(Array.from({ length: 4 }, begin));
  const fifth = await until(async () => {
    for (const [k, one] of open.entries()) if (one.refused) open[k] = await begin();
    const answer = await bulk(lines(scans(1)));
    return answer.status === 200 ? null : answer;
  }, "four are being read", 10000);
  assert.deepEqual([fifth.status, slug(fifth.json)], [429, "rate-limited"], fifth.text);
  assert.match(fifth.json.detail, /4 bulk bodies of yours/);
  assert.ok(Number(fifth.headers.get("retry-after")) >= 1);
  assert.equal((await bulk(lines(scans(1)), { as: server.key("IB") })).status, 200, "another sender has its own");
  for (const one of open) one.end();
  assert.deepEqual(await Promise.all(open.map((one) => one.answered)), [200, 200, 200, 200]);
  assert.equal((await until(async () => {
    const answer = await bulk(lines(scans(1)));
    return answer.status === 200 ? answer : null;
  }, "there is room again", 10000)).status, 200);
});

test("who may not send is told before the body; a reader's key may not (req: ING-06 SEC-03)", async () => {
  assert.equal((await bulk(lines(scans(1)), { as: null })).status, 401);
  assert.equal((await bulk(lines(scans(1)), { as: "bagk_live_000000000000000000000000000000000000" })).status, 401);
  assert.equal((await bulk(lines(scans(1)), { as: server.key("BA", "--scope", "read") })).status, 403);
  const staff = await server.login(server.account("ana", "agent", "BA"));
  const said = await server.call("POST", "/v1/events:bulk", { cookie: staff.cookie, headers: staff.headers, body: lines(scans(1)), type: "application/x-ndjson" });
  assert.equal(said.status, 200, said.text);
  assert.equal(JSON.parse(said.text).event.source, "staff");
});

// "An offline scanner's 100,000 lines, a week old, sent twice: nothing doubled, nothing moved back, no push for old news."
test("an offline scanner's week-old lines, sent twice, double nothing, move nothing back and push nothing (req: ING-06 ING-09 BAG-07)", async () => {
  const deep = process.env.BW_DEEP === "1", n = deep ? 100000 : 5000, bags = n / 5;
  const plate = (k) => `0126${String(k).padStart(6, "0")}`;
  const today = Array.from({ length: bags }, (_, k) => ({ event_id: `new-${k}`, plate: plate(k), travel_date: "2026-11-13", code: "BAG_LOADED",
    flight: { no: "BA178", date: "2026-11-13" }, occurred_at: "2026-11-20T11:50:00Z", station: "JFK" }));
  assert.deepEqual(new Set(statuses(await bulk(lines(today)))), new Set([201]));
  const watched = await server.post("/v1/cases", { plate: plate(0), travel_date: "2026-11-13", station: "JFK", passenger: { surname: "SAMPLE" } }, { key });
  assert.equal(watched.status, 201, watched.text);
  const before = (await server.get(`/v1/bags/${plate(0)}?date=2026-11-13`, { key })).json;

  const stream = await Stream.open(server, { key });
  await stream.next("hello");
  const steps = ["BAG_SEEN", "BAG_SORTED", "BAG_SCREENED", "BAG_UNLOADED", "ON_HAND"];
  const old = Array.from({ length: n }, (_, k) => ({ event_id: `old-${k}`, plate: plate(k % bags), travel_date: "2026-11-13",
    code: steps[Math.floor(k / bags)], occurred_at: new Date(Date.parse("2026-11-13T08:00:00Z") + k).toISOString(), station: "LHR" }));
  const sent = [await bulk(lines(old)), await bulk(lines(old))];
  for (const a of sent) assert.equal(a.status, 200, a.text.slice(0, 400));
  assert.deepEqual(sent.map((a) => a.verdicts.length), [n, n]);
  assert.deepEqual(new Set(sent[0].verdicts.map((v) => `${v.status} ${v.outcome}`)), new Set(["201 late"]));
  assert.deepEqual(new Set(sent[1].verdicts.map((v) => `${v.status} ${v.outcome}`)), new Set(["200 duplicate"]));
  assert.ok(sent[0].verdicts.every((v) => v.flags.includes("late_24h") && v.bag.place === "LOADED" && v.bag.station === "JFK"));

  const after = (await server.get(`/v1/bags/${plate(0)}?date=2026-11-13`, { key })).json;
  for (const field of ["place", "station", "custody", "custodian", "last_seen_at", "last_seen_station"]) assert.deepEqual(after.bag[field], before.bag[field], field);
  const history = (await server.get(`/v1/bags/${plate(0)}/events?date=2026-11-13`, { key })).json.events;
  assert.deepEqual(history.filter((e) => e.event_id.startsWith("old-")).length, 5);
  // A change that is pushed comes after all that came before it: whatever old news pushed would stand before this.
  const marker = scan();
  await server.post("/v1/events", marker, { key });
  await stream.next((e) => e.json?.bag?.plate === marker.plate);
  assert.deepEqual(stream.changes.filter((e) => e.json.bag?.plate?.startsWith("0126") && e.json.event?.code !== "CASE_OPENED" && e.json.event?.occurred_at?.startsWith("2026-11-13")), []);
  stream.end();
});

test("the description names the media type, the parameters and the form of a line (req: OPS-07)", async () => {
  const api = (await server.get("/openapi.json")).json.paths["/v1/events:bulk"].post;
  assert.deepEqual(Object.keys(api.requestBody.content), ["application/x-ndjson"]);
  assert.equal(api.responses["200"].content["application/x-ndjson"].schema.$ref, "#/components/schemas/BulkLine");
  assert.deepEqual(api.parameters.map((p) => p.name).sort(), ["atomic", "dry_run"]);
});
