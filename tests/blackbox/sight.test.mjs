// SPDX-License-Identifier: Apache-2.0
// Who sees what of a file: every actor of one table tries every route that reads, pages, stream and CSV too, and every seeded personal value is
// looked for in the bytes that come back: there where the table says so, and nowhere else.
// req: SEC-13 AUD-10 CASE-03 CASE-07 PAGE-11
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server, secret, until } from "../lib/server.mjs";
import { sql } from "../lib/wire.mjs";

const now = "2026-11-21T08:00:00Z";
/** Of the passenger, by class of data; none of them is a part of another. */
const values = {
  words: ["turquoise trunk, marmoset stickers", "dented at one corner"],
  initials: ["X.Q."],
  town: ["Villanueva", "Fuenlabrada"],
  names: ["Quetzalwoman", "Xochitl", "Tlaloc Helperman"],
  contacts: ["+34 611 998 877", "x.quetzal@example.net", "ZZ9PLU"],
  address: ["Calle Inventada 99", "Hotel Escondido 3"],
  contents: ["music, sheets and", "two silver flutes"],
  need: ["2026-12-31", "plays for a living"],
};
const looks = ["BU22MBC", "Zephyrsonite"], priority = "onward-departure"; // of the bags, and what cannot wait: for every carrier and auditor
const all = Object.keys(values), drop = ["+34 611 998 877", "Hotel Escondido 3", "Fuenlabrada"]; // where she is today, not where she lives
const journey = ["words", "initials", "town"];

let db, server, file, actors, link, companion, mandate;
const bags = ["0125000301", "0125000302"];

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: now, databaseUrl: db.owner });
  Object.values(values).flat().filter((v) => v.length > 12).forEach(secret); // no log may hold them (SEC-05)
  const key = {};
  for (const carrier of ["BA", "IB", "LH", "AF"]) key[carrier] = server.key(carrier);
  for (const [org, kind] of [["GROUNDMAD", "handler"], ["GROUNDLHR", "handler"], ["DESKCO", "handler"], ["GROUNDMUC", "handler"], ["NOBODYCO", "handler"], ["VELOX", "courier"], ["SLOWCO", "courier"]])
    key[org] = server.key(org, "--for", "IB,BA", "--kind", kind);
  await server.mandate("IB", "GROUNDMAD", { stations: ["MAD"], codes: ["ON_HAND", "TRANSFER_IN"] });
  await server.mandate("BA", "GROUNDLHR", { stations: ["LHR"] });
  mandate = await server.mandate("IB", "DESKCO");
  await server.mandate("IB", "GROUNDMUC", { stations: ["MUC"] });
  for (const org of ["VELOX", "SLOWCO"]) await server.mandate("IB", org, { codes: ["HANDED_TO_COURIER", "DELIVERY_ATTEMPTED", "DELIVERED", "RETURNED_TO_STATION"] });
  const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
  const body = {
    travel_date: "2026-11-20", station: "MAD", description: values.words[0], needed_by: values.need[0], language: "es", collector: values.names[2],
    bags: [{ plate: bags[0], code: looks[0], brand: looks[1], description: values.words[1], contents: [{ category: values.contents[0], text: values.contents[1] }] }, { plate: bags[1] }],
    delivery: [{ kind: "temporary", address: values.address[1], town: values.town[1], country: "ES", station: "MAD", from: "2026-11-20", until: "2026-11-30" }],
    priority: { class: priority, reason: values.need[1] },
    passenger: { surname: values.names[0], given: values.names[1] },
    contacts: { phone: values.contacts[0], mail: values.contacts[1], pnr: values.contacts[2], address: values.address[0], town: values.town[0] },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")],
  };
  const answer = await server.post("/v1/cases", body, { key: key.LH });
  assert.equal(answer.status, 201, answer.text);
  file = answer.json;
  file.bag = (await server.get(`/v1/bags/${bags[0]}`, { key: key.IB })).json.bag.id;
  link = new URL(file.customer_url, server.url).pathname;
  companion = new URL(server.verb(["link", "create", file.ref, "--companion"]).trim(), server.url).pathname;
  secret(companion.split("/")[2]);
  const person = async (role, org, kind) => server.login(server.account(`${role}.${org.toLowerCase()}`, role, org, { kind }));
  actors = {
    "nobody": { who: {}, sees: null },
    "key outside the journey": { who: { key: key.AF }, sees: null },
    "agent outside the journey": { who: await person("agent", "AF"), sees: null },
    "auditor outside the journey": { who: await person("auditor", "AF"), sees: null },
    "journey's key": { who: { key: key.BA }, sees: journey },
    "journey's agent": { who: await person("agent", "BA"), sees: journey },
    "journey's supervisor": { who: await person("supervisor", "BA"), sees: journey },
    "journey's auditor": { who: await person("auditor", "BA"), sees: [], asks: journey },
    "opener's key": { who: { key: key.LH }, sees: journey },
    "owner's key": { who: { key: key.IB }, sees: all },
    "owner's key for reading": { who: { key: server.key("IB", "--scope", "read") }, sees: journey },
    "owner's agent": { who: await person("agent", "IB"), sees: all },
    "owner's supervisor": { who: await person("supervisor", "IB"), sees: all },
    "owner's administrator": { who: await person("carrier-admin", "IB"), sees: [], asks: all },
    "owner's auditor": { who: await person("auditor", "IB"), sees: [], asks: all },
    "auditor of all": { who: await person("auditor", "OVERSIGHT", "auditor"), sees: [], asks: all },
    "operator": { who: await person("admin", "OPS", "operator"), sees: [], asks: all },
    "handler of the owner, scans at MAD": { who: { key: key.GROUNDMAD }, sees: journey },
    "handler of a journey's carrier at LHR": { who: { key: key.GROUNDLHR }, sees: journey },
    "handler that opens the owner's files": { who: { key: key.DESKCO }, sees: all },
    "handler at a station elsewhere": { who: { key: key.GROUNDMUC }, sees: null },
    "handler without a mandate": { who: { key: key.NOBODYCO }, sees: null },
    "courier": { who: { key: key.VELOX }, sees: null, courier: true },
    "another courier": { who: { key: key.SLOWCO }, sees: null },
  };
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

