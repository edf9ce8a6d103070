// SPDX-License-Identifier: Apache-2.0
// Proves each lint: in a small clean tree it passes; with one fault planted it fails and names the fault.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const spdx = "/* SPDX-License-Identifier: Apache-2.0 */\n";
const id = (family, number) => `${family}-${number}`;

/** A catalogue of two keys that the lint of words passes. */
const wordRules = JSON.parse(readFileSync(join(here, "words.json"), "utf8"));
function catalogue(text, more = {}) {
  const all = { "never.words": wordRules.languages.en.never.concat(wordRules.languages.fr.never).join("|"), "page.title": text, ...more };
  return `{\n${Object.entries(all).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n}\n`;
}
const words = (language) => `server/web/catalogues/${language}.json`;

/** A tree that every lint passes. */
const clean = {
  "include/bw/base/str.h": `${spdx}#ifndef S_H\n#define S_H\nint bw_one(void);\n#endif\n`,
  "server/base/str.c": `${spdx}#include "bw/base/str.h"\n\nint bw_one(void)\n{\n    return 1;\n}\n`,
  "server/domain/plate.c": `${spdx}#include "bw/base/str.h"\n\nint bw_two(void);\n\nint bw_two(void)\n{\n    return bw_one();\n}\n`,
  "server/http/say.c": `${spdx}const char *bw_never(void);\n\nconst char *bw_never(void)\n{\n    return "never.words";\n}\n`,
  "server/web/templates/x.mustache": "{{words.title}}\n",
  [words("en")]: catalogue("Your bag"),
  [words("fr")]: catalogue("Votre bagage"),
  "schema/queries/bag_get.sql": "-- name: bag_get\nSELECT 1 AS one\n",
  "schema/migrations/0001.sql": "-- SPDX-License-Identifier: Apache-2.0\nCREATE TABLE x (at timestamptz NOT NULL);\n",
  "tests/unit/base/str_test.c": `${spdx}/* req: ${id("ING", "05")}; uses bag_get */\nint x;\n`,
  ".clang-format": readFileSync(join(here, "..", "..", ".clang-format"), "utf8"),
  ".clang-tidy": readFileSync(join(here, "..", "..", ".clang-tidy"), "utf8"),
  bagwatch: "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho up\n",
};

const long = (count, line) => spdx + `${line}\n`.repeat(count);
const body = (text) => `${spdx}#include "bw/base/str.h"\n\nint bw_one(void)\n{\n${text}    return 1;\n}\n`;
const str = "server/base/str.c";

