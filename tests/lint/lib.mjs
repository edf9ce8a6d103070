// SPDX-License-Identifier: Apache-2.0
// What the lints share: the files of the tree, C text split into code, strings and comments, and one way to report.
// Uses nothing but Node itself, so that a lint runs on a bare checkout.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The tree that is looked at: this one, or the one that tests/lint/selftest.mjs plants faults in. */
export const root = process.env.BW_LINT_ROOT ?? join(here, "..", "..");

const skipped = new Set([".git", "build", "node_modules", "results"]);

/** Paths, relative to the root and sorted, of the files under `folders` whose path fits `pattern`. */
export function files(folders, pattern) {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) walk(path);
      else if (entry.isFile() && !skipped.has(entry.name) && pattern.test(relative(root, path))) found.push(relative(root, path));
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(join(root, folder));
  return found.sort();
}

export const read = (path) => readFileSync(join(root, path), "utf8");

/** Number of lines as `wc -l` counts them. */
export const lineCount = (text) => text.split("\n").length - 1;

const C_TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;
const blank = (text) => text.replace(/[^\n]/g, " ");

/** C text without comments and without the insides of strings, each line where it was; and the strings with their lines. */
export function splitC(text) {
  const strings = [];
  const code = text.replace(C_TOKEN, (token, offset) => {
    if (token[0] === '"') {
      const lineStart = text.lastIndexOf("\n", offset) + 1;
      if (/^\s*#\s*include\s*$/.test(text.slice(lineStart, offset))) return token;
      strings.push({ line: text.slice(0, offset).split("\n").length, text: token.slice(1, -1) });
      return `"${blank(token.slice(1, -1))}"`;
    }
    return token[0] === "'" ? `'${blank(token.slice(1, -1))}'` : blank(token);
  });
  return { code, strings };
}

/** SQL text without its comments, each line where it was. */
export const splitSql = (text) => text.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, blank);

/** Ends the lint: lists the faults, or says what was looked at. */
export function report(looked, faults) {
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? `clean: ${looked}` : `${faults.length} faults; looked at ${looked}`);
  process.exit(faults.length === 0 ? 0 : 1);
}
