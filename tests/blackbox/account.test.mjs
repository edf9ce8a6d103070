// SPDX-License-Identifier: Apache-2.0
// A person's own account: one-time codes set up on the page, asked for at log-in, good once, turned off, reset by the
// operator; passwords changed and accounts disabled from the command line.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { Server } from "../lib/server.mjs";

let server;
before(async () => { server = await Server.start({ at: "2026-11-20T09:00:00Z" }); });
after(async () => { await server?.stop(); });

/** What an authenticator shows: RFC 6238 over a secret in base32. */
function code(secret, at) {
  const bits = [...secret.replaceAll(" ", "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.parse(at) / 30_000)));
  const mac = createHmac("sha1", bytes).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const logIn = (fields) => server.post("/login", new URLSearchParams(fields).toString(),
  { type: "application/x-www-form-urlencoded", headers: { origin: server.url } });
const form = (who, path, fields) => server.post(path, new URLSearchParams({ csrf: who.headers["x-csrf-token"], ...fields }).toString(),
  { cookie: who.cookie, type: "application/x-www-form-urlencoded", headers: { origin: server.url } });

test("one-time codes from set-up to turning off (req: SEC-02)", async () => {
  const account = server.account("nina", "agent", "SK");
  const who = await server.login(account);
  const plain = await server.get("/account", { cookie: who.cookie });
  assert.equal(plain.status, 200);
  assert.match(plain.text, /nina, agent of SK/);
  assert.match(plain.text, /action="\/account\/codes"/);
  assert.equal(plain.headers.get("cache-control"), "no-store");

  assert.equal((await form(who, "/account/codes", {})).status, 303);
  const pending = await server.get("/account", { cookie: who.cookie });
  const secret = pending.text.match(/class="secret">([A-Z2-7 ]+)</)[1];
  assert.match(pending.text, new RegExp(`otpauth://totp/Bagwatch:nina\\?secret=${secret.replaceAll(" ", "")}&`.replace("&", "&amp;")));
  assert.equal((await logIn(account)).status, 303, "not asked for before it was confirmed");
  const wrong = await form(who, "/account/codes/confirm", { code: "abcdef" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /not the code of this half minute/);
  assert.equal((await form(who, "/account/codes/confirm", { code: code(secret, "2026-11-20T09:00:00Z") })).status, 303);
  const on = await server.get("/account", { cookie: who.cookie });
  assert.doesNotMatch(on.text, /class="secret"|otpauth/, "nobody sees the secret again");

  assert.equal((await logIn(account)).status, 401);
  assert.equal((await logIn({ ...account, code: code(secret, "2026-11-20T09:00:00Z") })).status, 401, "used to turn them on");
  server.clock.set("2026-11-20T09:05:00Z");
  const next = code(secret, "2026-11-20T09:05:00Z");
  assert.equal((await logIn({ ...account, password: "a wrong long password", code: next })).status, 401);
  assert.equal((await logIn({ ...account, code: next })).status, 303, "a wrong password does not use the code up");
  assert.equal((await logIn({ ...account, code: next })).status, 401, "but a log-in does");

  server.clock.set("2026-11-20T09:10:00Z");
  const off = code(secret, "2026-11-20T09:10:00Z");
  assert.equal((await form(who, "/account/codes/off", { code: next })).status, 422);
  assert.equal((await form(who, "/account/codes/off", { code: off })).status, 303);
  assert.equal((await logIn(account)).status, 303);
});

test("the operator resets a lost authenticator, changes a password, disables an account (req: SEC-02)", async () => {
  const account = server.account("olga", "agent", "SK");
  const who = await server.login(account);
  await form(who, "/account/codes", {});
  const secret = (await server.get("/account", { cookie: who.cookie })).text.match(/class="secret">([A-Z2-7 ]+)</)[1];
  await form(who, "/account/codes/confirm", { code: code(secret, "2026-11-20T09:10:00Z") });
  assert.equal((await logIn(account)).status, 401);
  server.verb(["user", "codes-off", "olga"]);
  assert.equal((await logIn(account)).status, 303);
  server.verb(["user", "password", "olga"], "another long password\n");
  assert.equal((await logIn(account)).status, 401);
  assert.equal((await logIn({ ...account, password: "another long password" })).status, 303);
  server.verb(["user", "disable", "olga"]);
  assert.equal((await logIn({ ...account, password: "another long password" })).status, 401);
});