/** [lint, file, what the file becomes, what the lint must say] */
const planted = [
  ["layers", str, `${spdx}#include "bw/http/route.h"\n`, "base may not include"],
  ["layers", "server/app/x.c", `${spdx}#include <libpq-fe.h>\n`, "belongs to storage"],
  ["layers", "server/app/x.c", `${spdx}#include <microhttpd.h>\n`, "belongs to http"],
  ["layers", "server/http/x.c", `${spdx}#include <curl/curl.h>\n`, "belongs to push"],
  ["layers", "include/bw/domain/x.h", `${spdx}#include <pthread.h>\n`, "domain is pure"],
  ["layers", "server/app/x.c", `${spdx}#include "../base/y.h"\n`, "include by layer"],
  ["layers", "server/util/x.c", `${spdx}#include "bw/base/str.h"\n`, "no layer"],
  ["banned", str, body("    strcpy(a, b);\n"), "strcpy() is banned"],
  ["banned", "server/app/x.c", body("    clock_gettime(CLOCK_REALTIME, &t);\n"), "clock_gettime() is banned"],
  ["banned", str, body("    atoi(a);\n"), "atoi() is banned"],
  ["banned", "tests/unit/base/str_test.c", body("    sprintf(a, b);\n"), "sprintf() is banned"],
  ["banned", "tests/blackbox/x.test.mjs", `list.${"toSort" + "ed"}();\n`, "younger than Node 18"],
  ["banned", "tests/lib/x.mjs", `const here = import.meta.${"dir" + "name"};\n`, "younger than Node 18"],
  ["sizes", str, long(600, "int x;"), "the cap is 600"],
  ["sizes", "include/bw/base/str.h", long(200, "int x;"), "the cap is 200"],
  ["sql", str, body('    q("SELECT 1 FROM bag");\n'), "SQL belongs in schema/"],
  ["sql", str, body('    q("insert into bag values ($1)");\n'), "SQL belongs in schema/"],
  ["sql", "schema/queries/bag_get.sql", "SELECT now()\n", "reads a clock"],
  ["sql", "schema/migrations/0001.sql", "CREATE TABLE x (at timestamptz DEFAULT CURRENT_TIMESTAMP);\n", "reads a clock"],
  ["sql", "schema/functions/f.sql", "SELECT clock_timestamp();\n", "reads a clock"],
  ["sql", "schema/queries/bag_get.sql", "SELECT 1 FROM bagwatch.bag\n", "names a realm's schema"],
  ["sql", "schema/functions/f.sql", "TRUNCATE bagwatch_test.event;\n", "names a realm's schema"],
  ["sql", "schema/queries/bag_put.sql", "SELECT 1\n", "no C file and no test uses it"],
  ["tree", str, "int x;\n", "no SPDX line"],
  ["tree", str, `${spdx}/* ${"TO" + "DO"}: later */\n`, "left open"],
  ["tree", "README.md", `see ${"/wor" + "k"}/main\n`, "a path of one machine"],
  ["tree", "README.md", `get it from https://${"registry.npm" + "js.org"}/x\n`, "package host"],
  ["tree", "README.md", `get it from http://${"deb.deb" + "ian.org"}/debian\n`, "package host"],
  ["tree", "tests/package-lock.json", '{ "resolved": "x" }\n', "names a package host"],
  ["requirements", "tests/unit/base/str_test.c", `${spdx}/* req: ${id("ING", "99")} */\n`, `no requirement ${id("ING", "99")}`],
  ["requirements", "server/app/x.c", `${spdx}/* ${id("SEC", "77")} */\n`, `no requirement ${id("SEC", "77")}`],
  ["words", words("fr"), catalogue("Votre bagage").replace(/,\n.*page.title.*/, ""), "no page.title"],
  ["words", words("fr"), catalogue("Votre bagage", { "page.more": "Plus" }), "page.more is not in en.json"],
  ["words", words("fr"), catalogue("Votre bagage {n}"), "page.title takes {n}"],
  ["words", words("fr"), catalogue("Your bag"), "is not translated"],
  ["words", words("fr"), catalogue("Votre bagage perdu"), 'says "perdu"'],
  ["words", words("fr"), catalogue("Votre bagage : ici"), "U+00A0"],
  ["words", words("fr"), catalogue("Vol prévu à midi"), "speaks of a plan"],
  ["words", words("fr"), catalogue("Votre bagage").replace("{", '{\n  "page.title": "Votre sac",'), "a key stands twice"],
  ["words", words("fr"), catalogue("Votre bagage").replace("lost|", ""), "not that of en.json"],
  ["words", words("en"), catalogue("Your bag", { "page.more": "More" }), "nothing prints page.more"],
  ["words", "server/web/templates/x.mustache", "{{words.title}} {{words.gone}}\n", "words.gone is in no catalogue"],
  ["words", "server/http/x.c", `${spdx}void bw_x(void)\n{\n    bw_leaf_text(leaf, "page.gone", NULL, 0);\n}\n`, "page.gone is in no catalogue"],
  ["symbols", str, `${spdx}int one(void);\nint one(void)\n{\n    return 1;\n}\n`, "exports one"],
  ["symbols", str, `${spdx}#include <stdlib.h>\nint bw_one(const char *s);\nint bw_one(const char *s)\n{\n    return atoi(s);\n}\n`, "which is banned"],
  ["symbols", "server/domain/plate.c", `${spdx}#include <stdlib.h>\nvoid *bw_two(void);\nvoid *bw_two(void)\n{\n    return malloc(8);\n}\n`, "domain is pure"],
  ["symbols", "server/domain/plate.c", `${spdx}#include <time.h>\nlong bw_two(void);\nlong bw_two(void)\n{\n    return time(0);\n}\n`, "the clock is base's"],
  ["format", str, `${spdx}int   bw_one( void );\n`, "clang-format-violations"],
  ["tidy", str, body("    int unset;\n    if (unset)\n        return 2;\n"), "clang-analyzer-core"],
  ["tidy", str, body("    bw_one();\n".repeat(70)), "readability-function-size"],
  ["tidy", "server/domain/plate.c", `${spdx}int bw_two(int n);\n\nint bw_two(int n)\n{\n    return n == 0 ? 0 : bw_two(n - 1);\n}\n`, "misc-no-recursion"],
  ["cppcheck", str, body("    char a[4];\n    a[5] = 1;\n"), "arrayIndexOutOfBounds"],
  ["shell", "bagwatch", "#!/bin/sh\ncd $1\n", "SC2086"],
  ["shell", "tests/lib/x.sh", "#!/bin/sh\nif [ 1 ]; then\n", "x.sh"],
];

