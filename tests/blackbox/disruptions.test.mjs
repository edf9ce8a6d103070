// SPDX-License-Identifier: Apache-2.0
// Storms: told by one supervisor for an hour, by a second for longer, renewed, ended; each word an event; what they may not do.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const at = (text) => `2026-11-${text.replace(" ", "T")}:00Z`;
let db, server, second, ba, people, client;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: at("20 06:00"), databaseUrl: db.owner });
  second = await server.twin();
  ba = server.key("BA");
  people = Object.fromEntries([["one", "supervisor", "BA"], ["two", "supervisor", "BA"], ["agent", "agent", "BA"], ["iberian", "supervisor", "IB"]]
    .map(([name, role, org]) => [name, server.account(name, role, org)]));
  people.root = server.account("root", "admin", "OPS", { kind: "operator" });
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

const as = (name) => server.login(people[name]);
const declare = async (name, body) => server.post("/v1/disruptions", { station: "LHR", cause: "weather", ...body }, await as(name));
const step = async (name, id, what, body = {}) => server.post(`/v1/disruptions/${id}:${what}`, body, await as(name));
const one = async (id) => (await server.get("/v1/disruptions", await as("root"))).json.disruptions.find((d) => d.id === id);
const words = async (id) => (await client.query("SELECT data::json -> 'facts' ->> 'what' AS what, sender FROM bagwatch.event WHERE code = 'DISRUPTION' AND bag_id = $1 ORDER BY version",
  [id])).rows.map((r) => r.what);

test("by one word it holds for an hour and lapses, told once by two instances; once a day (req: CLK-14)", async () => {
  const told = await declare("one", { until: at("20 12:00") });
  assert.equal(told.status, 201, told.text);
  const { id } = told.json;
  assert.deepEqual([told.json.state, told.json.holds, told.json.carriers, told.json.until, told.json.asked_until],
    ["DECLARED", true, ["BA"], at("20 07:00"), at("20 12:00")]);
  const foreign = await step("iberian", id, "end"), none = await step("iberian", "0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071", "end");
  assert.deepEqual([foreign.status, foreign.json.detail], [404, none.json.detail], "another carrier's is not there");
  const own = await step("one", id, "confirm");
  assert.deepEqual([own.status, own.json.type], [409, "/problems/disruption-refused"], "not by who asked");
  assert.equal((await declare("two", { until: at("20 08:00") })).status, 409, "one holds there");
  server.clock.set(at("20 07:00"));
  await until(async () => (await one(id)).ended_why === "lapsed", "nobody confirmed");
  assert.equal((await step("two", id, "confirm")).status, 409, "it is over");
  assert.deepEqual(await words(id), ["declared", "ended"]);
  // again on the same day it waits for the second person
  const again = await declare("two", { until: at("20 07:30") });
  assert.deepEqual([again.status, again.json.holds, again.json.from], [201, false, undefined]);
  const confirmed = await step("one", again.json.id, "confirm");
  assert.deepEqual([confirmed.json.state, confirmed.json.holds, confirmed.json.until], ["CONFIRMED", true, at("20 07:30")]);
  server.clock.set(at("20 07:30"));
  await until(async () => (await one(again.json.id)).ended_why === "over", "its end");
});

test("a second person confirms; renewed only by two; ended by hand (req: CLK-14)", async () => {
  server.clock.set(at("22 06:00"));
  const { id } = (await declare("one", { until: at("22 18:00") })).json;
  server.clock.set(at("22 06:20"));
  const held = await step("two", id, "confirm");
  assert.deepEqual([held.status, held.json.state, held.json.from, held.json.until], [200, "CONFIRMED", at("22 06:20"), at("22 18:00")]);
  const asked = await step("two", id, "renew", { until: at("23 06:20") });
  assert.deepEqual([asked.status, asked.json.until, asked.json.asked_until], [200, at("22 18:00"), at("23 06:20")], "until the second confirms it holds as before");
  assert.equal((await step("two", id, "confirm")).status, 409);
  assert.equal((await step("one", id, "renew", { until: at("23 06:21") })).status, 422, "24 hours at most");
  const renewed = await step("one", id, "confirm");
  assert.deepEqual([renewed.json.until, renewed.json.from], [at("23 06:20"), at("22 06:20")]);
  const ended = await step("two", id, "end");
  assert.deepEqual([ended.json.state, ended.json.ended_why, ended.json.holds], ["ENDED", "ended", false]);
  assert.deepEqual(await words(id), ["declared", "confirmed", "renewed", "confirmed", "ended"]);
  const windows = (await client.query("SELECT from_at, until_at FROM bagwatch.disruption_window WHERE disruption_id = $1 ORDER BY version", [id])).rows;
  assert.deepEqual(windows.map((w) => [w.from_at, w.until_at].map((d) => d.toISOString().slice(8, 16))),
    [["22T06:00", "22T07:00"], ["22T06:20", "22T18:00"], ["22T06:20", "23T06:20"]]);
});

