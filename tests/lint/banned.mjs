// SPDX-License-Identifier: Apache-2.0
// Calls that the tree does without (style.md 5.6): they write past an end, hide errors, keep hidden state, run a shell;
// and in scripts of the tests what the Node of Debian 12 (18) does not have.
import { pathToFileURL } from "node:url";
import { files, read, report, splitC } from "./lib.mjs";

const unsafe = [
  ...["strcpy", "strcat", "strncat", "stpcpy", "sprintf", "vsprintf", "gets", "strtok", "alloca", "mktemp", "tmpnam"],
  ...["localtime", "gmtime", "ctime", "asctime", "rand", "srand", "random", "srandom", "drand48", "inet_ntoa"],
];
// What a test may do with what it sent itself, in a process of its own, and a server may not with what strangers sent.
const unfit = [
  ...["atoi", "atol", "atoll", "atof", "strtol", "strtoul", "strtoll", "strtoull", "scanf", "sscanf", "fscanf"],
  ...["system", "popen", "signal", "setjmp", "longjmp", "setenv", "putenv", "unsetenv"],
  ...["getpwnam", "getpwuid", "getgrnam", "getgrgid", "gethostbyname"],
];

/** Younger than Node 18. */
const young = [/\.(toSpliced|toSorted|toReversed|isWellFormed|toWellFormed|isDisjointFrom|isSubsetOf)\s*\(/g,
  /\b(Object\.groupBy|Map\.groupBy|Array\.fromAsync|Promise\.withResolvers|Promise\.try|URL\.canParse|crypto\.hash)\s*\(/g,
  /\b(import\.meta\.(?:dirname|filename)|new WebSocket)\b/g];

/** Names that the product calls nowhere; those of `unsafe` hold for the tests' C too. */
export const banned = [...unsafe, ...unfit];

function main() {
  const calls = (names) => new RegExp(`(?<![\\w.>])(${names.join("|")})\\s*\\(`, "g");
  const clock = /(?<![\w.>])(clock_gettime|gettimeofday|time|timespec_get)\s*\(/g;
  const sources = files(["server", "include", "tests"], /\.(c|h|def)$/);
  const faults = [];
  for (const path of sources) {
    const { code } = splitC(read(path));
    const patterns = [calls(path.startsWith("tests/") ? unsafe : banned)];
    if (/^server\/(?!base\/)/.test(path)) patterns.push(clock);
    code.split("\n").forEach((line, index) => {
      for (const pattern of patterns)
        for (const match of line.matchAll(pattern)) faults.push(`${path}:${index + 1}: ${match[1]}() is banned`);
    });
  }
  const scripts = files(["server", "tests"], /\.(m?js|ts)$/).filter((path) => path !== "tests/lint/banned.mjs");
  for (const path of scripts)
    read(path).split("\n").forEach((line, index) => {
      for (const pattern of young)
        for (const match of line.matchAll(pattern)) faults.push(`${path}:${index + 1}: ${match[1]} is younger than Node 18`);
    });
  report(`${sources.length} files for banned calls, ${scripts.length} scripts for what Node 18 has not`, faults);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main();
