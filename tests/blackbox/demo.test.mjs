// SPDX-License-Identifier: Apache-2.0
// The demo as `./bagwatch up` starts it, as far as the missed promise, with a clock that runs faster.  req: OPS-08
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Clock, Server, until } from "../lib/server.mjs";

let server, folder, clock;
const demo = {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "bw-demo-"));
  clock = new Clock(folder, "2026-11-21T12:00:00Z");
  server = await Server.start({ clock, args: ["--demo"] });
  await until(() => readFileSync(join(server.data, "demo.txt"), "utf8").includes("report "), "demo.txt", 30000);
  for (const line of readFileSync(join(server.data, "demo.txt"), "utf8").trim().split("\n")) {
    const [word, value] = line.split(" ");
    demo[word] = value;
  }
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const bag = async () => (await server.get(`/v1/bags/${demo.plate}?date=${demo["travel-date"]}`, { key: demo["key-BA"] })).json;

test("a traveller on two flights of two airlines; the second is silent, the promise is missed and shown", async () => {
  const start = await bag();
  assert.equal(start.bag.custody, "PENDING");
  assert.deepEqual(start.promises.map((p) => [p.carrier, p.owed, p.policy]), [["IB", "transfer-pending", "transfer-pending/IB"]]);
  const due = new Date(start.promises[0].due);
  assert.equal(due - new Date(start.promises[0].opened), 60000, "an hour takes a minute");
  clock.set(new Date(due.getTime() + 1000));
  await until(async () => (await bag()).promises[0].level === 1, "level 1");
  clock.set(new Date(due.getTime() + 121000));
  await until(async () => (await bag()).promises[0].level === 2, "level 2");
  const page = await server.get(new URL(demo.customer).pathname);
  assert.equal(page.status, 200);
  assert.match(page.text, /Iberia/);
  assert.match(page.text, /overdue/);
  const owed = (await server.get("/v1/promises?overdue=true", { key: demo["key-IB"] })).json.promises;
  assert.ok(owed.some((p) => p.carrier === "IB" && p.level === 2));
});

test("the second airline's scan ends it", async () => {
  const answer = await server.post("/v1/events", { event_id: "readme-1", plate: demo.plate, travel_date: demo["travel-date"],
    code: "TRANSFER_IN", station: "LHR", from_carrier: "BA", occurred_at: clock.now }, { key: demo["key-IB"] });
  assert.equal(answer.status, 201, answer.text);
  assert.equal((await bag()).bag.custodian, "IB");
});

test("what it made is not made again", async () => {
  const before = readFileSync(join(server.data, "demo.txt"), "utf8");
  await server.kill("SIGTERM");
  await server.run();
  assert.equal(readFileSync(join(server.data, "demo.txt"), "utf8"), before);
  assert.equal((await bag()).bag.custodian, "IB");
});
