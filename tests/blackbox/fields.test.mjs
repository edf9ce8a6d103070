// SPDX-License-Identifier: Apache-2.0
// Every parameter, body member and form field there is, one after another with values that no well-meaning sender sends: too long by letters
// of several bytes, cut letters, other types, far times.  Each is answered below 500 as /openapi.json says, and the server goes on.
// req: SEC-09 (what a field can hold; the bytes of bodies are the fuzzers')
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Contract } from "../lib/openapi.mjs";
import { Server } from "../lib/server.mjs";

const texts = ["", " ", "ABCD", "ABCDEFGHIJ", "é", `A${"é".repeat(40)}`, `AB${"é".repeat(260)}`, "é".repeat(2100), "😀".repeat(33), "\u202eabc", "a\u0000b", "A".repeat(300), "-1", "0", "2147483648",
  "99999999999999999999", "1e9", "2026-02-30", "0000-01-01", "9999-12-31", "2026-11-21T25:00:00Z", "9999-12-31T23:59:59Z", "1000-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000", "<b>&\"'"];
const bytes = ["%C3", "%ED%A0%80", "%00", "%", "%zz", "%F0%9F%98"]; // as they stand in an address or a form
const others = [null, true, -1, 0, 1.5, 1e300, [], {}, [[]], [null]];
const encoded = [...texts.map(encodeURIComponent), ...bytes];
const ADDRESS_MOST = 4000; // a longer one is refused before anybody looks what is in it

let server, api, link;
const faults = [], statuses = new Map(), accounts = {}, people = {};

before(async () => {
  server = await Server.start({ at: "2026-11-21T01:00:00Z" });
  api = (await server.get("/openapi.json")).json;
  assert.ok(new Contract(api).operation("GET", "/v1/me"));
  Object.assign(accounts, { agent: server.account("agent", "agent", "IB"), chief: server.account("chief", "supervisor", "IB"), keeper: server.account("keeper", "carrier-admin", "IB"),
    admin: server.account("root", "admin", "OPS", { kind: "operator" }), auditor: server.account("oversight", "auditor", "OVERSIGHT", { kind: "auditor" }) });
  people.key = { key: server.key("IB") };
  await logIn();
  const body = api.paths["/v1/cases"].post.requestBody.content["application/json"];
  const made = await server.post("/v1/cases", body.example ?? Object.values(body.examples)[0].value, people.agent);
  assert.equal(made.status, 201, made.text);
  link = new URL(made.json.customer_url).pathname;
});
after(() => server?.stop());

const later = (seconds) => server.clock.set(new Date(Date.parse(server.clock.now) + seconds * 1000).toISOString());
/** Everybody in again: a session ends where it is not used for a while. */
async function logIn() {
  later(120); // log-ins are limited
  for (const [name, account] of Object.entries(accounts)) people[name] = Object.assign(people[name] ?? {}, await server.login(account));
}

/** One request; who is refused for having asked too often asks again when the clock has gone on. */
async function send(what, method, path, options) {
  for (let turn = 0; ; turn++) {
    let answer;
    try {
      answer = await server.call(method, path, options);
    } catch (error) {
      assert.equal(server.child.exitCode ?? server.child.signalCode, null, `the server ended: ${what}`);
      faults.push(`${what}: ${error.message.slice(-300)}`);
      return null;
    }
    if (answer.status === 429 && turn < 3) {
      later(1 + Number(answer.headers.get("retry-after")));
      continue;
    }
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status >= 500) faults.push(`${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    return answer;
  }
}

/** How many were looked at for what they hold, not for who sent them. */
const lookedAt = () => [...statuses].reduce((n, [status, count]) => n + ([401, 403, 429].includes(status) ? 0 : count), 0);
const summary = () => [...statuses].map(([status, n]) => `${status}: ${n}`).join(", ");

/** As whoever may: tried once with the example, then known. */
const mayBy = new Map();
async function whoMay(o, path, body, type) {
  for (const [name, who] of [["nobody", {}], ...Object.entries(people)]) {
    const answer = await send(`${o.operationId} as ${name}`, o.method, path, { ...who, body, type, headers: { ...who.headers, "if-match": '"1"' } });
    if (answer && ![401, 403].includes(answer.status)) return who;
  }
  return people.agent;
}
const operations = () => Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([method, o]) => ({ path, method: method.toUpperCase(), ...o })))
  .filter((o) => !Object.values(o.responses).some((r) => r.content?.["text/event-stream"]) && o.operationId !== "eraseCase");
const examplesOf = (content) => (content.examples ? Object.values(content.examples).map((e) => e.value) : content.example === undefined ? [] : [content.example]);
const address = (o, odd = {}) => {
  const query = (o.parameters ?? []).filter((p) => p.in === "query").map((p) => `${encodeURIComponent(p.name)}=${odd[p.name] ?? encodeURIComponent(p.example)}`).join("&");
  return o.path.replace(/\{(\w+)\}/g, (_, name) => odd[name] ?? encodeURIComponent(o.parameters.find((p) => p.in === "path" && p.name === name).example)) + (query && `?${query}`);
};
const headersOf = (o) => Object.fromEntries((o.parameters ?? []).filter((p) => p.name === "If-Match").map((p) => [p.name, p.example]));

test("no parameter of any operation (req: SEC-09)", async () => {
  for (const o of operations()) {
    const [type, content] = Object.entries(o.requestBody?.content ?? {})[0] ?? [];
    const body = content && examplesOf(content)[0];
    const who = await whoMay(o, address(o), body, type);
    mayBy.set(o.operationId, who);
    for (const p of (o.parameters ?? []).filter((p) => p.in === "path" || p.in === "query"))
      for (const odd of encoded) {
        if (odd.length > ADDRESS_MOST || p.in === "path" && (odd === "" || odd === "%00" || odd.includes("/"))) continue;
        await send(`${o.operationId} ${p.name}=${odd.slice(0, 40)}`, o.method, address(o, { [p.name]: odd }), { ...who, body, type, headers: { ...who.headers, ...headersOf(o) } });
      }
  }
  assert.deepEqual(faults, []);
  console.log(`# ${summary()}`);
  assert.ok(lookedAt() > 2000, summary());
});

