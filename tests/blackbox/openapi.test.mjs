// SPDX-License-Identifier: Apache-2.0
// /openapi.json by itself: linted, with an example for every operation, event code and answer; every request of the examples is made, and
// Server.call() holds each answer against the document (as it does in every other file of these tests).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { Contract } from "../lib/openapi.mjs";
import { Server, source } from "../lib/server.mjs";

let server, api, contract, people;

before(async () => {
  server = await Server.start({ at: "2026-11-21T01:00:00Z" });
  api = (await server.get("/openapi.json")).json;
  contract = new Contract(api);
  server.account("ramp", "agent", "GROUNDCO", { kind: "handler" }); // the example of a mandate names it
  const admin = await server.login(server.account("root", "admin", "OPS", { kind: "operator" }));
  people = { agent: await server.login(server.account("agent", "agent", "IB")), key: { key: server.key("BA") }, admin,
    keeper: await server.login(server.account("keeper", "carrier-admin", "IB")), auditor: await server.auditor() };
});
after(() => server?.stop());

const operations = () => Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([method, o]) => ({ path, method: method.toUpperCase(), ...o })));
const examplesOf = (content) => (content.examples ? Object.values(content.examples).map((e) => e.value) : content.example === undefined ? [] : [content.example]);

/** The path with the examples of its parameters. */
const filled = (o) => o.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(o.parameters.find((p) => p.in === "path" && p.name === name).example));

/** Tries an operation as everybody until somebody may. */
async function asAnybody(o, path, body, type) {
  let answer;
  const headers = Object.fromEntries((o.parameters ?? []).filter((p) => p.name === "If-Match").map((p) => [p.name, p.example]));
  for (const who of [{}, ...Object.values(people)]) {
    answer = await server.call(o.method, path, { ...who, body, type, headers: { ...who.headers, ...headers } });
    if (![401, 403].includes(answer.status)) break;
  }
  return answer;
}

