// SPDX-License-Identifier: Apache-2.0
// File caps (style.md 1): 600 lines for code, 200 for a C header.  Functions are capped by clang-tidy at 60 lines.
import { files, lineCount, read, report } from "./lib.mjs";

const sources = files(["server", "include", "schema", "tests", "cmake"], /\.(c|h|sql|mjs|ts|tsx|css|sh|cmake)$/);
const faults = [];
const lengths = { c: [], h: [] };
for (const path of sources) {
  const lines = lineCount(read(path));
  const kind = path.slice(path.lastIndexOf(".") + 1);
  const cap = kind === "h" && !path.startsWith("tests/") ? 200 : 600; // a test's header holds code
  if (lines > cap) faults.push(`${path}: ${lines} lines, the cap is ${cap}`);
  if (path.startsWith("server/") || path.startsWith("include/")) lengths[kind]?.push(lines);
}
for (const [kind, all] of Object.entries(lengths)) {
  all.sort((a, b) => a - b);
  const at = (share) => all[Math.min(all.length - 1, Math.floor(all.length * share))];
  if (all.length > 0) console.log(`.${kind}: ${all.length} files, median ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)} lines`);
}
report(`${sources.length} files for length`, faults);
