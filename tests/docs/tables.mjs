// SPDX-License-Identifier: Apache-2.0
// ARCHITECTURE.md carries the state tables as the build prints them: `node tests/docs/tables.mjs PRINTER [--write]`.  req: BAG-03
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const file = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "ARCHITECTURE.md");
const [printer, flag] = process.argv.slice(2);
const printed = execFileSync(printer, { encoding: "utf8" });
const text = readFileSync(file, "utf8");
const [head, rest] = text.split("<!-- tables: begin -->\n");
const tail = rest?.split("<!-- tables: end -->")[1];
if (tail === undefined) throw new Error("ARCHITECTURE.md has no place for the tables");
const wanted = `${head}<!-- tables: begin -->\n${printed}\n<!-- tables: end -->${tail}`;
if (flag === "--write") writeFileSync(file, wanted);
else if (wanted !== text) {
  console.error("ARCHITECTURE.md differs from what the build prints; run: node tests/docs/tables.mjs build/dev/docs.tables --write");
  process.exit(1);
}
console.log("the state tables are those of the program");
