// SPDX-License-Identifier: Apache-2.0
// A page that is open hears of what no entry of its bag tells: a feed that falls silent and is heard again, a storm that is declared and is
// over, on whichever instance.  Pages that it does not concern are not woken.  req: CLK-12 CLK-14 PAGE-07
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { Story, at } from "../lib/story.mjs";
import { SilentFeed } from "../lib/variants.mjs";
import { Stream, sql } from "../lib/wire.mjs";

const WITHIN = 1000; // ms from the event to the stream
const silence = "Nothing has come from the systems of Iberia at London Heathrow Airport";
let db, client, server, second, story, elsewhere, iberia, chief;
const open = {};

before(async () => {
  db = await Database.start();
  client = await sql(db.owner);
  story = await Story.start({ at: SilentFeed.starts, databaseUrl: db.owner });
  server = story.server;
  second = await Server.start({ clock: server.clock, databaseUrl: db.owner, env: { BAGWATCH_KEYS: `${server.data}/keys` } });
  iberia = new SilentFeed(story);
  chief = server.account("chief", "supervisor", "BA");
  await iberia.usual();
  await iberia.toRow5();
  await story.row8(at("20 20:40"));
  // a bag of the same two airlines that stands in Madrid
  elsewhere = new Story(server, { plate: "0125728360", id: "elsewhere-", like: story });
  await elsewhere.row8(at("20 20:41"));
  await elsewhere.say(story.ib, "seen", "ON_HAND", at("20 20:40"), { station: "MAD" });
  for (const [name, on, whose] of [["here", server, story], ["there", second, story], ["elsewhere", server, elsewhere]]) {
    open[name] = await Stream.open(on, { path: `${whose.link}/stream` });
    await open[name].next("hello");
  }
});
after(async () => {
  for (const stream of Object.values(open)) stream.end();
  await client?.end();
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

const events = async (code) => (await client.query("SELECT count(*)::int AS n FROM bagwatch.event WHERE code = $1", [code])).rows[0].n;
const page = async (on) => (await on.get(`${story.link}/fragment`)).text;

/** Does something that is told as one event of the service; both pages that it concerns hear of it in time and say it, or no longer. */
async function told(code, doing, word, says) {
  const before = await events(code), heard = [open.here, open.there].map((s) => s.next("refresh", 30000));
  for (const promise of heard) promise.catch(() => {}); // awaited below
  await doing();
  await until(async () => (await events(code)) > before, `${code} in the log`, 30000);
  const seen = performance.now();
  for (const event of await Promise.all(heard)) {
    assert.deepEqual(event.json, { reason: "station" });
    assert.ok(event.at - seen < WITHIN, `${event.at - seen} ms after it was there`);
  }
  for (const on of [server, second]) assert.equal((await page(on)).includes(word), says, word);
}

test("a feed falls silent, and is heard again (req: CLK-12)", async () => {
  await told("FEED_SILENT", () => story.now(at("20 20:51")), silence, true);
  await told("FEED_SILENT", () => iberia.scan(at("20 20:55")), silence, false);
});

test("a storm is declared, and ended (req: CLK-14)", async () => {
  story.now(at("21 00:36"));
  await until(async () => (await story.bag()).bag.custody === "DISPUTED", "the dispute: British Airways owes a word here");
  let id;
  await told("DISRUPTION", async () => {
    const answer = await server.post("/v1/disruptions", { station: "LHR", cause: "strike", until: at("21 01:30") }, await server.login(chief));
    assert.equal(answer.status, 201, answer.text);
    id = answer.json.id;
  }, "is disrupted by a strike", true);
  await told("DISRUPTION", async () => assert.equal((await server.post(`/v1/disruptions/${id}:end`, {}, await server.login(chief))).status, 200), "is disrupted by", false);
});

test("who comes back from before is told, at the position where it was", async () => {
  const { id } = open.here.events.find((e) => e.event === "hello");
  const back = await Stream.open(server, { path: `${story.link}/stream`, headers: { "Last-Event-ID": id } });
  await back.next("refresh");
  back.end();
  await story.say(story.ba, "later", "BAG_SEEN", at("21 00:36"), { station: "LHR" });
  const { version } = (await story.bag()).bag;
  const { id: later } = await open.here.next((e) => e.event === "bag" && e.json.version === version);
  const fresh = await Stream.open(server, { path: `${story.link}/stream`, headers: { "Last-Event-ID": later } });
  await story.say(story.ba, "last", "BAG_SEEN", at("21 00:36"), { station: "LHR", place: "belt" });
  await fresh.next("bag");
  assert.deepEqual(fresh.events.map((e) => e.event), ["hello", "bag"], "who has seen what came after it has read the page since");
  fresh.end();
});

test("the page of a bag elsewhere was not woken", async () => {
  await elsewhere.say(story.ib, "seen-again", "BAG_SEEN", at("21 00:36"), { station: "MAD" });
  await open.elsewhere.next("bag");
  assert.deepEqual(open.elsewhere.events.filter((e) => e.event === "refresh"), []);
});
