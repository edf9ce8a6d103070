// SPDX-License-Identifier: Apache-2.0
// Claims: filed, acknowledged, assessed, offered or refused, accepted, paid; each step owed by the carrier that answers for the file;
// pictures without metadata; receipts that Node's own cryptography checks.
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { exif, jpeg, png } from "../lib/pictures.mjs";
import { Server } from "../lib/server.mjs";

let server, ib, ba, lh, desk, n = 0;
const place = "Calle Inventada 99, 40.4719N";

before(async () => {
  server = await Server.start({ at: "2026-11-21T08:00:00Z" });
  [ib, ba, lh] = ["IB", "BA", "LH"].map((carrier) => ({ key: server.key(carrier) }));
  desk = await server.login(server.account("agent-0", "agent", "IB"));
});
after(() => server?.stop());

/** Later, and so at the desk somebody else: a session ends when it is idle for half an hour. */
async function later(at) {
  server.clock.set(at);
  desk = await server.login(server.account(`agent-${++n}`, "agent", "IB"));
}
const leg = (flight, from, to) => ({ flight, date: "2026-11-20", from, to });
async function open(plate) {
  const answer = await server.post("/v1/cases", { plate, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "Xochiquetzalli" },
    itinerary: [leg("BA178", "JFK", "LHR"), leg("IB3167", "LHR", "MAD")] }, ib);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const id = () => `c-${++n}`;
const file = (ref, body, who = ib) => server.post(`/v1/cases/${ref}/claims`, { event_id: id(), ...body }, who);
const step = (ref, claim, word, more = {}, who = desk) => server.post(`/v1/cases/${ref}/claims/${claim}/steps`, { event_id: id(), step: word, ...more }, who);
const owed = async (ref) => (await server.get(`/v1/cases/${ref}`, ib)).json.promises.filter((p) => p.kind === "claim").map((p) => `${p.carrier} ${p.owed} ${p.due}`);
const refusal = { reason: "not-shown", rule: "Montreal Convention, Article 17(2)", evidence: "The bag was accepted damaged, see tag.", appeal: "Write to us within 30 days." };

test("req: CASE-08 CASE-05 a claim goes from filed to paid, each step a promise of the carrier that answers for the file", async () => {
  const { ref } = await open("0125000101");
  server.clock.set("2026-11-21T09:00:00Z");
  const filed = await file(ref, { kind: "damage", bag: 1, amount: "120.50", currency: "EUR", note: "A wheel is broken off." });
  assert.equal(filed.status, 201, filed.text);
  const { claim } = filed.json;
  assert.deepEqual([claim.number, claim.kind, claim.bag, claim.step, claim.reached, claim.owner], [1, "damage", 1, "filed", "IB", "IB"]);
  assert.equal(filed.headers.get("location"), `/v1/cases/${ref}/claims/1`);
  assert.equal((await server.get(`/v1/cases/${ref}`, ib)).json.state, "CLAIM");
  assert.deepEqual(await owed(ref), ["IB claim-acknowledge 2026-11-22T09:00:00Z"]);
  const told = { acknowledged: {}, assessed: { note: "Wheel torn off, 5 years old.", amount: "80", currency: "EUR" },
    offered: { amount: "95.00", currency: "EUR" }, accepted: { note: "On the phone." }, paid: { amount: "95.00", currency: "EUR" } };
  const due = { acknowledged: "IB claim-assess 2026-11-24T10:00:00Z", assessed: "IB claim-offer 2026-11-28T10:00:00Z", accepted: "IB claim-pay 2026-11-28T10:00:00Z" };
  await later("2026-11-21T10:00:00Z");
  for (const [word, more] of Object.entries(told)) {
    const answer = await step(ref, 1, word, more);
    assert.equal(answer.status, 201, `${word}: ${answer.text}`);
    assert.equal(answer.json.claim.step, word);
    assert.deepEqual(await owed(ref), due[word] ? [due[word]] : [], word);
  }
  const { json } = await server.get(`/v1/cases/${ref}/claims/1`, desk);
  assert.ok(json.over);
  assert.deepEqual(json.history.map((h) => [h.step, h.by, h.source, h.amount ?? ""]), [["filed", "IB", "json", "120.50"], ["acknowledged", "IB", "staff", ""],
    ["assessed", "IB", "staff", "80"], ["offered", "IB", "staff", "95.00"], ["accepted", "IB", "staff", ""], ["paid", "IB", "staff", "95.00"]]);
  const damaged = await server.post("/v1/events", { event_id: id(), plate: "0125000101", travel_date: "2026-11-20", code: "DAMAGE_REPORTED", occurred_at: "2026-11-21T09:30:00Z", station: "MAD" }, ib);
  assert.equal(damaged.status, 201, damaged.text);
  const list = (await server.get(`/v1/cases/${ref}/claims`, ib)).json.claims;
  assert.deepEqual(list.map((c) => [c.number, c.kind, c.bag, c.step]), [[1, "damage", 1, "paid"], [2, "damage", 1, "filed"]]);
  assert.deepEqual(list[1].history.map((h) => h.step), ["filed"]);
});