test("OPS-07 the description passes Redocly's recommended rules without a warning", async () => {
  const file = join(server.folder, "openapi.json");
  writeFileSync(file, JSON.stringify(api));
  // its rule closes every object, also those that stand within a larger one (anyOf); the test below holds examples against closed schemas
  writeFileSync(join(server.folder, "redocly.yaml"), JSON.stringify({ extends: ["recommended"],
    rules: { "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true } } }));
  // beside our own loop: while that stands still, fetch does not see the server close idle connections, and uses them
  const argv = [join(source, "tests/node_modules/@redocly/cli/bin/cli.js"), "lint", file, "--config", join(server.folder, "redocly.yaml"), "--format=stylish"];
  const got = await new Promise((done) => execFile(process.execPath, argv, { encoding: "utf8", cwd: server.folder, env: { ...process.env, REDOCLY_TELEMETRY: "off", CI: "1" } },
    (error, stdout, stderr) => done({ status: error?.code ?? 0, stdout, stderr })));
  assert.equal(got.status, 0, got.stdout + got.stderr);
  assert.doesNotMatch(got.stdout + got.stderr, /\d+ (warning|error)/);
});

test("OPS-07 every request body, parameter and JSON answer of every operation has an example that fits its schema", () => {
  const lacks = [];
  for (const o of operations()) {
    for (const p of o.parameters ?? []) if (p.example === undefined) lacks.push(`${o.operationId}: parameter ${p.name}`);
    const contents = Object.entries(o.requestBody?.content ?? {}).filter(([type]) => type !== "application/octet-stream" && !type.startsWith("image/")).map(([type, c]) => ["body", type, c]);
    for (const [status, said] of Object.entries(o.responses))
      for (const [type, c] of Object.entries(said.content ?? {})) if (type.endsWith("json")) contents.push([status, type, c]);
    for (const [where, type, content] of contents) {
      const examples = examplesOf(content);
      if (!examples.length) lacks.push(`${o.operationId}: ${where} ${type}`);
      for (const value of examples) {
        const misfit = typeof value === "string" ? null : contract.misfit(content.schema, value);
        if (misfit) lacks.push(`${o.operationId}: ${where}: ${misfit}`);
      }
    }
  }
  assert.deepEqual(lacks, []);
});

test("OPS-07 ING-14 the example of every event code is accepted from who may say it, alone and as a line of a bulk body", async () => {
  const single = api.paths["/v1/events"].post.requestBody.content["application/json"].examples;
  assert.deepEqual(Object.keys(single), Object.keys(api.paths["/v1/events:bulk"].post.requestBody.content["application/x-ndjson"].examples));
  assert.ok(Object.keys(single).length >= 30, Object.keys(single).join());
  const taken = new Set();
  for (const [code, { value }] of Object.entries(single)) {
    assert.equal(value.code, code);
    for (const who of [people.key, people.agent]) {
      const answer = await server.post("/v1/events", value, who);
      if ([200, 201].includes(answer.status)) taken.add(code);
      else assert.match(answer.json.type, /\/(code-not-yours|invalid-body)$/, `${code}: ${answer.text}`); // nobody hands a bag to itself
    }
  }
  assert.deepEqual(Object.keys(single).filter((code) => !taken.has(code)), []);
  for (const who of [people.key, people.agent]) {
    const body = Object.values(single).map(({ value }) => `${JSON.stringify({ ...value, event_id: `${value.event_id}-line` })}\n`).join("");
    const answer = await server.post("/v1/events:bulk", body, { ...who, type: "application/x-ndjson" });
    assert.equal(answer.status, 200, answer.text);
    for (const line of answer.text.trimEnd().split("\n").map((text) => JSON.parse(text)))
      assert.ok([200, 201].includes(line.status) || /\/(code-not-yours|invalid-body)$/.test(line.type), JSON.stringify(line));
  }
});

test("OPS-07 every other example is executed: bodies are taken, and what is asked for with the parameters is there", async () => {
  const made = /^(2..)$/;
  const last = (o) => o.operationId === "eraseCase"; // nothing can be done with the file of the examples after it
  for (const o of operations().filter((o) => o.requestBody && o.operationId !== "postEvent" && o.operationId !== "postEventsBulk").sort((a, b) => last(a) - last(b)))
    for (const [type, content] of Object.entries(o.requestBody.content)) {
      for (const value of examplesOf(content)) {
        const answer = await asAnybody(o, filled(o), value, type);
        const named = o.path.includes("{"); // an id that only an example knows
        const joined = /(link|case-step|ask)-refused$|(report|proposal)-settled$/.test(answer.json?.type); // an earlier example has joined the two, or has not asked for it
        assert.ok(made.test(answer.status) || (named && (answer.status === 404 || joined)), `${o.operationId}: ${answer.status} ${answer.text}`);
      }
    }
  const ref = (await server.get("/v1/search?q=0125728359", people.agent)).json.hits[0].case.ref;
  assert.equal(api.paths["/v1/cases/{ref}"].get.parameters[0].example, ref, "the first file of the examples has the reference of the examples");
  for (const o of operations().filter((o) => o.method === "GET" && !Object.keys(o.responses[200]?.content ?? {}).includes("text/event-stream"))) {
    const query = new URLSearchParams((o.parameters ?? []).filter((p) => p.in === "query").map((p) => [p.name, p.example])).toString();
    const answer = await asAnybody(o, filled(o) + (query && `?${query}`));
    const foreign = o.path.includes("{id}") && !o.path.startsWith("/v1/bags/"); // an id that only the example knows
    assert.ok(answer.status === 200 || (foreign && answer.status === 404), `${o.operationId} ${query}: ${answer.status} ${answer.text}`);
  }
});

test("OPS-07 every type of problem is a page that says what to do, for people and for programs", async () => {
  const slugs = ["invalid-body", "unknown-field", "not-utf8", "duplicate-key", "too-large", "too-deep", "unsupported-media", "event-id-conflict", "idempotency-mismatch",
    "idempotency-running", "time-ahead", "unknown-code", "code-not-yours", "too-many-bags", "not-found", "forbidden", "unauthenticated", "csrf", "rate-limited",
    "precondition-failed", "precondition-required", "busy", "database-away", "as-of-open"];
  for (const slug of slugs) {
    const program = await server.get(`/problems/${slug}`, { headers: { accept: "application/json" } });
    assert.equal(program.status, 200, slug);
    assert.ok(program.json.fix.length > 20, `${slug}: ${program.json.fix}`);
    const page = await server.get(`/problems/${slug}`, { headers: { accept: "text/html" } });
    assert.match(page.headers.get("content-type"), /^text\/html/);
    assert.ok(page.text.includes(slug));
  }
});
