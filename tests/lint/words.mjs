// SPDX-License-Identifier: Apache-2.0
// The message catalogues say the same in every language: the same keys in the same order with the same {arguments}, no key
// that nothing prints, none that is printed and not there, nothing that is never said (CLK-07), no plan without its
// planner, and each language's own typography.
import { readFileSync } from "node:fs";
import { files, read, report, splitC } from "./lib.mjs";

const faults = [];
const folder = "server/web/catalogues";
const languages = files([folder], /\.json$/).map((path) => path.slice(folder.length + 1, -".json".length));
// Written as text, so that a key that stands twice is found: JSON.parse would keep the last.
const member = /^ {2}("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),?$/gm;
const catalogues = new Map();
for (const language of languages) {
  const entries = [...read(`${folder}/${language}.json`).matchAll(member)].map(([, key, text]) => [JSON.parse(key), JSON.parse(text)]);
  if (entries.length !== Object.keys(JSON.parse(read(`${folder}/${language}.json`))).length) faults.push(`${language}: a key stands twice, or two keys in one line`);
  catalogues.set(language, new Map(entries));
}
const en = catalogues.get("en") ?? new Map();
const rules = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));

// --- the same in all of them ---

const names = (text) => [...new Set([...text.matchAll(/\{(\w*)\}/g)].map((m) => m[1]))].sort().join(" ");
const edges = (text) => [/^\s/.test(text), /\s$/.test(text), text === ""].join();
for (const [language, words] of catalogues) {
  for (const key of en.keys()) if (!words.has(key)) faults.push(`${language}: no ${key}`);
  for (const key of words.keys()) if (!en.has(key)) faults.push(`${language}: ${key} is not in en.json`);
  if ([...en.keys()].join() !== [...words.keys()].join()) faults.push(`${language}: not in the order of en.json`);
  for (const [key, text] of words) {
    if (!en.has(key)) continue;
    if (names(text) !== names(en.get(key))) faults.push(`${language}: ${key} takes {${names(text)}}, en.json {${names(en.get(key))}}`);
    if (!rules.turned.includes(key) && edges(text) !== edges(en.get(key))) faults.push(`${language}: ${key} begins, ends or is empty otherwise than in en.json`);
    if (/ {2}|[\t\n]| \./.test(text)) faults.push(`${language}: ${key} has a blank too many: ${text}`);
    if (language !== "en" && text === en.get(key) && /\p{L}{3}/u.test(text.replace(/\{\w+\}/g, "")) && !rules.alike.includes(key)) faults.push(`${language}: ${key} is not translated: ${text}`);
  }
}

// --- what is never said, and plans ---

const isPlan = (key) => /^(plan|leg)\.|^confidence\.planned$|^confirmed\.next_step$|^event\.(BAG_EXPECTED|FORWARD_PLANNED)/.test(key);
for (const [language, words] of catalogues) {
  const own = rules.languages[language];
  if (!own) {
    faults.push(`${language}: tests/lint/words.json says nothing of this language`);
    continue;
  }
  const never = (words.get("never.words") ?? "").split("|");
  if (words.get("never.words") !== en.get("never.words")) faults.push(`${language}: never.words is not that of en.json: it holds those of all languages, for what a carrier writes is not translated`);
  for (const word of own.never) if (!never.includes(word)) faults.push(`${language}: never.words lacks "${word}"`);
  for (const [key, text] of words) {
    if (key === "never.words") continue;
    const low = text.toLowerCase();
    for (const word of [...never, ...own.never_ours]) if (low.includes(word)) faults.push(`${language}: ${key} says "${word}": ${text}`);
    const planned = own.planned.some((form) => text.includes(form));
    if (isPlan(key) && !planned) faults.push(`${language}: ${key} has no planner: ${text}`);
    if (!planned && own.planning.some((form) => low.includes(form)) && !rules.no_plan.includes(key)) faults.push(`${language}: ${key} speaks of a plan, and not of whose: ${text}`);
    for (const [pattern, why] of own.typography) if (new RegExp(pattern, "u").test(text) && !rules.raw.includes(key)) faults.push(`${language}: ${key}: ${why}: ${text}`);
  }
}

// --- printed and there, there and printed ---

const printed = new Set(), patterns = [];
for (const path of files(["server"], /\.[ch]$|\.def$/)) {
  // bw_leaf_word(leaf, "page.found.state", word)
  for (const [, family] of read(path).matchAll(/\bbw_leaf_word\s*\([^;"]*"([a-z][\w.]*)"/g)) patterns.push(new RegExp(`^${family.replace(/\./g, "\\.")}\\.[\\w.-]*$`));
  for (const { text } of splitC(read(path)).strings) {
    if (en.has(text)) printed.add(text);
    const shape = /^[a-z]\w*\.[\w.%*-]*%[\w.%*-]*$/.exec(text) && text.split(/%(?:\.\*)?[a-z]/).map((s) => s.replace(/[.\\]/g, "\\$&"));
    if (shape) patterns.push(new RegExp(`^${shape.join("[\\w.-]*")}$`));
    if (/^[a-z_]{4,}$/.test(text)) for (const [key] of en) if (rules.prefixed.includes(text) && key.startsWith(`${text}.`)) printed.add(key);
  }
}
const said = new Map([...en.keys()].filter((key) => key.startsWith("page.")).map((key) => [key.slice("page.".length).replaceAll(".", "_"), key]));
for (const path of files(["server/web/templates"], /\.mustache$/)) {
  for (const [, name] of read(path).matchAll(/\{\{[#^/&]?\s*words\.(\w+)\s*\}\}/g)) {
    const key = said.get(name);
    if (!key) faults.push(`${path}: words.${name} is in no catalogue`);
    else if (names(en.get(key))) faults.push(`${path}: words.${name} takes {${names(en.get(key))}}: it must be filled by the handler`);
    else printed.add(key);
  }
}
for (const key of en.keys()) if (!printed.has(key) && !patterns.some((pattern) => pattern.test(key))) faults.push(`en: nothing prints ${key}`);
// Keys that C names as whole literals behind the functions that say: they must be there.
const saying = /\b(?:bw_leaf_text|bw_line_add|bw_line_say|bw_page_text|bw_say|piece)\s*\(([^;]*?)\)\s*[;,?)]/gs;
for (const path of files(["server"], /\.c$/)) {
  const text = read(path);
  for (const [, call] of text.matchAll(saying)) for (const [, key] of call.matchAll(/"([a-z]\w*(?:\.[\w-]+)+)"/g)) if (!en.has(key)) faults.push(`${path}: ${key} is in no catalogue`);
}

report(`${en.size} keys in ${languages.join(", ")}`, faults);