test("req: CASE-08 steps out of their order, by the wrong carrier or by a machine for a customer are refused, and say what stands in the way", async () => {
  const { ref } = await open("0125000102");
  await file(ref, { kind: "missing", bag: 1 });
  const early = await step(ref, 1, "offered", { amount: "5", currency: "EUR" });
  assert.equal(early.status, 409);
  assert.equal(early.json.type, "/problems/claim-order");
  assert.match(early.json.detail, /claim 1 is filed: offered cannot follow/);
  assert.equal((await file(ref, { kind: "missing", bag: 1 })).status, 409);
  assert.equal((await file(ref, { kind: "loss", bag: 2 })).status, 422);
  assert.equal((await step(ref, 1, "acknowledged", {}, ba)).status, 403, "only the carrier that answers for the file");
  for (const [word, more] of [["acknowledged", {}], ["assessed", {}], ["offered", { amount: "5", currency: "EUR" }]]) assert.equal((await step(ref, 1, word, more)).status, 201, word);
  assert.equal((await step(ref, 1, "accepted", {}, ib)).status, 403, "a machine accepts nothing for a customer");
  assert.equal((await step(ref, 1, "withdrawn")).status, 403, "only the customer takes a claim back");
  assert.equal((await step(ref, 1, "declined", { note: "Too little." })).status, 201);
  assert.equal((await step(ref, 1, "appealed")).json.errors[0].pointer, "/note");
  assert.equal((await step(ref, 1, "appealed", { note: "See the receipt." })).status, 201);
  assert.equal((await step(ref, 1, "refused", { reason: "not-shown" })).json.errors.length, 3, "rule, evidence and appeal are needed");
  const refused = await step(ref, 1, "refused", refusal);
  assert.equal(refused.status, 201, refused.text);
  const last = refused.json.claim.history.at(-1);
  assert.deepEqual([last.reason, last.rule, last.evidence, last.appeal], [refusal.reason, refusal.rule, refusal.evidence, refusal.appeal]);
  assert.ok(last.because.length > 10);
  assert.deepEqual(refused.json.claim.may_follow, [], "one appeal");
  assert.deepEqual((await step(ref, 1, "paid", { amount: "5" })).json.errors.map((e) => e.pointer), ["/currency"]);
  assert.equal((await step(ref, 7, "acknowledged")).status, 404);
  assert.equal((await step(ref, "1x", "acknowledged")).status, 404);
  for (const amount of ["-5", "1e3", "5.", "1.2345", "1.2.3", "0123456789", "five"])
    assert.equal((await file(ref, { kind: "expenses", amount, currency: "EUR" })).status, 422, amount);
});

test("req: CASE-08 the same claim told twice is one claim; another content under its id is refused", async () => {
  const { ref } = await open("0125000103");
  const body = { event_id: "twice", kind: "expenses", amount: "10", currency: "EUR" };
  const [one, two] = await Promise.all([file(ref, body), file(ref, body)]);
  assert.deepEqual([one.status, two.status].sort(), [200, 201]);
  assert.deepEqual([one.json.claim.number, two.json.claim.number], [1, 1]);
  assert.equal((await file(ref, { ...body, amount: "99" })).status, 409);
  assert.equal((await file(ref, { kind: "expenses" })).json.claim.number, 2);
});