function write(tree, path, content) {
  mkdirSync(join(tree, dirname(path)), { recursive: true });
  writeFileSync(join(tree, path), content);
}

/** Makes the libraries that symbols looks at and the compile database that tidy reads. */
function compile(tree, lint) {
  const build = join(tree, "build");
  mkdirSync(build, { recursive: true });
  const units = [];
  for (const [layer, path] of [["base", str], ["domain", "server/domain/plate.c"]]) {
    const object = join(build, `${layer}.o`);
    const flags = ["-std=c17", "-I", join(tree, "include"), "-c", join(tree, path), "-o", object];
    units.push({ directory: tree, file: join(tree, path), command: `gcc ${flags.join(" ")}` });
    if (lint === "symbols") {
      execFileSync("gcc", ["-w", ...flags]);
      execFileSync("ar", ["rcs", join(build, `libbw_${layer}.a`), object]);
    }
  }
  writeFileSync(join(build, "compile_commands.json"), JSON.stringify(units, null, 1));
  return build;
}

function run(lint, change = {}) {
  const tree = mkdtempSync(join(tmpdir(), "bw-lint-"));
  try {
    for (const [path, content] of Object.entries({ ...clean, ...change })) write(tree, path, content);
    if (lint === "tidy")
      write(tree, "server/domain/.clang-tidy", readFileSync(join(here, "..", "..", "server", "domain", ".clang-tidy")));
    const build = ["symbols", "tidy"].includes(lint) ? compile(tree, lint) : join(tree, "build");
    const shell = ["format", "tidy", "cppcheck", "shell"].includes(lint);
    const script = join(here, shell ? `${lint}.sh` : `${lint}.mjs`);
    const { status, stdout, stderr } = spawnSync(shell ? "sh" : process.execPath, [script], {
      encoding: "utf8",
      env: { ...process.env, BW_LINT_ROOT: tree, BW_BUILD: build },
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The release lint looks at a program, not at a tree. */
function runRelease(flags, source) {
  const folder = mkdtempSync(join(tmpdir(), "bw-lint-"));
  try {
    writeFileSync(join(folder, "x.c"), source);
    execFileSync("gcc", ["-w", ...flags, join(folder, "x.c"), "-o", join(folder, "x")]);
    const { status, stdout } = spawnSync(process.execPath, [join(here, "release.mjs")], {
      encoding: "utf8",
      env: { ...process.env, BW_RELEASE: join(folder, "x") },
    });
    return { status, output: stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failures = [];
let checks = 0;
function expect(what, { status, output }, wanted, words = "") {
  checks++;
  if ((status === 0) === wanted && output.includes(words)) return;
  failures.push(`${what}: ended with ${status}, ${wanted ? "should pass" : `should fail with "${words}"`}\n${output}`);
}

const lints = [...new Set(planted.map(([lint]) => lint))];
for (const lint of lints) expect(`${lint}, clean tree`, run(lint), true);
for (const [lint, path, content, words] of planted)
  expect(`${lint}, fault in ${path}`, run(lint, { [path]: content }), false, words);

const hardened = ["-O2", "-D_FORTIFY_SOURCE=2", "-fstack-protector-all", "-fPIE", "-pie", "-Wl,-z,relro,-z,now"];
const program = '#include <stdio.h>\nint main(int c, char **v) { char b[64]; snprintf(b, c, "%s", v[0]); return puts(b); }\n';
expect("release, hardened", runRelease(hardened, program), true);
expect("release, not PIE", runRelease([...hardened, "-no-pie", "-fno-PIE"], program), false, "position-independent");
expect("release, lazy", runRelease([...hardened, "-Wl,-z,lazy"], program), false, "lazily");
expect("release, executable stack", runRelease([...hardened, "-Wl,-z,execstack"], program), false, "executable");
expect("release, unfortified", runRelease([...hardened, "-O0", "-U_FORTIFY_SOURCE"], program), false, "fortified");
expect("release, no canary", runRelease([...hardened, "-fno-stack-protector"], program), false, "stack protector");
const clocked = program.replace("puts(b)", 'puts("BAGWATCH_TEST_CLOCK")');
expect("release, test clock", runRelease(hardened, clocked), false, "knows the test clock");

for (const failure of failures) console.log(failure);
console.log(`${checks - failures.length} of ${checks} checks of ${lints.length + 1} lints hold`);
process.exit(failures.length === 0 ? 0 : 1);
