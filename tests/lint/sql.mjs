// SPDX-License-Identifier: Apache-2.0
// SQL stands in .sql files alone, reads no clock (design.md 5), names no realm (7), and every statement file is used.
import { basename } from "node:path";
import { files, read, report, splitC, splitSql } from "./lib.mjs";

const faults = [];

// A string of C that begins like a statement, or holds its unmistakable middle.  BEGIN, COMMIT, LISTEN and SET are
// protocol, not queries: storage may write them.
const statement =
  /^\s*(select\s|insert\s+into\s|update\s+\w+(\.\w+)?\s+set\s|delete\s+from\s|merge\s+into\s|with\s+\w+\s+as\s*\(|(create|alter|drop)\s+(or\s|table|role|user|schema|index|function|view|database|extension|type|policy|sequence|unlogged|temp)|truncate\s|grant\s|revoke\s|copy\s+\w+\s*(\(|from|to))|\b(insert\s+into\s+\w+|delete\s+from\s+\w+|select\s+[\w*,.() ]+\sfrom\s+\w+)/i;
const sources = files(["server", "include"], /\.(c|h|def)$/);
for (const path of sources)
  for (const { line, text } of splitC(read(path)).strings)
    if (statement.test(text.replace(/\\[nt]/g, " "))) faults.push(`${path}:${line}: SQL belongs in schema/: "${text.slice(0, 60)}"`);

// One statement reads the database's clock, because the offset to it has to be measured (design.md 5).
const reader = "schema/queries/clock_read.sql";
const clock =
  /\bnow\s*\(|\bcurrent_(date|time|timestamp)\b|\blocaltime(stamp)?\b|\b(clock|statement|transaction)_timestamp\s*\(|\btimeofday\s*\(|'(now|today|tomorrow|yesterday)'/i;
const scripts = files(["schema"], /\.sql$/);
for (const path of scripts) {
  if (path === reader) continue;
  splitSql(read(path))
    .split("\n")
    .forEach((line, index) => {
      const match = clock.exec(line);
      if (match) faults.push(`${path}:${index + 1}: ${match[0].trim()} reads a clock; take $now`);
    });
}

// The same scripts make both realms, and the same statements read them: whoever names a schema writes into the other one (ING-15).
const realm = /\bbagwatch(_test)?"?\s*\./i;
for (const path of scripts) {
  if (path.startsWith("schema/bootstrap/")) continue; // the setting that tells it the realm is called bagwatch.schema
  splitSql(read(path))
    .split("\n")
    .forEach((line, index) => {
      if (realm.test(line)) faults.push(`${path}:${index + 1}: names a realm's schema; the search path says which it is`);
    });
}

const queries = files(["schema/queries"], /\.sql$/);
const users = files(["server", "include", "tests"], /\.(c|h|def|mjs|sh)$/).map((path) => read(path).toLowerCase());
for (const path of queries) {
  const name = basename(path, ".sql").toLowerCase();
  const used = new RegExp(`(?<![a-z0-9])(bw_(stmt|sql|q|query)_)?${name}(?![a-z0-9_])`);
  if (!users.some((text) => used.test(text))) faults.push(`${path}: no C file and no test uses it`);
}
report(`${sources.length} C files, ${scripts.length} SQL files`, faults);
