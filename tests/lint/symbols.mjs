// SPDX-License-Identifier: Apache-2.0
// What the layer libraries of the build export and what they call: exported names start with bw_, nothing banned is
// linked, the system clock is asked by base alone, domain calls nothing that does I/O, waits or allocates.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { banned } from "./banned.mjs";
import { report, root } from "./lib.mjs";

const build = process.env.BW_BUILD ?? join(root, "build", "dev");
const clocks = /^(clock_gettime|gettimeofday|time|ftime|timespec_get)$/;
const impure =
  /^(malloc|calloc|realloc|free|strdup|strndup|f?printf|puts|fopen|fread|fwrite|open|openat|read|write|socket|getenv|getrandom|rand|nanosleep|pthread_\w+|mtx_\w+|thrd_\w+)$/;
const bannedName = new Set(banned);

const nm = (flags, library) =>
  execFileSync("nm", [...flags, "--format=posix", library], { encoding: "utf8", maxBuffer: 1 << 28 })
    .split("\n")
    .map((line) => line.split(" "))
    .filter((words) => words.length >= 2);

const ofLayer = /^libbw_(base|domain|storage|push|app|http)\.a$/;
const libraries = existsSync(build) ? readdirSync(build).filter((name) => ofLayer.test(name)) : [];
const faults = [];
for (const library of libraries) {
  const layer = library.slice("libbw_".length, -".a".length);
  for (const [name] of nm(["--extern-only", "--defined-only"], join(build, library)))
    if (!name.startsWith("bw_")) faults.push(`${library}: exports ${name}; exported names start with bw_`);
  const called = new Set(nm(["--undefined-only"], join(build, library)).map(([name]) => name.replace(/@.*/, "")));
  for (const call of called) {
    const name = call.replace(/^__(\w+)_chk$/, "$1").replace(/^__isoc\d+_/, "");
    if (bannedName.has(name)) faults.push(`${library}: calls ${name}, which is banned`);
    if (layer !== "base" && clocks.test(name)) faults.push(`${library}: calls ${name}; the clock is base's to ask`);
    if (layer === "domain" && impure.test(name)) faults.push(`${library}: calls ${name}, but domain is pure`);
  }
}
if (libraries.length === 0) faults.push(`no layer library in ${build}: build first`);
report(`${libraries.length} libraries`, faults);