const valuesOf = (classes) => classes.flatMap((name) => values[name]);
/** Exactly these personal values stand in a text. */
function holds(text, allowed, needed, what) {
  const folded = text.toLowerCase(); // look-ups fold names
  for (const value of Object.values(values).flat()) {
    if (!allowed.includes(value)) assert.ok(!folded.includes(value.toLowerCase()), `${what}: shows "${value}"`);
    else if (needed) assert.ok(text.includes(value), `${what}: lacks "${value}"`);
  }
}

/** Every GET of the description but streams, with the file's and the bag's names, and the pages of staff. */
async function readings() {
  const { paths } = (await server.get("/openapi.json")).json;
  const fill = { ref: file.ref, id: file.bag };
  const list = [];
  for (const [path, item] of Object.entries(paths)) {
    if (!item.get || path.includes("{slug}") || path === "/v1/stream") continue;
    list.push(path.replace(/\{(\w+)\}/g, (_, name) => fill[name]));
  }
  list.push(`/v1/bags/${bags[0]}`, `/v1/bags/${file.ref}/events`, `/v1/search?q=${file.ref}`, `/v1/search?q=${bags[0]}`, "/v1/reports/stale?from=2026-11-20&to=2026-11-22&format=csv",
    "/desk", `/desk?q=${file.ref}`, `/desk/bags/${file.bag}`, `/desk/bags/${file.bag}/fragment`, `/desk/cases/${file.ref}`, "/desk/overdue", "/desk/proposals", "/desk/dead-letters", "/report", "/account");
  assert.ok(list.length > 30, list.join());
  return list;
}

/** What comes down a stream while something happens to the file. */
async function streamed(path, who, happen) {
  const stop = new AbortController();
  const answer = await fetch(server.url + path, { signal: stop.signal, headers: who.key ? { authorization: `Bearer ${who.key}` } : who.cookie ? { cookie: who.cookie } : {} });
  if (answer.status !== 200) return stop.abort(), { status: answer.status, text: await answer.text().catch(() => "") };
  let text = "";
  const reading = (async () => {
    for await (const chunk of answer.body) text += Buffer.from(chunk).toString("utf8");
  })().catch(() => {});
  await until(() => text.includes("event: hello"), "hello");
  await happen(() => text);
  stop.abort();
  await reading;
  return { status: 200, text };
}

