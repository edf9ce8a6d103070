// SPDX-License-Identifier: Apache-2.0
// ./bagwatch on a machine that lacks everything, played by stubs of dpkg-query, apt-get, sudo, cmake and id that write
// down how they were called.  tests/fresh does the same on a real one, where minutes do not matter.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "bagwatch");

/** Runs ./bagwatch with stubs in front of PATH; uid is who it believes to be, installed what dpkg-query answers. */
function run(args, { uid = 1000, installed = false, aptFails = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "bw-script-"));
  const calls = join(folder, "calls");
  const stub = (name, body) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "${name} $*" | tr '\\n' ' ' >>"${calls}"; echo >>"${calls}"\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  try {
    copyFileSync(source, join(folder, "bagwatch"));
    stub("id", `[ "$1" = -u ] && echo ${uid}; exit 0`);
    stub("dpkg-query", installed ? "printf installed" : "exit 1");
    stub("apt-get", aptFails ? "exit 100" : "exit 0");
    stub("sudo", aptFails ? "exit 100" : "exit 0");
    stub("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"');
    stub("sh", "exit 0"); // what root would do to /etc; the script itself runs in /bin/sh
    stub("cmake", "exit 1");
    const { status, stdout, stderr } = spawnSync("/bin/sh", [join(folder, "bagwatch"), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: `${folder}:${process.env.PATH}` },
    });
    const made = existsSync(calls) ? readFileSync(calls, "utf8").split("\n") : [];
    return { status, said: stdout + stderr, made, calls: (name) => made.filter((line) => line.startsWith(`${name} `)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("OPS-01 without a terminal and without --yes it names the packages, prints the command and installs nothing", () => {
  const { status, said, calls } = run(["up"]);
  assert.equal(status, 69);
  assert.match(said, /missing Debian packages: .*libmicrohttpd-dev.*postgresql-15/);
  assert.match(said, /apt-get install .*postgresql-15/);
  assert.deepEqual([...calls("sudo"), ...calls("apt-get"), ...calls("cmake")], []);
});

test("OPS-01 with --yes an ordinary user installs through sudo, and no cluster is made beside ours", () => {
  const { status, calls } = run(["up", "--yes"]);
  assert.equal(status, 70, "the stub of cmake fails");
  const sudo = calls("sudo");
  const of = (pattern) => sudo.findIndex((line) => pattern.test(line));
  assert.ok(of(/apt-get update/) >= 0);
  assert.ok(of(/apt-get install .*postgresql-common *$/) > of(/apt-get update/));
  assert.ok(of(/apt-get install .* postgresql-15/) > of(/apt-get install .*postgresql-common *$/));
  const conf = "/etc/postgresql-common/createcluster.conf";
  const already = existsSync(conf) && /^create_main_cluster/m.test(readFileSync(conf, "utf8"));
  const set = of(/create_main_cluster = false/);
  assert.ok(already ? set < 0 : set > 0 && set < of(/apt-get install .* postgresql-15/));
});

test("OPS-01 root needs neither sudo nor --yes", () => {
  const { status, calls } = run(["build"], { uid: 0 });
  assert.equal(status, 70);
  assert.deepEqual(calls("sudo"), []);
  assert.ok(calls("apt-get").some((line) => / install .* postgresql-15/.test(line)));
});

test("what is installed is not installed again", () => {
  const { status, calls } = run(["up"], { installed: true });
  assert.equal(status, 70);
  assert.deepEqual(calls("sudo"), []);
  assert.equal(calls("cmake").length, 1);
});

test("a failing apt-get ends with 69 and says which packages", () => {
  const { status, said } = run(["build", "--yes"], { aptFails: true });
  assert.equal(status, 69);
  assert.match(said, /could not install/);
});

test("a taken port is named before anything is built", async () => {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  try {
    const { status, said, calls } = run(["up", "--port", String(port)], { installed: true });
    assert.equal(status, 75);
    assert.match(said, new RegExp(`port ${port} is taken`));
    assert.deepEqual(calls("cmake"), []);
  } finally {
    server.close();
  }
});

test("what it does not know it refuses with the status of wrong usage", () => {
  for (const args of [["fly"], ["up", "--prot", "1"], ["up", "--port", "x"], ["up", "--port", "70000"], ["test", "--dep"]])
    assert.equal(run(args, { installed: true }).status, 64, args.join(" "));
  assert.equal(run(["help"]).status, 0);
});
