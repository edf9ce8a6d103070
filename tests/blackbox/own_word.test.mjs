// SPDX-License-Identifier: Apache-2.0
// "I will call you at five": staff promise the customer something by a time, their carrier owes it, a logged contact keeps it.
// req: CLK-19
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { People } from "../lib/people.mjs";
import { Server, until } from "../lib/server.mjs";

let server, file, link, key, staff, at;
let number = 0;

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  ({ key, staff, at } = new People(server, ["BA", "IB", "LH"]));
  await at("2026-11-21T08:00:00Z");
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const made = await server.post("/v1/cases", { plate: "0125000001", travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Testperson" },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: key.IB });
  assert.equal(made.status, 201, made.text);
  file = made.json.ref;
  link = new URL(made.json.customer_url).pathname;
});
after(() => server?.stop());

const promise = (who, more) => server.post(`/v1/cases/${file}:promise`, { event_id: `p-${++number}`, what: "call", by: "2026-11-21T16:00:00Z", ...more }, who);
const own = async () => (await server.get("/v1/promises", { key: key.IB })).json.promises.filter((p) => p.owed === "own-word").map((p) => [p.carrier, p.due, p.level]);
const page = async () => (await server.get(`${link}?tz=Europe/Madrid`)).text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
const contact = (who, more = {}) => server.post("/v1/events", { event_id: `c-${++number}`, bag: { kind: "ref", value: file }, travel_date: "2026-11-20", code: "CONTACT_LOGGED",
  occurred_at: server.clock.now, ...more }, who);

test("what staff promise is owed by their carrier, beside its step, at the time that was said; page, desk and list show it", async () => {
  assert.equal((await promise({ key: key.IB })).status, 403, "a person promises, no machine");
  assert.equal((await promise(staff.LH)).status, 404);
  assert.equal((await promise(staff.IB, { what: "everything" })).status, 422);
  for (const by of ["2026-11-21T08:00:00Z", "2026-11-28T08:01:00Z"]) assert.equal((await promise(staff.IB, { by })).status, 409, by);
  const body = { event_id: "five", what: "call", by: "2026-11-21T17:00:00+01:00", note: "On the mobile." };
  const said = await server.post(`/v1/cases/${file}:promise`, body, staff.IB);
  assert.equal(said.status, 201, said.text);
  assert.deepEqual([said.json.event.code, said.json.event.data.action], ["PROMISE_GIVEN", "call"]);
  assert.deepEqual(said.json.promises.map((p) => p.owed).sort(), ["own-word", "reported"]);
  assert.equal((await server.post(`/v1/cases/${file}:promise`, body, staff.IB)).status, 200, "said twice, promised once");
  assert.deepEqual(await own(), [["IB", "2026-11-21T16:00:00Z", -1]]);
  const again = await promise(staff.IB, { by: "2026-11-22T16:00:00Z" });
  assert.equal(again.status, 409, "promising again moves nothing");
  assert.match(again.json.detail, /keep that first/);
  assert.match(await page(), /Iberia promised to call you\./);
  assert.match(await page(), /the call or message that it promised you, from Iberia, due by 21 Nov, 17:00/);
  const desk = await server.get(`/desk/cases/${file}`, staff.IB);
  assert.match(desk.text, /the call or message that was promised/);
  assert.match(desk.text, /<option value="2026-11-21T09:00:00Z">/);
});

test("a contact of that carrier keeps it, another's does not, and a missed one goes up", async () => {
  assert.equal((await promise(staff.BA, { what: "look", by: "2026-11-21T12:00:00Z" })).status, 201, "each carrier its own");
  await at("2026-11-21T11:30:00Z");
  assert.equal((await contact(staff.BA)).status, 201);
  assert.deepEqual(await own(), [["IB", "2026-11-21T16:00:00Z", -1]]);
  await at("2026-11-21T16:00:00Z");
  await until(async () => (await own())[0][2] === 1, "level 1");
  await at("2026-11-21T16:10:00Z");
  assert.equal((await contact(staff.IB, { note: "Called." })).status, 201);
  assert.deepEqual(await own(), []);
  assert.equal((await promise(staff.IB, { what: "write", by: "2026-11-21T18:00:00Z" })).status, 201, "kept, so another can be given");
  const form = await server.call("POST", `/desk/cases/${file}:promise`, { ...staff.BA, type: "application/x-www-form-urlencoded",
    body: new URLSearchParams({ csrf: staff.BA.headers["x-csrf-token"], event_id: "form-1", what: "call", by: "2026-11-21T17:00:00Z", note: "" }).toString() });
  assert.equal(form.status, 303, form.text);
  assert.deepEqual((await own()).map(([who]) => who).sort(), ["BA", "IB"]);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
