// SPDX-License-Identifier: Apache-2.0
// Which requirements no test names, and which names are of no requirement.  ids.txt is this tree's own list, so that it
// stands alone; where ../shared/requirements.md is at hand the two must agree.  A test names an id on a line that has
// `req:` or that gives a test its name.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { files, read, report, root } from "./lib.mjs";

const list = process.env.BW_LINT_IDS ?? join(dirname(fileURLToPath(import.meta.url)), "ids.txt");
const known = new Set();
for (const line of readFileSync(list, "utf8").split("\n")) {
  const range = /^([A-Z]{2,4}) (\d+)-(\d+)$/.exec(line);
  for (let n = Number(range?.[2]); n <= Number(range?.[3]); n++) known.add(`${range[1]}-${String(n).padStart(2, "0")}`);
}

const families = [...new Set([...known].map((id) => id.split("-")[0]))];
const anyId = new RegExp(`\\b(?:${families.join("|")})-\\d{1,3}\\b`, "g");
const faults = [];
if (known.size === 0) faults.push(`${list}: holds no ids`);

const shared = join(root, "..", "shared", "requirements.md");
if (existsSync(shared)) {
  const theirs = new Set(readFileSync(shared, "utf8").match(/^[A-Z]{2,4}-\d{2}(?= )/gm));
  for (const id of theirs) if (!known.has(id)) faults.push(`${id} is in requirements.md and not in ids.txt`);
  for (const id of known) if (!theirs.has(id)) faults.push(`${id} is in ids.txt and not in requirements.md`);
}

const naming = /\breq:|\b(test|it|describe|suite)(\.\w+)?\s*\(|\badd_test\b/;
const named = new Set();
const sources = files(["server", "include", "schema", "tests"], /\.(c|h|def|sql|mjs|ts|tsx|sh|cmake|vtc)$/);
for (const path of sources) {
  if (path.startsWith("tests/lint/")) continue;
  read(path)
    .split("\n")
    .forEach((line, index) => {
      for (const id of line.match(anyId) ?? []) {
        if (!known.has(id)) faults.push(`${path}:${index + 1}: there is no requirement ${id}`);
        else if (path.startsWith("tests/") && naming.test(line)) named.add(id);
      }
    });
}

const missing = [...known].filter((id) => !named.has(id));
console.log(`named by a test: ${named.size} of ${known.size}`);
for (const family of families) {
  const ids = missing.filter((id) => id.startsWith(`${family}-`));
  if (ids.length > 0) console.log(`named by no test: ${ids.join(" ")}`);
}
report(`${sources.length} files for requirement ids`, faults);
