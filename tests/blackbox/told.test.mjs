// SPDX-License-Identifier: Apache-2.0
// What was told of promises that did not come, as a list and as a page: to whom, by what, when, at which level, whether it is sent, of which bags;
// for staff of who owes and of the file's owner, each by what concerns them; nobody else reads it.  req: CLK-15 (the list; the messages: chasers.test.mjs)
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { until } from "../lib/server.mjs";
import { Story, at, wordsOf } from "../lib/story.mjs";

let story, server;
const people = {};

before(async () => {
  story = await Story.start();
  server = story.server;
  for (const [name, role, organisation] of [["agent.ba", "agent", "BA"], ["agent.lh", "agent", "LH"], ["chief.ib", "supervisor", "IB"]])
    people[name] = server.account(name, role, organisation);
  await story.row1();
  await story.row2();
  await story.row3();
  await story.row4();
  await story.row5();
  await story.row8();
  await story.row10();
  await story.row11();
});
after(() => server?.stop());

/** The clock; the story's hours are longer than a session. */
let sessions = {};
function clock(time) {
  server.clock.set(time);
  sessions = {};
}
/** Somebody who is logged in now. */
const as = (name) => (sessions[name] ??= server.login(name === "agent-ib" ? story.account : people[name]));
const list = async (name, query = "") => {
  const answer = await server.get(`/v1/chasers${query}`, await as(name));
  assert.equal(answer.status, 200, answer.text);
  return answer;
};
const told = async (name, query) => (await list(name, query)).json.messages;
const short = (m) => [m.as, m.to, m.carrier, m.station, m.level, m.channel];

test("a chaser of the second airline: it and the owner of the file read to whom, by what, when, of which bag; the text is for who gets it", async () => {
  clock(at("21 00:56"));
  assert.equal((await told("agent.ba")).filter((m) => m.level > 0).length, 0);
  clock(at("21 03:50"));
  const [reminder] = await until(async () => {
    const found = await told("agent.ba", "?owes=BA");
    return found.length && found;
  }, "the reminder");
  assert.deepEqual(short(reminder), ["debtor", "BA", "BA", "LHR", 0, "mail"]);
  clock(at("21 04:50"));
  const mine = await until(async () => {
    const [found] = await told("agent.ba", "?owes=BA&level=1");
    return found;
  }, "the chaser");
  assert.deepEqual(short(mine), ["debtor", "BA", "BA", "LHR", 1, "mail"]);
  assert.deepEqual([mine.state, mine.made, mine.not_before, mine.count], ["waiting", at("21 04:50"), "2026-11-21T04:50:05Z", 1]);
  const [line] = mine.promises;
  assert.deepEqual([line.subject, line.plate, line.case_ref, line.owed, line.due, line.closed], ["bag", "0125728359", story.ref, "located", at("21 04:50"), null]);
  assert.match(mine.body, /^Subject: BA owes 1 update at LHR that did not come: level 1\n/);
  const [owners] = await told("agent-ib", "?owes=BA&level=1");
  assert.deepEqual({ ...owners, body: mine.body }, mine, "the owner reads the same");
  assert.equal(owners.body, undefined, "but for the text that went to another");
  assert.deepEqual(await told("agent.lh"), [], "a carrier without a part in it reads nothing");
  clock("2026-11-21T04:50:06Z");
  assert.equal((await told("agent.ba", "?owes=BA&level=1"))[0].state, "ready");
  const ib = await server.get("/v1/chasers?owes=BA", { key: story.ib });
  assert.deepEqual(ib.json.messages.map((m) => m.level), [1, 0], "a key of the owner reads too; the newest first");
});

test("level 2 to the owner's desk and the customer, without a name; what came since says so", async () => {
  clock(at("21 06:50"));
  await until(async () => (await told("agent-ib", `?case=${story.ref}&level=2`)).length === 2, "both messages");
  const both = await told("agent-ib", `?case=${story.ref}&level=2`);
  assert.deepEqual(both.map(short).sort(), [["customer", "customer", "BA", "LHR", 2, "page"], ["desk", "IB", "BA", "LHR", 2, "mail"]]);
  assert.deepEqual([both.find((m) => m.as === "customer").case_ref, both.find((m) => m.as === "customer").body], [story.ref, undefined]);
  assert.match(both.find((m) => m.as === "desk").body, /level 2/);
  assert.ok(!JSON.stringify(both).includes("SAMPLE"));
  await story.row13();
  sessions = {};
  assert.equal((await told("agent.ba", "?owes=BA&level=1"))[0].promises[0].closed, at("21 07:05"));
  assert.deepEqual(await told("agent-ib", "?case=MADIB19999"), []);
  assert.deepEqual(await told("agent-ib", "?case=nothing"), []);
  for (const bad of ["owes=british", "level=high", "after=1"]) assert.equal((await server.get(`/v1/chasers?${bad}`, await as("agent-ib"))).status, 400, bad);
});

