// SPDX-License-Identifier: Apache-2.0
// Feeds that fall silent: told once, by one of two instances, ended by the next word or heartbeat, to those whom it concerns.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const day = (n) => `2026-11-${String(n).padStart(2, "0")}`;
let db, server, second, ba, ib, auditor, client, serial = 0;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: `${day(1)}T08:59:00Z`, databaseUrl: db.owner });
  second = await server.twin();
  ba = server.key("BA");
  ib = server.key("IB");
  auditor = server.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" });
  client = await sql(db.owner);
});
after(async () => {
  await client?.end();
  await second?.stop();
  await server?.stop();
  await db?.stop();
});

const scan = async (key, station, more = {}) => {
  const answer = await server.post("/v1/events", { event_id: `s-${++serial}`, plate: `0125${300000 + serial}`, travel_date: day(1), code: "BAG_SEEN",
    occurred_at: server.clock.now, station, ...more }, { key });
  assert.equal(answer.status, 201, answer.text);
};
const rows = async (text, ...values) => (await client.query(text, values)).rows;
const told = () => rows("SELECT version, station, data, recorded_at FROM bagwatch.event WHERE code = 'FEED_SILENT' ORDER BY recorded_at, version");
const feed = async (who, station) => (await server.get("/v1/feeds", who)).json.feeds.find((f) => f.station === station);
const heard = (station, at) => until(async () => (await feed({ key: ba }, station))?.last_at === at, `${station} heard at ${at}`);

/** Every Sunday from the first on, from nine to eleven, BA is heard at LHR every ten minutes. */
async function sundays() {
  for (const sunday of [1, 8, 15, 22])
    for (let minute = 0; minute < 120; minute += 10) {
      server.clock.set(new Date(Date.parse(`${day(sunday)}T09:00:00Z`) + minute * 60000).toISOString());
      await scan(ba, "LHR");
    }
  await heard("LHR", `${day(22)}T10:50:00Z`);
}

test("what is too little known raises nothing; what is known is shown (req: CLK-12)", async () => {
  await scan(ba, "LHR");
  await heard("LHR", `${day(1)}T08:59:00Z`);
  const first = await feed({ key: ba }, "LHR");
  assert.equal(first.usual_gap_seconds, undefined);
  assert.equal(first.silent_at, undefined);
  await sundays();
  assert.deepEqual(await told(), [], "between the Sundays nothing is usual");
  const now = await feed({ key: ba }, "LHR");
  assert.equal(now.usual_gap_seconds, 600);
  assert.equal(now.silent_from, undefined);
  assert.deepEqual(now.carriers, ["BA"]);
});

test("a silence is told once by two instances, and ends with the next word; each is an event (req: CLK-12)", async () => {
  server.clock.set(`${day(29)}T09:00:00Z`);
  await scan(ba, "LHR");
  await heard("LHR", `${day(29)}T09:00:00Z`);
  assert.equal((await feed({ key: ba }, "LHR")).silent_at, `${day(29)}T09:50:00Z`, "five usual gaps");
  server.clock.set(`${day(29)}T09:49:00Z`);
  await second.get("/v1/feeds", { key: ba });
  server.clock.set(`${day(29)}T09:51:00Z`);
  const silent = await until(async () => (await feed({ key: ba }, "LHR"))?.silent_from && feed({ key: ba }, "LHR"), "the silence");
  assert.equal(silent.silent_from, `${day(29)}T09:00:00Z`);
  assert.equal(silent.told_at, `${day(29)}T09:51:00Z`);
  // the clock runs on through many turns of both
  for (const minute of ["55", "59"]) {
    server.clock.set(`${day(29)}T09:${minute}:00Z`);
    const [{ ran_at: before }] = await rows("SELECT ran_at FROM bagwatch.listening");
    await until(async () => (await rows("SELECT ran_at FROM bagwatch.listening"))[0].ran_at > before, "another turn");
  }
  const [event, ...more] = await told();
  assert.deepEqual(more, []);
  assert.equal(event.version, 1);
  assert.deepEqual(JSON.parse(event.data).facts, { carriers: ["BA"], sender: "BA", silent_from: `${day(29)}T09:00:00Z`, usual_gap_seconds: 600 });

  server.clock.set(`${day(29)}T10:05:00Z`);
  const beat = await server.post("/v1/heartbeat", { station: "LHR" }, { key: ba });
  assert.equal(beat.status, 200);
  await until(async () => (await told()).length === 2, "its end");
  const [, end] = await told();
  assert.equal(end.version, 2);
  assert.equal(JSON.parse(end.data).facts.until, `${day(29)}T10:05:00Z`);
  const [incident] = await rows("SELECT from_at, raised_at, ended_at FROM bagwatch.feed_silence");
  assert.deepEqual([incident.from_at, incident.raised_at, incident.ended_at].map((d) => d.toISOString().slice(11, 16)), ["09:00", "09:51", "10:05"]);
  assert.equal((await feed({ key: ba }, "LHR")).silent_at, `${day(29)}T10:55:00Z`, "it is listened to again");
});

test("whose feed it is reads of it, on list, page and stream; others do not (req: CLK-12)", async () => {
  assert.equal(await feed({ key: ib }, "LHR"), undefined);
  const who = await server.login(auditor);
  assert.equal((await feed(who, "LHR")).sender, "BA");
  const page = await server.get("/desk/feeds", who);
  assert.equal(page.status, 200);
  assert.ok(page.text.includes("No feed is silent."), page.text);

  const stop = new AbortController();
  let heardBa = "", heardIb = "";
  const listen = async (key, add) => {
    const stream = await fetch(`${server.url}/v1/stream?last_event_id=1-0`, { headers: { authorization: `Bearer ${key}` }, signal: stop.signal });
    for await (const chunk of stream.body) add(Buffer.from(chunk).toString("utf8"));
  };
  const both = [listen(ba, (text) => (heardBa += text)), listen(ib, (text) => (heardIb += text))].map((p) => p.catch(() => {}));
  await until(() => heardBa.includes('"code":"FEED_SILENT"') && heardBa.includes('"state":"HEARD"'), "the stream");
  assert.ok(heardBa.includes("event: service\n") && heardBa.includes('"type":"service.changed"'), heardBa.slice(-3000));
  await until(() => heardIb.includes("event: hello"), "the other stream");
  stop.abort();
  await Promise.all(both);
  assert.ok(!heardIb.includes("FEED_SILENT"));
});

test("time in which we did not listen is ours, not theirs (req: CLK-12)", async () => {
  // heard on the Sunday before at this hour; then both instances are gone for two hours
  server.clock.set("2026-12-06T08:59:30Z");
  await scan(ba, "LHR");
  await heard("LHR", "2026-12-06T08:59:30Z");
  // whoever looked before that scan came has told the silent week, and tells its end
  await until(async () => !(await feed({ key: ba }, "LHR")).silent_from, "it is heard again");
  const before = (await told()).length;
  await second.kill("SIGTERM");
  await server.kill("SIGTERM");
  server.clock.set("2026-12-06T10:10:00Z");
  await server.run();
  const now = await until(async () => {
    const got = await feed({ key: ba }, "LHR");
    return got.silent_at === "2026-12-06T11:00:00Z" && got;
  }, "five gaps from when we are there again");
  assert.equal(now.silent_from, undefined);
  assert.equal((await told()).length, before);
});