/** The value with each of its members, at any depth, replaced in turn: [path, copy]. */
function* changed(value, set, path = "") {
  if (value === null || typeof value !== "object") return;
  for (const name of Object.keys(value)) {
    for (const odd of set) yield [`${path}/${name}`, Array.isArray(value) ? value.map((v, k) => (String(k) === name ? odd : v)) : { ...value, [name]: odd }];
    for (const [at, inner] of changed(value[name], set, `${path}/${name}`)) yield [at, Array.isArray(value) ? value.map((v, k) => (String(k) === name ? inner : v)) : { ...value, [name]: inner }];
  }
}

test("no member of any body (req: SEC-09)", async () => {
  const seen = new Set();
  statuses.clear();
  await logIn();
  for (const o of operations().filter((o) => o.requestBody?.content["application/json"])) {
    const who = mayBy.get(o.operationId) ?? people.agent;
    for (const example of examplesOf(o.requestBody.content["application/json"]))
      for (const [at, body] of changed(example, [...texts, ...others])) {
        const odd = at.split("/").slice(1).reduce((v, name) => v?.[name], body), id = `${o.operationId} ${at} ${JSON.stringify(odd)}`;
        if (seen.has(id)) continue;
        seen.add(id);
        if (body.event_id && at !== "/event_id") body.event_id = `odd-${seen.size}`;
        await send(id.slice(0, 120), o.method, address(o), { ...who, body, headers: { ...who.headers, ...headersOf(o) } });
      }
  }
  assert.deepEqual(faults, []);
  console.log(`# ${summary()}`);
  assert.ok(lookedAt() > 4000, summary());
});

const unescaped = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
/** The forms of a page: where each goes, and its fields as a browser would send them untouched. */
function formsOf(html, path) {
  return (html.match(/<form[\s\S]*?<\/form>/g) ?? []).map((form) => {
    const head = form.match(/<form([^>]*)>/)[1], fields = new Map();
    for (const [, attributes] of form.matchAll(/<(?:input|button)\s([^>]*)>/g)) {
      const name = attributes.match(/name="([^"]*)"/)?.[1];
      if (name && !/type="file"/.test(attributes)) fields.set(name, unescaped(attributes.match(/value="([^"]*)"/)?.[1] ?? ""));
    }
    for (const [, name, text] of form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/g)) fields.set(name, unescaped(text));
    for (const [, name, options] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)) fields.set(name, unescaped(options.match(/value="([^"]*)"/)?.[1] ?? ""));
    return { to: unescaped(head.match(/action="([^"]*)"/)?.[1] ?? path), post: /method="post"/i.test(head), many: /multipart/.test(head), fields };
  });
}

test("no field of any form on any page (req: SEC-09)", async () => {
  const seen = new Set();
  statuses.clear();
  await logIn();
  const walks = [["the customer", { headers: { origin: server.url } }, [link, "/missing", "/login"]], ...["agent", "chief", "keeper", "admin"].map((name) => [name, people[name], ["/desk"]])];
  let forms = 0;
  for (const [name, who, start] of walks) {
    const pages = [...start], been = new Set();
    for (let path = pages.shift(); path && been.size < 80; path = pages.shift()) {
      const shape = path.replace(/[0-9a-f-]{36}|\d+|\?.*/g, "*");
      if (been.has(shape)) continue;
      been.add(shape);
      const page = await send(`${name} reads ${path}`, "GET", path, who);
      if (!page || !(page.headers.get("content-type") ?? "").startsWith("text/html")) continue;
      for (const [, to] of page.text.matchAll(/<a [^>]*href="(\/[^"#]*)/g)) if (!/^\/(static|openapi|problems|logout)/.test(to)) pages.push(unescaped(to));
      for (const form of formsOf(page.text, path)) {
        const id = `${form.post} ${form.to.replace(/[0-9a-f-]{36}|\?.*/g, "*")} ${[...form.fields.keys()].sort()}`;
        if (seen.has(id) || form.many || /log(in|out)/.test(form.to)) continue;
        seen.add(id);
        forms++;
        for (const field of [...form.fields.keys()].filter((f) => f !== "csrf"))
          for (const odd of encoded) {
            const sent = [...form.fields].map(([k, v]) => `${encodeURIComponent(k)}=${k === field ? odd : encodeURIComponent(v)}`).join("&"), what = `${name}: ${form.to} ${field}=${odd.slice(0, 40)}`;
            if (form.post) await send(what, "POST", form.to, { ...who, body: sent, type: "application/x-www-form-urlencoded" });
            else if (sent.length < ADDRESS_MOST) await send(what, "GET", `${form.to.split("?")[0]}?${sent}`, who);
          }
      }
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(forms >= 25, `${forms} forms: ${[...seen].join("\n")}`);
  console.log(`# ${summary()}`);
  assert.ok(lookedAt() > 1500, summary());
});