test("req: CASE-08 SEC-13 carriers of the journey see the steps, the carrier that answers sees amounts, words and pictures, others nothing", async () => {
  const { ref } = await open("0125000104");
  await file(ref, { kind: "damage", bag: 1, amount: "777.77", currency: "EUR", note: "My grandmother's trunk." });
  const added = await server.post(`/v1/cases/${ref}/claims/1/pictures`, jpeg(), { ...ib, type: "image/jpeg" });
  assert.equal(added.status, 201, added.text);
  const picture = `/v1/cases/${ref}/claims/1/pictures/${added.json.claim.pictures[0].id}`;
  const own = await server.get(`/v1/cases/${ref}/claims`, desk), other = await server.get(`/v1/cases/${ref}/claims`, ba);
  assert.match(own.text, /777\.77.*grandmother/);
  assert.equal(other.json.claims[0].step, "filed");
  assert.doesNotMatch(other.text, /777|grandmother|pictures/);
  assert.equal((await fetch(server.url + picture, { headers: { authorization: `Bearer ${ib.key}` } })).status, 200);
  assert.equal((await server.get(picture, ba)).status, 404);
  assert.equal((await server.get(`/v1/cases/${ref}/claims`, lh)).status, 404);
  assert.equal((await file(ref, { kind: "loss" }, lh)).status, 404);
  assert.equal((await server.post(`/v1/cases/${ref}/claims/1/pictures`, jpeg({ tail: "other" }), { ...lh, type: "image/jpeg" })).status, 404);
  assert.equal((await file(ref, { kind: "loss" }, ba)).status, 201, "a carrier of the journey may file it for the customer");
});

