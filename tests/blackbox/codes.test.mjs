// SPDX-License-Identifier: Apache-2.0
// The one table of event codes from outside: what /openapi.json says of each code is what the server holds bodies to.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { Server } from "../lib/server.mjs";

let server, keys, people, document, examples, valid, serial = 0;

before(async () => {
  server = await Server.start({ at: "2026-11-20T20:50:00Z" });
  keys = { BA: server.key("BA"), IB: server.key("IB") };
  people = { BA: await server.chief("BA"), IB: await server.chief("IB") };
  document = (await server.get("/openapi.json")).json;
  examples = document.paths["/v1/events"].post.requestBody.content["application/json"].examples;
  const ajv = new Ajv2020({ strict: false });
  formats(ajv);
  ajv.addSchema(document, "doc");
  valid = ajv.compile({ $ref: "doc#/components/schemas/EventIn" });
});
after(() => server?.stop());

/** Posts as a key, or as a person where the code is a person's; a carrier takes no bag from itself. */
async function post(body) {
  const who = body.from_carrier === "BA" ? "IB" : "BA";
  const byKey = await server.post("/v1/events", body, { key: keys[who] });
  const notYours = [byKey.json.type, ...(byKey.json.errors ?? []).map((e) => e.code)].some((slug) => slug?.endsWith("code-not-yours"));
  return notYours ? server.post("/v1/events", body, people[who]) : byKey;
}
const fresh = (value, code) => ({ ...value, code, event_id: `x-${++serial}`, plate: `0125${String(500000 + serial)}` });

test("every code has an example that its schema and the server accept (req: ING-14 ING-01 OPS-07)", async () => {
  const codes = Object.keys(examples);
  assert.ok(codes.length > 30);
  assert.deepEqual(document.components.schemas.EventIn.allOf[1].properties.code.enum, codes);
  for (const code of codes) {
    const { value, summary } = examples[code];
    assert.equal(value.code, code);
    assert.ok(summary.length > 10, code);
    assert.ok(valid(value), `${code}: ${JSON.stringify(valid.errors)}`);
    const answer = await post(fresh(value, code));
    assert.equal(answer.status, 201, `${code}: ${answer.text}`);
    assert.equal(answer.json.event.code, code);
  }
});

test("without any field that its row requires a body fits neither the schema nor the server (req: ING-14 ING-05)", async () => {
  let tried = 0;
  for (const rule of document.components.schemas.EventIn.allOf.filter((r) => r.if)) {
    const code = rule.if.properties.code.const;
    for (const field of rule.then.required) {
      const body = fresh(examples[code].value, code);
      assert.ok(field in body, `${code}: its example shows ${field}`);
      delete body[field];
      assert.ok(!valid(body), `${code} without ${field}`);
      const answer = await post(body);
      assert.equal(answer.status, 422, `${code} without ${field}: ${answer.text}`);
      assert.deepEqual(answer.json.errors.map((e) => e.pointer), [`/${field}`], `${code}: ${answer.text}`);
      tried++;
    }
  }
  assert.ok(tried > 25, `${tried}`);
});

test("a field that is not the code's is refused by both; a code that is posted elsewhere is in no schema (req: ING-14)", async () => {
  const odd = { courier: "VELOX", station: "LHR", place: "hall", proof: "pin", new_plate: "same", to_carrier: "SK", from_carrier: "SK", to_station: "CDG", searched: "hall", person: "S-1",
    reason: "26", note: "x", action: "asked", asked: "LHR", waiting_for: "BA", next_step_at: "2026-11-21T04:00:00Z",
    flight: { no: "BA178", date: "2026-11-20" }, replaces: [{ event_id: "x" }], window: { from: "2026-11-21T15:00:00Z", until: "2026-11-21T18:00:00Z" } };
  for (const code of ["BAG_SEEN", "DELIVERED", "LOSS_ADMITTED", "CORRECTION"]) {
    const { then } = document.components.schemas.EventIn.allOf.find((r) => r.if?.properties.code.const === code);
    for (const field of Object.keys(then.properties)) {
      const body = { ...fresh(examples[code].value, code), [field]: odd[field] };
      assert.ok(!valid(body), `${code} with ${field}`);
      const answer = await post(body);
      assert.equal(answer.status, 422, `${code} with ${field}: ${answer.text}`);
      assert.ok(answer.json.errors.some((e) => e.pointer === `/${field}`), answer.text);
    }
  }
  for (const code of ["CASE_OPENED", "PROMISE_MISSED", "WATCH_STARTED", "MANDATE_GRANTED"]) {
    assert.ok(!(code in examples) && !valid(fresh(examples.BAG_SEEN.value, code)));
    const answer = await post(fresh(examples.BAG_SEEN.value, code));
    assert.deepEqual(answer.json.errors.find((e) => e.pointer === "/code").code, "code-not-yours", answer.text);
  }
});
