// SPDX-License-Identifier: Apache-2.0
// The shipped program as it is: hardened (reliability.md S8), and with no way to set its clock (design.md 5).
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { report, root } from "./lib.mjs";

const program = process.env.BW_RELEASE ?? join(root, "build", "release", "bagwatchd");
const faults = [];
if (!existsSync(program)) {
  console.log(`skipped: ${program} is not built; ./bagwatch build release`);
  process.exit(77);
}
const readelf = (...flags) => execFileSync("readelf", ["-W", ...flags, program], { encoding: "utf8", maxBuffer: 1 << 28 });
const header = readelf("-h");
const segments = readelf("-l");
const dynamic = readelf("-d");
const symbols = readelf("--dyn-syms");
if (!/Type:\s+DYN/.test(header)) faults.push("not position-independent");
if (!/GNU_RELRO/.test(segments)) faults.push("no RELRO segment");
if (!/BIND_NOW|FLAGS_1.*NOW/.test(dynamic)) faults.push("symbols are bound lazily");
if (!/GNU_STACK.*\sRW\s/.test(segments)) faults.push("the stack is executable");
if (/LOAD.*\sRWE\s/.test(segments)) faults.push("a segment is writable and executable");
if (!/__stack_chk_fail/.test(symbols)) faults.push("no stack protector");
if (!/__\w+_chk/.test(symbols.replaceAll("__stack_chk_fail", ""))) faults.push("not fortified");
if (/\b(RPATH|RUNPATH)\b/.test(dynamic)) faults.push("looks for libraries in a path of its own");
if (readFileSync(program).includes("BAGWATCH_TEST_CLOCK")) faults.push("knows the test clock");
report("the release program", faults);