test("who may say it, for whom, and what it says (req: CLK-14)", async () => {
  server.clock.set(at("24 06:00"));
  assert.equal((await declare("agent", { until: at("24 07:00") })).status, 403);
  assert.equal((await server.post("/v1/disruptions", { station: "LHR", cause: "weather", until: at("24 07:00") }, { key: ba })).status, 403);
  assert.equal((await declare("one", { until: at("24 07:00"), carriers: ["IB"] })).status, 403, "for one's own carrier");
  for (const body of [{ until: at("25 06:01") }, { until: at("24 05:00") }, { until: at("24 07:00"), cause: "rain" }, { until: at("24 07:00"), station: "lhr" }, {}])
    assert.equal((await declare("one", body)).status, 422, JSON.stringify(body));
  const all = await declare("root", { until: at("24 07:00"), carriers: [] });
  assert.deepEqual([all.status, all.json.carriers], [201, []]);
  assert.equal((await declare("one", { until: at("24 07:00") })).status, 409, "one of all carriers holds there");
  assert.equal((await step("one", all.json.id, "end")).status, 403);
  assert.ok((await server.get("/v1/disruptions", await as("iberian"))).json.disruptions.some((d) => d.id === all.json.id), "it concerns everybody");
  assert.ok((await server.get("/v1/disruptions", await as("iberian"))).json.disruptions.every((d) => !d.carriers.includes("BA")));
  assert.equal((await step("root", all.json.id, "end")).status, 200);
});

test("told again under its Idempotency-Key it is the first answer (req: ING-08)", async () => {
  server.clock.set(at("26 06:00"));
  const who = await as("one"), key = (name) => ({ ...who, headers: { ...who.headers, "idempotency-key": name } });
  const body = { station: "EDI", cause: "strike", until: at("26 06:50") };
  const first = await server.post("/v1/disruptions", body, key("storm-1")), again = await server.post("/v1/disruptions", body, key("storm-1"));
  assert.deepEqual([first.status, again.status, again.headers.get("idempotency-replayed")], [201, 201, "true"], again.text);
  assert.deepEqual(again.json, first.json);
  assert.equal((await server.post("/v1/disruptions", { ...body, cause: "weather" }, key("storm-1"))).json.type, "/problems/idempotency-mismatch");
  for (let turn = 0; turn < 2; turn++) // a refusal keeps nothing: the key is free again
    assert.equal((await server.post("/v1/disruptions", body, key("storm-2"))).json.type, "/problems/disruption-refused");
  assert.equal((await step("one", first.json.id, "end")).status, 200);
});

test("the page has a row and the forms for it", async () => {
  const who = await as("one");
  const page = async () => (await server.get("/desk/disruptions", who)).text;
  const csrf = (await page()).match(/name="csrf" value="([^"]+)"/)[1];
  const send = (fields) => fetch(`${server.url}/desk/disruptions`, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf, ...fields }),
    headers: { cookie: who.cookie, origin: server.url } });
  const said = await send({ do: "declare", station: "MAN", cause: "strike", hours: "1" });
  assert.deepEqual([said.status, said.headers.get("location")], [303, "/desk/disruptions"], await said.text());
  const shown = await page();
  assert.ok(shown.includes("Manchester") && shown.includes("a strike") && shown.includes("0 bags, 0 of them late."), shown);
  const id = shown.match(/name="id" value="([^"]+)"/)[1];
  assert.equal((await send({ do: "confirm", id })).status, 409, "nothing waits: an hour needs nobody");
  assert.equal((await send({ do: "renew", id, hours: "30" })).status, 422);
  assert.equal((await send({ do: "end", id })).status, 303);
  assert.ok((await page()).includes("No disruption holds."));
  assert.ok(!(await server.get("/desk/disruptions", await as("agent"))).text.includes('value="declare"'), "an agent reads");
});