async function fetchPicture(path, who) {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${who.key}` } });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

test("req: CASE-08 SEC-05 pictures are known by content, stripped of metadata, sealed on disk, and served as nothing but a picture", async () => {
  const { ref } = await open("0125000105");
  await file(ref, { kind: "damage", bag: 1 });
  const at = `/v1/cases/${ref}/claims/1/pictures`;
  const photo = jpeg({ segments: [[0xe1, exif(6, place)], [0xe2, `MPF\0${place}`], [0xfe, place]], tail: `PK\x03\x04${place}` });
  const shot = png({ chunks: [["tEXt", `Comment\0${place}`], ["iTXt", `XML:com.adobe.xmp\0\0\0\0\0${place}`], ["eXIf", exif(8, place).subarray(6)]], tail: `<script>${place}` });
  for (const [sent, declared, media] of [[photo, "image/jpeg", "image/jpeg"], [shot, "image/jpeg", "image/png"]]) {
    assert.ok(sent.includes(place));
    const added = await server.post(at, sent, { ...ib, type: declared });
    assert.equal(added.status, 201, added.text);
    const said = added.json.claim.pictures.find((p) => p.media === media);
    assert.ok(said, added.text);
    const got = await fetchPicture(`${at}/${said.id}`, ib);
    assert.equal(got.status, 200);
    assert.ok(!got.bytes.includes(place) && !got.bytes.includes("Inventada") && !got.bytes.includes("GPS") && !got.bytes.includes("PK\x03\x04"));
    assert.equal(got.bytes.includes(Buffer.from([0x88, 0x25])), false, "the GPS block's tag is gone");
    assert.equal(createHash("sha256").update(got.bytes).digest("hex"), said.sha256);
    assert.equal(got.bytes.length, said.bytes);
    assert.match(got.headers.get("content-disposition"), /^attachment; filename="MADIB\d{5}-1-\d\.(jpg|png)"$/);
    assert.equal(got.headers.get("x-content-type-options"), "nosniff");
    assert.match(got.headers.get("content-security-policy"), /sandbox/);
    assert.equal(got.headers.get("cache-control"), "no-store");
    assert.equal(got.headers.get("content-type"), media);
    const again = await server.post(at, sent, { ...ib, type: declared });
    assert.equal(again.status, 200, "the same picture is the same attachment");
    const path = join(server.data, "attachments", said.id.slice(0, 2), said.id), sealed = readFileSync(path);
    assert.equal(sealed.length, said.bytes + 28);
    assert.ok(!sealed.includes(got.bytes.subarray(0, 8)), "nothing of it stands in clear on disk");
    sealed[20] ^= 1;
    writeFileSync(path, sealed);
    assert.equal((await fetchPicture(`${at}/${said.id}`, ib)).status, 500, "a file that was changed is not served");
  }
  const list = (await server.get(`/v1/cases/${ref}/claims/1`, ib)).json.pictures;
  assert.equal(list.length, 2);
  const other = await open("0125000106");
  await file(other.ref, { kind: "damage", bag: 1 });
  assert.equal((await server.get(`/v1/cases/${other.ref}/claims/1/pictures/${list[0].id}`, ib)).status, 404, "another file's picture is not there");
});

/** Status of an upload that says how long it will be and sends nothing of it. */
const announced = (path, length, more = { authorization: `Bearer ${ib.key}` }) => new Promise((done, failed) => {
  const headers = { "content-type": "image/jpeg", "content-length": length, ...more };
  const asked = request(server.url + path, { method: "POST", headers }, (answer) => { answer.resume(); asked.destroy(); done(answer.statusCode); });
  asked.on("error", failed);
  asked.flushHeaders();
});

test("req: CASE-08 SEC-09 what is no picture, too large, cut or too many is refused, and leaves no file behind", async () => {
  const { ref } = await open("0125000107");
  await file(ref, { kind: "damage", bag: 1 });
  const at = `/v1/cases/${ref}/claims/1/pictures`, whole = jpeg();
  const files = () => readdirSync(join(server.data, "attachments")).flatMap((folder) => readdirSync(join(server.data, "attachments", folder))).length;
  const before = files();
  const bad = { pdf: "%PDF-1.7\n", svg: "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", gif: "GIF89a\x01\0\x01\0", empty: "", cut: whole.subarray(0, whole.length - 3),
    bomb: png({ width: 65000, height: 65000 }), wide: jpeg({ width: 40000, height: 1 }), crc: Buffer.concat([png().subarray(0, 30), Buffer.from([1]), png().subarray(31)]) };
  for (const [name, bytes] of Object.entries(bad)) {
    const answer = await server.post(at, Buffer.from(bytes), { ...ib, type: "image/jpeg" });
    assert.equal(answer.status, 422, `${name}: ${answer.status} ${answer.text}`);
    assert.equal(answer.json.type, "/problems/unusable-photo");
  }
  assert.equal((await server.post(at, whole, { ...ib, type: "application/pdf" })).status, 415);
  assert.equal((await server.post(at, whole, { ...ib, type: "image/jpeg", headers: { "content-encoding": "gzip" } })).status, 415);
  assert.equal(await announced(at, (8 << 20) + 1), 413);
  assert.equal((await server.post(at, whole, { type: "image/jpeg" })).status, 401, "who sends is settled before the body");
  assert.equal(files(), before);
  for (let k = 0; k < 20; k++) {
    const answer = await server.post(at, png({ width: 4 + k }), { ...ib, type: "image/png" });
    assert.equal(answer.status, 201, `${k}: ${answer.text}`);
  }
  const more = await server.post(at, png({ width: 99 }), { ...ib, type: "image/png" });
  assert.equal(more.status, 409);
  assert.equal(files(), before + 20);
  assert.ok(!existsSync(join(server.data, "attachments", ".new")));
});

test("req: CASE-08 a signed receipt names the carrier that it reached and the pictures; Node's own cryptography checks it", async () => {
  const { ref } = await open("0125000108");
  const filed = (await file(ref, { kind: "loss", amount: "1500", currency: "EUR" })).json;
  const keys = (await server.get("/v1/receipt-key")).json.keys;
  const check = (receipt) => {
    const [head, payload, signature] = receipt.receipt.split(".");
    const header = JSON.parse(Buffer.from(head, "base64url"));
    const jwk = keys.find((key) => key.kid === header.kid);
    assert.ok(jwk && header.alg === "EdDSA");
    const key = createPublicKey({ key: jwk, format: "jwk" });
    assert.ok(verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, "base64url")));
    const bent = Buffer.from(payload, "base64url").toString().replace('"IB"', '"BA"');
    assert.ok(!verify(null, Buffer.from(`${head}.${Buffer.from(bent).toString("base64url")}`), key, Buffer.from(signature, "base64url")), "another carrier in it is noticed");
    return JSON.parse(Buffer.from(payload, "base64url"));
  };
  const first = check(filed.receipt);
  assert.deepEqual(first, filed.receipt.says);
  assert.deepEqual([first.v, first.ref, first.claim, first.kind, first.reached, first.attachments], [1, ref, 1, "loss", "IB", []]);
  const added = await server.post(`/v1/cases/${ref}/claims/1/pictures`, jpeg(), { ...ib, type: "image/jpeg" });
  const again = (await server.get(`/v1/cases/${ref}/claims/1/receipt`, ib)).json, second = check(again);
  assert.deepEqual(second, { ...first, attachments: [added.json.claim.pictures[0].sha256] });
  assert.equal((await server.get(`/v1/cases/${ref}/claims/1/receipt`, ib)).json.receipt, again.receipt, "the same claim gives the same receipt");
  assert.doesNotMatch(Buffer.from(filed.receipt.receipt.split(".")[1], "base64url").toString(), /1500|Xochi/);
});

/* --- the customer --- */

async function browser(method, path, fields, headers = {}) {
  const body = fields instanceof FormData ? fields : fields && new URLSearchParams(fields);
  const answer = await fetch(server.url + path, { method, body, redirect: "manual", headers: { origin: server.url, ...headers } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
const once = (text, part) => text.match(new RegExp(`name="once" value="(\\w+${part})"`))[1];

test("req: CASE-08 PAGE-07 the customer files a claim at the page, adds a picture, sees who owes what by when, and answers the offer, without scripts", async () => {
  const { ref, customer_url } = await open("0125000109"), link = new URL(customer_url).pathname, at = `${link}/claims`;
  await later("2026-11-21T12:00:00Z");
  assert.ok((await browser("GET", link)).text.includes(`href="${at}"`), "the status page leads there");
  const empty = await browser("GET", at);
  assert.equal(empty.status, 200);
  const form = { once: once(empty.text, ""), kind: "damage", bag: "1", amount: "49.90", currency: "EUR", note: "Wheel & handle <broken>\r\nboth" };
  const filed = await browser("POST", at, form);
  assert.equal(filed.status, 303, filed.text);
  assert.equal(filed.headers.get("location"), at);
  assert.equal((await browser("POST", at, form)).status, 303, "sent twice, filed once");
  let page = (await browser("GET", at)).text;
  assert.equal(page.match(/data-claim=/g).length, 1);
  assert.match(page, /It reached .*IB.*<time datetime="2026-11-21T12:00:00Z">/s);
  assert.match(page, /<strong>Next, .*<\/strong>\s*<time datetime="2026-11-22T12:00:00Z">/);
  assert.match(page, /Wheel &amp; handle &lt;broken&gt;/);
  const picture = new FormData();
  picture.append("picture", new Blob([jpeg({ segments: [[0xe1, exif(3, place)]] })], { type: "text/html" }), "../../x.html");
  const added = await browser("POST", `${at}/1/pictures`, picture);
  assert.equal(added.status, 303, added.text);
  page = (await browser("GET", at)).text;
  const shown = page.match(new RegExp(`${at}/1/pictures/[0-9a-f-]+`))[0], got = await fetch(server.url + shown), bytes = Buffer.from(await got.arrayBuffer());
  assert.equal(got.headers.get("content-type"), "image/jpeg");
  assert.match(got.headers.get("content-disposition"), /^attachment/);
  assert.ok(!bytes.includes("Inventada"));
  for (const [word, more] of [["acknowledged", {}], ["assessed", {}], ["offered", { amount: "40", currency: "EUR", note: "For the wheel." }]])
    assert.equal((await step(ref, 1, word, more)).status, 201, word);
  page = (await browser("GET", at)).text;
  assert.match(page, /Amount: 40 EUR/);
  const declined = await browser("POST", `${at}/1/steps`, { once: once(page, "-a"), step: "declined" });
  assert.equal(declined.status, 303, declined.text);
  page = (await browser("GET", at)).text;
  assert.equal((await browser("POST", `${at}/1/steps`, { once: once(page, "-p"), step: "appealed", note: "The handle too." })).status, 303);
  assert.equal((await step(ref, 1, "refused", refusal)).status, 201);
  page = (await browser("GET", at)).text;
  for (const words of ["what happened was not shown", refusal.rule, refusal.evidence, refusal.appeal]) assert.ok(page.includes(words), words);
  assert.doesNotMatch(page, /value="appealed"/, "one appeal");
  const receipt = await browser("GET", `${at}/1/receipt`);
  assert.match(receipt.headers.get("content-disposition"), /^attachment; filename="MADIB\d{5}-1-receipt\.json"$/);
  assert.equal(JSON.parse(receipt.text).says.reached, "IB");
  assert.doesNotMatch(page, /\blost\b|\bsoon\b|check back|guarantee/i);
});

test("req: CASE-08 SEC-02 the customer's forms take nothing from another site, nothing that only a carrier says, and nothing by a companion's link", async () => {
  const { ref, customer_url } = await open("0125000110"), link = new URL(customer_url).pathname, at = `${link}/claims`;
  const fields = { once: "abcdefgh12345678", kind: "loss", note: "x" };
  assert.equal((await browser("POST", at, fields, { origin: "https://evil.example" })).status, 403);
  assert.equal((await browser("POST", at, fields, { "sec-fetch-site": "cross-site" })).status, 403);
  const picture = new FormData();
  picture.append("picture", new Blob([jpeg()]), "x.jpg");
  const type = { "content-type": "multipart/form-data; boundary=ab", cookie: "" };
  assert.equal(await announced(`${at}/1/pictures`, 1000, { ...type, origin: "https://evil.example" }), 403, "before the first byte");
  assert.equal((await browser("POST", `${at}/1/pictures`, picture)).status, 404, "no such claim");
  for (const odd of [`${"a".repeat(31)}é`, "é".repeat(40), "a".repeat(300)]) assert.equal((await browser("POST", at, { ...fields, once: odd })).status, 422, odd);
  assert.equal((await browser("POST", at, fields)).status, 303);
  assert.equal((await browser("POST", `${at}/1/steps`, { once: "a1", step: "acknowledged" })).status, 403);
  assert.equal((await browser("POST", `${at}/1/steps`, { once: "a2", step: "paid", amount: "1", currency: "EUR" })).status, 409);
  const empty = new FormData();
  empty.append("note", "no picture");
  assert.equal((await browser("POST", `${at}/1/pictures`, empty)).status, 422);
  const companion = new URL(server.verb(["link", "create", ref, "--companion"]).trim(), server.url).pathname;
  assert.equal((await browser("GET", companion)).status, 200);
  assert.equal((await browser("GET", `${companion}/claims`)).status, 404);
  assert.equal((await browser("POST", `${companion}/claims`, { ...fields, once: "b1" })).status, 404);
  assert.equal((await browser("GET", `${companion}/claims/1/receipt`)).status, 404);
  assert.equal((await browser("GET", "/t/AAAAAAAAAAAAAAAAAAAAAA/claims")).status, 404);
});

test("req: CASE-08 CASE-06 BAG-07 erasing a file leaves the steps of its claims, and nothing of amounts, words and pictures; the fold still equals the log", async () => {
  const { ref } = await open("0125000111");
  await file(ref, { kind: "damage", bag: 1, amount: "321.09", currency: "EUR", note: "A marmoset sticker came off." });
  const added = await server.post(`/v1/cases/${ref}/claims/1/pictures`, jpeg(), { ...ib, type: "image/jpeg" });
  assert.equal(added.status, 201, added.text);
  const picture = `/v1/cases/${ref}/claims/1/pictures/${added.json.claim.pictures[0].id}`;
  assert.match(server.verb(["verify"]), / 0 differences/);
  const chief = await server.login(server.account("chief-ib", "supervisor", "IB"));
  assert.equal((await server.post(`/v1/cases/${ref}:erase`, {}, chief)).status, 200);
  const after = await server.get(`/v1/cases/${ref}/claims`, ib);
  assert.equal(after.status, 200, after.text);
  assert.doesNotMatch(after.text, /321\.09|marmoset/);
  assert.deepEqual([after.json.claims[0].step, after.json.claims[0].pictures], ["filed", []]);
  assert.equal((await server.get(picture, ib)).status, 404);
  const late = await server.post(`/v1/cases/${ref}/claims/1/pictures`, png(), { ...ib, type: "image/png" });
  assert.ok([404, 410].includes(late.status), late.text);
  assert.match(server.verb(["verify"]), / 0 differences/);
});