test("the page says it in words, is in the menu and linked from the file, and says so where there is nothing", async () => {
  const agent = await as("agent-ib");
  const file = await server.get(`/desk/cases/${story.ref}`, agent);
  assert.match(file.text, new RegExp(`href="/desk/told\\?case=${story.ref}"`));
  const page = await server.get(`/desk/told?case=${story.ref}`, agent);
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /<a href="\/desk\/told" aria-current="page">Reminders<\/a>/);
  const words = wordsOf(page);
  assert.match(words, /British Airways \(BA\), which owes it British Airways \(BA\) London Heathrow Airport \(LHR\) 1: chased at due mail ready to be sent 0125728359 MADIB\d{5} : a forward plan or the reason to hold, due 21 Nov, 04:50 \(closed 21 Nov, 07:05 \)/);
  assert.match(words, new RegExp(`the customer of ${story.ref} .* as the file says, and on the page`));
  assert.equal((page.text.match(/<pre/g) ?? []).length, (await told("agent-ib", `?case=${story.ref}`)).filter((m) => m.body).length, "the text where it came to Iberia");
  assert.match(wordsOf(await server.get("/desk/told", await as("agent.lh"))), /Nothing was told yet/);
  assert.match(wordsOf(await server.get("/desk/told?level=3&owes=LH", agent)), /Nothing was told that fits/);
  assert.ok((await server.get(`/desk/told?owes=ba&case=${story.ref.toLowerCase()}&level=`, agent)).text.includes("0125728359"), "codes as people type them");
  const french = await server.get("/desk/told", { ...agent, headers: { "accept-language": "fr" } });
  assert.match(french.text, /<h1>Rappels et escalades<\/h1>/);
});

test("of a digest over the files of two owners each owner reads his own lines; the list goes on behind a link", async () => {
  const open = async (plate, owner) => {
    const key = owner === "IB" ? story.ib : (story.lh ??= server.key("LH"));
    const file = await server.post("/v1/cases", { plate, travel_date: "2026-11-21", station: "MAD", for_carrier: owner, passenger: { surname: "SAMPLE" },
      itinerary: [{ flight: "BA178", date: "2026-11-21", from: "JFK", to: "LHR" }, { flight: `${owner}3167`, date: "2026-11-21", from: "LHR", to: "MAD" }] }, { key });
    assert.equal(file.status, 201, file.text);
    const said = await server.post("/v1/events", { event_id: `hand-${plate}`, plate, travel_date: "2026-11-21", code: "ON_HAND", station: "LHR", occurred_at: at("21 07:06") }, { key: story.ba });
    assert.equal(said.status, 201, said.text);
    return file.json.ref;
  };
  clock(at("21 07:06"));
  const refs = { IB: await open("0125700001", "IB"), LH: await open("0125700002", "LH") };
  clock(at("21 11:06"));
  const both = await until(async () => (await told("agent.ba", "?owes=BA&level=1")).find((m) => m.count === 2), "the digest");
  assert.deepEqual(both.promises.map((p) => p.case_ref).sort(), [refs.IB, refs.LH].sort());
  for (const [name, owner] of [["agent-ib", "IB"], ["agent.lh", "LH"]]) {
    const seen = (await told(name)).find((m) => m.id === both.id);
    assert.deepEqual([seen.count, seen.promises.map((p) => p.case_ref), seen.body], [1, [refs[owner]], undefined]);
  }
});

test("the list goes on behind a link, each message once", async () => {
  for (let k = 0; k < 50; k++) {
    const file = await server.post("/v1/cases", { plate: `01257100${String(k).padStart(2, "0")}`, travel_date: "2026-11-21", station: "MAD", passenger: { surname: "SAMPLE" },
      itinerary: [{ flight: "IB3167", date: "2026-11-21", from: "LHR", to: "MAD" }] }, { key: story.ib });
    assert.equal(file.status, 201, file.text);
  }
  clock(at("21 14:06"));
  let pages;
  const read = async () => {
    const all = [];
    let path = "/v1/chasers?level=2";
    for (pages = 0; path && pages < 20; pages++) {
      const page = await list("agent-ib", path.slice(path.indexOf("?")));
      all.push(...page.json.messages);
      path = page.headers.get("link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
    }
    return all;
  };
  const ofNow = (all) => all.filter((m) => m.as === "customer" && m.made === at("21 14:06"));
  const all = await until(async () => {
    const found = await read();
    return ofNow(found).length === 50 && found;
  }, "fifty customers");
  assert.equal(pages, 2);
  assert.equal(new Set(all.map((m) => m.id)).size, all.length);
  assert.deepEqual(all.map((m) => m.made), all.map((m) => m.made).sort().reverse());
  const page = await server.get("/desk/told?level=2", await as("agent-ib"));
  assert.match(page.text, /<a href="\/desk\/told\?owes=&amp;case=&amp;level=2&amp;after=\d+\.[0-9a-f-]{36}">Older messages<\/a>/);
});
