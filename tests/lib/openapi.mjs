// SPDX-License-Identifier: Apache-2.0
// Holds what a server answers against what its /openapi.json says it answers (OPS-07): the status is listed, the media type is, the body
// fits its schema, and holds no member that the schema does not name.
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** A copy in which an object that names its members has no others; one of several forms (anyOf) keeps them open. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, key === "example" || key === "examples" ? value : closed(value)]));
  if (copy.type === "object" && copy.properties && copy.additionalProperties === undefined && !copy.anyOf) copy.additionalProperties = false;
  return copy;
}

export class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
    addFormats(this.ajv);
    const open = new Set(Object.values(document.components.schemas).flatMap((s) => (s.anyOf ?? []).map((one) => one.$ref).filter(Boolean)));
    const schemas = Object.fromEntries(Object.entries(document.components.schemas).map(([name, schema]) => [name, closed(schema)]));
    for (const ref of open) { // stands in a larger object as well: closed there it would refuse that one's other members
      const name = ref.split("/").at(-1);
      schemas[`${name}Open`] = { ...schemas[name], additionalProperties: true };
    }
    for (const schema of Object.values(schemas)) for (const one of schema.anyOf ?? []) if (one.$ref) one.$ref += "Open";
    this.ajv.addSchema({ $id: "bagwatch:/openapi", components: { schemas } });
    this.compiled = new Map();
    this.paths = Object.keys(document.paths).map((path) => ({
      path,
      literal: path.replace(/\{[^}]*\}/g, "").length,
      shape: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]*\}/g, "[^/]+")}$`),
    })).sort((a, b) => b.literal - a.literal);
  }

  /** The described operation that a request meets, or null: pages and assets are not described. */
  operation(method, target) {
    const path = target.split("?")[0];
    const found = this.paths.find(({ path: pattern, shape }) => shape.test(path) && this.document.paths[pattern][method.toLowerCase()]);
    return found ? { path: found.path, ...this.document.paths[found.path][method.toLowerCase()] } : null;
  }

  /** The first faults of a value against a schema of the document, as one text, or null. */
  misfit(schema, value) {
    const key = JSON.stringify(schema);
    if (!this.compiled.has(key)) this.compiled.set(key, this.ajv.compile(JSON.parse(key.replaceAll('"#/', '"bagwatch:/openapi#/'))));
    const fits = this.compiled.get(key);
    return fits(value) ? null : fits.errors.slice(0, 4).map((e) => `${e.instancePath || "/"} ${e.message} ${JSON.stringify(e.params)}`).join("; ");
  }

  /** What is wrong with an answer { status, headers, json, text }, or null. */
  fault(method, target, answer) {
    const operation = this.operation(method, target);
    if (!operation) return null;
    const what = `${operation.operationId} ${answer.status}`;
    let said = operation.responses[answer.status];
    if (!said) return `${what}: the status is not listed`;
    if (said.$ref) said = this.document.components.responses[said.$ref.split("/").at(-1)];
    const type = (answer.headers.get("content-type") ?? "").split(";")[0];
    if (!said.content) return answer.text ? `${what}: a body where none is described` : null;
    const content = said.content[type];
    if (!content) return `${what}: ${type || "no media type"} is not listed`;
    if (!type.endsWith("json")) return null;
    const values = type.endsWith("ndjson") ? answer.text.split("\n").filter(Boolean).map((line) => JSON.parse(line)) : [answer.json];
    for (const value of values) {
      const misfit = this.misfit(content.schema, value);
      if (misfit) return `${what}: ${misfit}`;
    }
    return null;
  }
}
