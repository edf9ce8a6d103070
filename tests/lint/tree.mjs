// SPDX-License-Identifier: Apache-2.0
// What stands in every file: its licence, and nothing of one machine, no package host, nothing left open.
import { files, read, report } from "./lib.mjs";

const licensed = /(^|\/)(bagwatch|CMakeLists\.txt|run|requirements)$|\.(c|h|def|cmake|sql|mjs|js|ts|tsx|css|sh)$/;
const text = /(^|\/)(bagwatch|run|requirements|Dockerfile|LICENSE|NOTICE|\.[a-z-]+)$|\.(c|h|def|cmake|sql|mjs|js|ts|tsx|css|sh|md|json|yaml|yml|conf|html|mustache|txt|vtc|csv|properties)$/;
// A statement's file opens with its name, which the generator in schema/ reads (style.md 5b).
const statement = /^-- name: /;
const data = /^tests\/.*\/(corpus|fixtures|golden)\//;

// Written in pieces, so that this file passes its own test.
const machine = /(^|[\s"'`=(:])\/(wor[k]|far[m])\/|\/home\/[a-z]+\//;
const host = /[a-z0-9.-]*(registr[y]|de[b]|secur[i]ty|snapsh[o]t)\.[a-z0-9.-]*(npmj[s]|deb[i]an|nodesour[c]e)[a-z0-9.-]*\.(org|com|net)/;
const open = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b(?!\\s*\\(#\\d+\\))`);

const all = files(["."], text).filter((path) => !data.test(path));
const faults = [];
for (const path of all) {
  const content = read(path);
  const lines = content.split("\n");
  if (licensed.test(path) && !statement.test(content) && !lines.slice(0, 3).some((line) => line.includes("SPDX-License-Identifier: Apache-2.0")))
    faults.push(`${path}:1: no SPDX line among the first three`);
  if (path.endsWith("package-lock.json") && content.includes('"resolved":'))
    faults.push(`${path}: names a package host; write it again with tests/.npmrc in force`);
  lines.forEach((line, index) => {
    const at = `${path}:${index + 1}`;
    if (machine.test(line)) faults.push(`${at}: a path of one machine`);
    if (host.test(line)) faults.push(`${at}: the address of a package host`);
    if (licensed.test(path) && open.test(line)) faults.push(`${at}: left open without an issue's number`);
  });
}
report(`${all.length} files`, faults);
