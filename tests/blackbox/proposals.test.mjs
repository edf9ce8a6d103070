// SPDX-License-Identifier: Apache-2.0
// A RUSH BSM proposes which open case its bag may belong to; nothing is joined by itself, and a person refuses or joins.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Server } from "../lib/server.mjs";

let server, keys, agent, other;

before(async () => {
  server = await Server.start({ at: "2026-11-20T18:00:00Z" });
  keys = { BA: server.key("BA"), IB: server.key("IB"), SK: server.key("SK") };
  agent = await server.login(server.account("agent.ib", "agent", "IB"));
  other = await server.login(server.account("agent.sk", "agent", "SK"));
});
after(() => server?.stop());

const rush = (plate, more = "", to = "MAD", flight = "BA0456/21NOV") => `BSM\n.V/1LLHR\n.F/${flight}/${to}\n.N/${plate}001\n${more}.E/RUSH\nENDBSM\n`;
async function send(text) {
  const answer = await server.post("/v1/typeb", text, { key: keys.BA, type: "text/plain" });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.messages[0].bags[0];
}
async function open(plate, surname, pnr) {
  await server.post("/v1/typeb", `BPM\n.V/1LLHR\n.J/S///20NOV/1700L/T5\n.F/BA0458/20NOV/MAD\n.N/${plate}001\nENDBPM\n`, { key: keys.BA, type: "text/plain" });
  const itinerary = [{ flight: "BA458", date: "2026-11-20", from: "LHR", to: "MAD" }, { flight: "IB1", date: "2026-11-20", from: "MAD", to: "MAD" }];
  const answer = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname }, contacts: { pnr }, itinerary }, { key: keys.IB });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const proposals = async (who = agent) => (await server.get("/v1/proposals", who)).json.proposals;
const bag = async (id) => (await server.get(`/v1/bags/${id}`, { key: keys.BA })).json.bag;

test("a RUSH BSM proposes the open case whose name and destination fit, and joins nothing (req: TYB-02)", async () => {
  const ibarra = await open("0125729001", "Ibarra", "ZZ9XYZ");
  await open("0125729002", "Molina", "QQ8ABC");
  const said = await send(rush("2125300001", ".P/1IBARRA/JON\n"));
  assert.equal(said.answer.outcome, "accepted");
  const list = await proposals();
  assert.deepEqual(list.map((p) => [p.plate, p.ref, p.case_plate, p.why, p.state])[list.findIndex((p) => p.why === "name")],
    ["2125300001", ibarra.ref, "0125729001", "name", "waiting"]);
  assert.ok(list.every((p) => p.plate === "2125300001" && p.from_station === "LHR" && p.to_station === "MAD"));
  const name = list.find((p) => p.why === "name");
  assert.notEqual(name.bag_id, name.case_bag_id);
  const rushed = await bag(name.bag_id);
  assert.deepEqual([rushed.place, rushed.case], ["EXPECTED", "NONE"], "a record of its own, of no case");
  assert.equal((await bag(name.case_bag_id)).case, "OPEN");
  // the same again proposes nothing new
  await send(rush("2125300001", ".P/1IBARRA/JON\n"));
  assert.equal((await proposals()).length, list.length);
});

test("the booking fits before the name; another destination fits nobody; a bag on a case of its own needs no proposal (req: TYB-02)", async () => {
  await send(rush("2125300002", ".P/1OTHERNAME\n.L/QQ8ABC\n", "BCN"));
  const booked = (await proposals()).filter((p) => p.plate === "2125300002");
  assert.deepEqual(booked.map((p) => [p.case_plate, p.why]), [["0125729002", "pnr"]]);
  await send(rush("2125300003", ".P/1IBARRA/JON\n", "FRA"));
  assert.equal((await proposals()).filter((p) => p.plate === "2125300003").length, 0);
  await send(rush("0125729001", ".P/1MOLINA\n"));
  assert.equal((await proposals()).filter((p) => p.plate === "0125729001").length, 0);
});

test("a person confirms by joining the two records, once (req: TYB-02 BAG-02)", async () => {
  const [mine] = (await proposals()).filter((p) => p.plate === "2125300001" && p.why === "name");
  const confirm = (who) => server.post(`/v1/proposals/${mine.id}:confirm`, undefined, who);
  assert.equal((await confirm(other)).status, 404);
  const done = await confirm(agent);
  assert.equal(done.status, 201, done.text);
  assert.equal((await proposals()).find((p) => p.id === mine.id).state, "confirmed");
  assert.equal((await confirm(agent)).json.outcome, "duplicate");
  // what is scanned under the rush tag is the case's bag now
  await server.post("/v1/typeb", "BPM\n.V/1LLHR\n.J/S///20NOV/1750L/RUSHBELT\n.F/BA0456/21NOV/MAD\n.N/2125300001001\nENDBPM\n", { key: keys.BA, type: "text/plain" });
  const one = await bag(mine.case_bag_id);
  assert.deepEqual([one.case, one.case_ref ?? mine.ref, one.last_seen_at], ["OPEN", mine.ref, "2026-11-20T17:50:00Z"]);
  assert.equal((await server.get("/v1/bags/2125300001?date=2026-11-21", { key: keys.BA })).json.bag.id, mine.case_bag_id);
});

test("only those whose case or rush it is see it and refuse it, by API and on the page (req: TYB-02 SEC-03)", async () => {
  const [booked] = (await proposals()).filter((p) => p.plate === "2125300002");
  assert.deepEqual(await proposals(other), []);
  const refuse = (who) => server.post(`/v1/proposals/${booked.id}:refuse`, undefined, who);
  assert.equal((await refuse(other)).status, 404);
  const page = await server.get("/desk/proposals", agent);
  assert.ok(page.text.includes(`/desk/proposals/${booked.id}:refuse`) && page.text.includes("Rushed bags"));
  const form = await server.post(`/desk/proposals/${booked.id}:refuse`, new URLSearchParams({ csrf: agent.headers["x-csrf-token"] }).toString(), { ...agent, type: "application/x-www-form-urlencoded" });
  assert.equal(form.status, 303);
  const after = (await proposals()).find((p) => p.id === booked.id);
  assert.deepEqual([after.state, after.refused_by], ["refused", "agent.ib"]);
  await send(rush("2125300002", ".P/1OTHERNAME\n.L/QQ8ABC\n", "BCN"));
  assert.equal((await proposals()).find((p) => p.id === booked.id).state, "refused", "sent again it stays refused");
});
