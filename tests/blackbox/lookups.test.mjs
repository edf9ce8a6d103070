// SPDX-License-Identifier: Apache-2.0
// Where one may look: one's own carriers' files by what one sees of them; others' by an exact name, for a reason, twenty times an hour on all
// instances together, and then one is told whom to ask.  req: SEC-14
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

const now = "2026-11-21T08:00:00Z";
let db, one, two, olga, account, chief, file, stray;
const plate = "0125000401";

before(async () => {
  db = await Database.start();
  one = await Server.start({ at: now, databaseUrl: db.owner });
  two = await one.twin();
  const ib = one.key("IB");
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  file = (await one.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Quetzalwoman" }, contacts: { phone: "+34 611 998 877" },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, { key: ib })).json;
  stray = (await one.post("/v1/events", { event_id: "s", plate: "0075111333", travel_date: "2026-11-20", code: "ON_HAND", station: "MAD", occurred_at: "2026-11-21T07:00:00Z" }, { key: ib })).json;
  account = one.account("olga.lh", "agent", "LH");
  olga = await one.login(account);
  chief = await one.login(one.account("chief.of.lh", "supervisor", "LH"));
});
after(async () => {
  await two?.stop();
  await one?.stop();
  await db?.stop();
});

const look = (value, who = olga, server = one, more = {}) =>
  server.post("/v1/lookups", { value, reason: "customer-here", ...more }, who.headers ? { ...who, headers: { ...who.headers, origin: server.url } } : who);

test("an account belongs to an organisation, and searches its carriers' files alone", async () => {
  assert.throws(() => one.verb(["user", "create", "nobody's", "--role", "agent"], "a good long password\n"));
  const ib = await one.login(one.account("ana.ib", "agent", "IB"));
  const auditor = await one.login(one.account("auditor.ib", "auditor", "IB"));
  for (const q of [plate, file.ref, "Quetzalwoman", "quetzalwomen", "+34611998877", "8877"]) {
    const path = `/v1/search?q=${encodeURIComponent(q)}`, exact = [plate, file.ref].includes(q);
    assert.deepEqual((await one.get(path, ib)).json.hits.map((hit) => hit.case.ref), [file.ref], `its own by ${q}`);
    assert.deepEqual((await one.get(path, olga)).json.hits, [], `another's by ${q}`);
    const audit = await one.get(path, auditor); // AUD-10: nobody is looked for by what an auditor may not see
    assert.equal(audit.json.hits?.length ?? 0, exact ? 1 : 0, `an auditor by ${q}: ${audit.text}`);
    assert.ok(!audit.text.toLowerCase().includes("quetzal"), audit.text);
  }
});

test("by an exact plate or reference, and for a reason, one is told whom to ask and nothing else", async () => {
  for (const [value, hit] of [[plate, { plate, ref: file.ref, ask: "IB", yours: false }], [file.ref, { plate, ref: file.ref, ask: "IB", yours: false }],
    ["0075111333", { plate: "0075111333", ask: "IB", yours: false }]]) {
    const answer = await look(value);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.hits, [hit]);
    for (const word of ["MAD\"", "LHR", stray.bag.id, file.case_id, "Quetzal", "611"]) assert.ok(!answer.text.includes(word), `${word}: ${answer.text}`);
  }
  assert.deepEqual((await look("0999999999")).json.hits, []);
  assert.deepEqual((await look("MADIB99999")).json.hits, []);
  for (const [value, more] of [["BA000401", {}], [file.case_id, {}], ["Quetzalwoman", {}], ["+34611998877", {}], [plate, { reason: "curiosity" }], [plate, { reason: undefined }]])
    assert.equal((await look(value, olga, one, more)).status, 422, `${value} ${JSON.stringify(more)}`);
});

test("who looked, when, for what and why stands where supervisors and auditors of the organisation read it", async () => {
  const rows = (await one.get("/v1/lookups", chief)).json.lookups;
  assert.equal(rows.length, 5, "also what was not there");
  assert.ok(rows.every((r) => r.name === "olga.lh" && r.organisation === "LH" && r.why === "customer-here" && r.at === now));
  assert.deepEqual(rows.map((r) => `${r.kind} ${r.value}`).sort(), ["plate 0075111333", `plate ${plate}`, "plate 0999999999", `ref ${file.ref}`, "ref MADIB99999"].sort());
  assert.equal((await one.get("/v1/lookups", await one.auditor())).json.lookups.length, 5);
  assert.deepEqual((await one.get("/v1/lookups", await one.chief("IB"))).json.lookups, [], "not another's");
  assert.equal((await one.get("/v1/lookups", olga)).status, 403);
});

test("it is for agents: not for keys, auditors, administrators or couriers", async () => {
  one.account("first.velox", "scanner", "VELOX", { kind: "courier" });
  const callers = { key: { key: one.key("LH") }, auditor: await one.login(one.account("auditor.lh", "auditor", "LH")), keeper: await one.login(one.account("keeper.lh", "carrier-admin", "LH")),
    courier: await one.login(one.account("agent.velox", "agent", "VELOX")), operator: await one.login(one.account("root", "admin", "OPS", { kind: "operator" })) };
  for (const [name, who] of Object.entries(callers)) assert.equal((await look(plate, who)).status, 403, name);
});

test("twenty an hour, of one account, on all instances together, however many at once", async () => {
  const answers = await Promise.all(Array.from({ length: 24 }, (_, k) => look(k % 3 ? "0999999998" : plate, olga, k % 2 ? one : two)));
  const taken = answers.filter((a) => a.status === 200), refused = answers.filter((a) => a.status === 429);
  assert.deepEqual([taken.length, refused.length], [15, 9], answers.map((a) => a.status).join());
  assert.deepEqual(taken.map((a) => a.json.left).sort((a, b) => a - b), Array.from({ length: 15 }, (_, k) => k));
  assert.ok(refused.every((a) => !a.text.includes(file.ref) && Number(a.headers.get("retry-after")) > 0));
  const colleague = await one.login(one.account("otto.lh", "agent", "LH"));
  assert.equal((await look(plate, colleague)).json.left, 19, "another account has its own");
  one.clock.set("2026-11-21T08:59:59Z");
  assert.equal((await look(plate, await one.login(account))).status, 429);
  one.clock.set("2026-11-21T09:00:01Z");
  assert.equal((await look(plate, await one.login(account))).status, 200);
});
