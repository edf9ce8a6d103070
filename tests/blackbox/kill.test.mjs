// SPDX-License-Identifier: Apache-2.0
// kill -9 of bagwatchd and of its PostgreSQL under load from two senders: no acknowledged event lost or doubled, the feed without a gap,
// every bag the fold of its events.  req: ING-03 ING-04 BAG-07 REL-03 OPS-03
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Server, until } from "../lib/server.mjs";

const deep = process.env.BW_DEEP === "1";
const points = deep ? 20 : 6;
const perSecond = deep ? 500 : 200;
let server, keys;

before(async () => {
  server = await Server.start({});
  keys = { BA: server.key("BA"), IB: server.key("IB") };
});
after(() => server?.stop());

const codes = ["BAG_SEEN", "BAG_SORTED", "BAG_SCREENED"];
const acknowledged = new Map(); // event id -> what was answered
let unsure = 0;
let sending = true;

/** Sends at a steady rate until told to stop; what gets no answer is sent again under the same id, as a carrier would. */
async function sender(carrier, offset) {
  let n = 0;
  const running = new Set();
  while (sending) {
    const id = `${carrier}-${n}`;
    const body = {
      event_id: id, plate: `0125${String(100000 + ((n * 7 + offset) % 50))}`, code: codes[n % 3], station: n % 2 ? "LHR" : "MAD",
      occurred_at: new Date(Date.now() - 60000 + (n % 1000)).toISOString(),
    };
    n++;
    const work = (async () => {
      for (let tries = 0; tries < 200; tries++) {
        try {
          const answer = await server.post("/v1/events", body, { key: keys[carrier] });
          if (answer.status === 201 || answer.status === 200) {
            acknowledged.set(id, { status: answer.status, uid: answer.json.event.uid, bag: answer.json.bag.id, version: answer.json.event.version });
            return;
          }
          assert.equal(answer.status, 503, answer.text);
          assert.ok(answer.headers.get("retry-after"));
        } catch (error) {
          if (error.code === "ERR_ASSERTION") throw error;
          unsure++;
        }
        await sleep(50);
      }
      throw new Error(`${id} was never answered`);
    })();
    running.add(work);
    work.finally(() => running.delete(work)).catch(() => {});
    if (running.size > 200) await Promise.race(running);
    await sleep(2000 / perSecond);
  }
  await Promise.all(running);
}

const postmaster = () => Number(readFileSync(join(server.data, "pg", "postmaster.pid"), "utf8").split("\n")[0]);

async function killServer() {
  await server.kill("SIGKILL");
  await server.run();
}

async function killDatabase() {
  process.kill(postmaster(), "SIGKILL");
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, "ready after the database was killed", 30000);
}

test(`kill -9 at ${points} points under ${perSecond} scans/s from two senders`, async () => {
  const senders = [sender("BA", 0), sender("IB", 3)];
  for (let k = 0; k < points; k++) {
    await sleep(300 + Math.random() * 700);
    await (k % 2 ? killDatabase() : killServer());
  }
  await sleep(500);
  sending = false;
  await Promise.all(senders);
  assert.ok(acknowledged.size > points * 20, `${acknowledged.size} acknowledged`);
});

test("nothing that was acknowledged is lost or doubled, versions and feed have no hole, every bag is its fold", async () => {
  // two carriers that take the bag from each other see their own words only; the operator sees all
  const all = await server.login(server.account("operator", "admin", "OPS"));
  const bags = new Map();
  for (const a of acknowledged.values()) bags.set(a.bag, (bags.get(a.bag) ?? 0) + 1);
  const seen = new Map();
  for (const bag of bags.keys()) {
    const { events } = (await server.get(`/v1/bags/${bag}/events`, all)).json;
    const versions = events.map((e) => e.version).sort((x, y) => x - y);
    assert.deepEqual(versions, versions.map((_, k) => k + 1));
    for (const e of events) seen.set(e.event_id, (seen.get(e.event_id) ?? 0) + 1);
  }
  for (const [id, a] of acknowledged) assert.equal(seen.get(id), 1, `${id} ${JSON.stringify(a)}`);
  assert.equal(seen.size, acknowledged.size);
  console.log(JSON.stringify({ fault: "kill -9", points, acknowledged: acknowledged.size, unanswered_tries: unsure }));
  const said = server.verb(["verify"]);
  assert.match(said, /.+/);
});