test("every actor reads on every route what the table allows, and not a value more", async () => {
  const routes = await readings();
  let cells = 0;
  for (const [name, actor] of Object.entries(actors)) {
    const allowed = valuesOf(actor.sees ?? []);
    const answer = await server.get(`/v1/cases/${file.ref}`, actor.who);
    assert.equal(answer.status, name === "nobody" ? 401 : actor.sees ? 200 : 404, `${name}: ${answer.text}`);
    holds(answer.text, allowed, true, `${name} on the file`);
    for (const value of [...looks, priority]) assert.equal(answer.text.includes(value), actor.sees !== null, `${name}: ${value}`);
    if (actor.sees) assert.deepEqual(answer.json.bags.map((one) => one.bag.plate).sort(), bags, name);
    for (const route of routes) {
      const seen = await server.get(route, actor.who);
      assert.ok(seen.status < 500, `${name} on ${route}: ${seen.text}`);
      holds(seen.text.replaceAll(values.need[0], route.includes("/v1/cases/") ? values.need[0] : ""), allowed, false, `${name} on ${route}`);
      if (!actor.sees) assert.ok(!seen.text.replaceAll(encodeURIComponent(file.ref), "").replace(/"instance":"[^"]*"/, "").includes(file.bag), `${name} on ${route}: the bag`);
      cells++;
    }
  }
  assert.ok(cells > 700, `${cells} cells`);
});

test("customers see their own page without any name; a companion no more; strangers nothing", async () => {
  for (const path of [link, companion, `${link}/fragment`, `${companion}/fragment`]) {
    const page = await server.get(path);
    assert.equal(page.status, 200, path);
    holds(page.text, values.initials, false, path);
  }
  for (const route of [`/v1/cases/${file.ref}`, `/v1/bags/${bags[0]}`]) assert.equal((await server.get(route)).status, 401);
});

test("streams carry nothing personal, and nothing at all to who may not see the file", async () => {
  let serial = 0;
  for (const name of ["owner's agent", "journey's key", "agent outside the journey", "handler at a station elsewhere", "handler of the owner, scans at MAD", "courier", "auditor of all"]) {
    const { who, sees } = actors[name];
    const got = await streamed("/v1/stream", who, async (text) => {
      const said = await server.post("/v1/events", { event_id: `tick-${++serial}`, plate: bags[0], travel_date: "2026-11-20", code: "ON_HAND", station: "LHR", note: values.address[0],
        occurred_at: `2026-11-21T07:${10 + serial}:00Z` }, actors["journey's key"].who);
      assert.equal(said.status, 201, said.text);
      if (sees && !name.startsWith("handler")) await until(() => text().includes(`tick-${serial}`), `${name}: the change`);
      else await until(async () => (await server.get("/v1/bags/" + file.bag, actors["owner's key"].who)).json.bag.version >= said.json.bag.version, "stored");
    });
    assert.equal(got.status, 200, name);
    holds(got.text, [], false, `${name}'s stream`);
    if (!sees || name.startsWith("handler")) assert.ok(!got.text.includes(file.bag), `${name}: ${got.text}`);
  }
});

test("an auditor gives a reason per file, which is an event; it opens the file for that account for an hour (req: AUD-10)", async () => {
  const path = `/v1/cases/${file.ref}`;
  const note = "Quetzalwoman wrote to the board";
  const person = async (role, org, kind) => server.login(server.account(`later.${role}.${org.toLowerCase()}`, role, org, { kind }));
  for (const [name, actor] of Object.entries(actors)) {
    const answer = await server.post(`${path}:reveal`, { reason: "audit", note }, actor.who);
    const want = actor.asks ? [201] : name === "nobody" ? [401] : actor.sees ? [403] : [403, 404];
    assert.ok(want.includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
    if (!actor.asks) continue;
    assert.equal(answer.json.until, "2026-11-21T09:00:00Z");
    const open = await server.get(path, actor.who);
    holds(open.text, valuesOf(actor.asks), true, `${name} with a reason`);
    holds((await server.get(`/v1/bags/${file.bag}/events`, actor.who)).text, [], false, `${name}: the history`);
  }
  const colleague = await person("auditor", "IB");
  holds((await server.get(path, colleague)).text, [], true, "a reason is one account's");
  for (const bad of [{ reason: "curiosity", note }, { reason: "audit" }, { reason: "audit", note: "" }])
    assert.equal((await server.post(`${path}:reveal`, bad, colleague)).status, 422);
  const { events } = (await server.get(`/v1/bags/${file.bag}/events`, actors["owner's agent"].who)).json;
  const revealed = events.filter((e) => e.code === "DATA_REVEALED");
  assert.equal(revealed.length, Object.values(actors).filter((a) => a.asks).length);
  assert.ok(revealed.every((e) => e.reason === "audit" && e.sender.includes(".u")), JSON.stringify(revealed[0]));
  assert.ok(!JSON.stringify(events).includes("board"), "the words of a reason are sealed");
  const client = await sql(db.owner);
  try {
    for (const table of ["event", "event_private", "read_log", "feed_payload"])
      assert.equal((await client.query(`SELECT count(*)::int AS n FROM bagwatch.${table} t WHERE t::text LIKE '%board%'`)).rows[0].n, 0, table);
  } finally {
    await client.end();
  }
});

test("every reading of something personal is on record: who, when, which file, why; the record is only ever added to (req: CASE-07)", async () => {
  const path = `/v1/cases/${file.ref}`, chief = actors["owner's supervisor"].who;
  const records = async (who = chief) => (await server.get(`${path}/reads`, who)).json.reads;
  for (const [name, actor] of Object.entries(actors)) {
    const before = (await records()).map((one) => JSON.stringify(one));
    const answer = await server.get(path, actor.who);
    const after = await records(); // the clock stands still, so that the newest is told by what was not there
    const shows = answer.status === 200 && Object.values(values).flat().some((v) => answer.text.includes(v));
    assert.equal(after.length - before.length, shows ? 1 : 0, name);
    if (!shows) continue;
    for (const one of before) after.splice(after.findIndex((other) => JSON.stringify(other) === one), 1);
    const [last] = after;
    assert.deepEqual([last.at, last.why, last.holds_until], [now, actor.asks ? "reason-given" : "work-on-the-case", null], name);
    for (const shown of actor.asks ?? actor.sees) assert.ok(last.shown.includes(shown), `${name}: ${last.shown}`);
    assert.ok(actor.who.key ? last.role === "key" : last.name.startsWith(last.role), `${name}: ${last.name} ${last.role}`);
  }
  const before = (await records()).length;
  const first = await server.get(path, actors["owner's agent"].who);
  const again = await server.get(path, { ...actors["owner's agent"].who, headers: { "if-none-match": first.headers.get("etag") } });
  assert.deepEqual([again.status, again.text], [304, ""]);
  assert.equal((await records()).length, before + 1, "what was not shown is not a reading");
  for (const name of ["owner's auditor", "auditor of all", "owner's administrator", "operator"]) assert.equal((await records(actors[name].who)).length, before + 1, name);
  for (const name of ["owner's agent", "journey's supervisor", "owner's key"]) assert.equal((await server.get(`${path}/reads`, actors[name].who)).status, 403, name);
  assert.equal((await server.get(`${path}/reads`, actors["auditor outside the journey"].who)).status, 404);
  holds(JSON.stringify(await records()), [], false, "the record");
  const client = await sql(db.owner);
  try {
    for (const statement of ["UPDATE bagwatch.read_log SET why = 'x'", "DELETE FROM bagwatch.read_log", "UPDATE bagwatch.lookup_log SET why = 'x'", "DELETE FROM bagwatch.lookup_log"])
      await assert.rejects(client.query(`SET ROLE bagwatch_app; ${statement}`), /permission denied/);
  } finally {
    await client.end();
  }
});

test("with its mandate a handler's sight ends, whole or to what is left of it (req: SEC-13 SEC-10)", async () => {
  const { who } = actors["handler that opens the owner's files"], path = `/v1/cases/${file.ref}`;
  const narrow = await server.mandate("IB", "DESKCO", { codes: ["ON_HAND"], until: "2026-11-21" });
  await server.mandate("IB", "DESKCO", { from: "2026-11-22" }); // holds from tomorrow
  assert.equal((await server.call("DELETE", `/v1/mandates/${mandate.id}`, await server.chief("IB"))).status, 204);
  holds((await server.get(path, who)).text, valuesOf(journey), true, "scans alone are left");
  assert.equal((await server.call("DELETE", `/v1/mandates/${narrow.id}`, await server.chief("IB"))).status, 204);
  for (const route of [path, `/v1/bags/${file.bag}`, `/v1/bags/${file.bag}/events`]) assert.equal((await server.get(route, who)).status, 404, route);
  assert.deepEqual((await server.get(`/v1/search?q=${file.ref}`, who)).json.hits, []);
});

test("a reason holds for an hour (req: AUD-10)", async () => {
  const path = `/v1/cases/${file.ref}`;
  server.clock.set("2026-11-21T08:59:59Z");
  const who = await server.login({ name: "auditor.ib", password: "a good long password" }); // sessions do not idle for so long
  holds((await server.get(path, who)).text, valuesOf(all), true, "within the hour");
  server.clock.set("2026-11-21T09:00:00Z");
  holds((await server.get(path, who)).text, [], true, "after the hour");
});

test("a courier gets one address and one phone of what was handed to it, until 24 hours after the proof (req: SEC-13 SEC-10)", async () => {
  const courier = actors.courier.who, rival = actors["another courier"].who, owner = actors["owner's key"].who;
  const path = `/v1/cases/${file.ref}`;
  const say = async (who, code, at, more = {}) => {
    const answer = await server.post("/v1/events", { event_id: `${code}-${at}`, plate: bags[0], travel_date: "2026-11-20", code, occurred_at: at, station: "MAD", ...more }, who);
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  };
  const sees = async (who, is) => {
    const answer = await server.get(path, who);
    assert.equal(answer.status, is ? 200 : 404, answer.text);
    holds(answer.text, is ? drop : [], true, "the courier");
    if (is) assert.deepEqual(Object.keys(answer.json).sort(), ["brings", "drop", "id", "ref", "sees"]);
    for (const other of [`/v1/bags/${file.bag}`, `/v1/bags/${file.bag}/events`, "/v1/promises"]) holds((await server.get(other, who)).text, [], false, other);
  };
  await say(owner, "ARRIVED_AT_DESTINATION", "2026-11-21T07:40:00Z");
  await sees(courier, false);
  const bold = await say({ key: server.key("AF") }, "HANDED_TO_COURIER", "2026-11-21T07:41:00Z", { courier: "SLOWCO" });
  assert.ok(bold, "a stranger's word is kept");
  await sees(rival, false);
  await say(owner, "ARRIVED_AT_DESTINATION", "2026-11-21T07:42:00Z");
  await say(owner, "HANDED_TO_COURIER", "2026-11-21T07:45:00Z", { courier: "VELOX", window: { from: "2026-11-21T15:00:00Z", until: "2026-11-21T18:00:00Z" } });
  await sees(courier, true);
  await sees(rival, false);
  await say(owner, "RETURNED_TO_STATION", "2026-11-21T07:50:00Z");
  await sees(courier, false);
  const own = await say(courier, "HANDED_TO_COURIER", "2026-11-21T07:52:00Z", { for_carrier: "IB" });
  assert.equal(own.event.data.courier, "VELOX", "its own word names itself");
  assert.deepEqual([Object.keys(own.bag).sort(), own.promises], [["id", "plate", "version"], []], "of the bag it is told nothing else");
  await sees(courier, true);
  await say(courier, "DELIVERED", "2026-11-21T07:55:00Z", { proof: "pin", for_carrier: "IB" });
  server.clock.set("2026-11-22T07:54:59Z");
  await sees(courier, true);
  server.clock.set("2026-11-22T07:55:00Z");
  await sees(courier, false);
});
