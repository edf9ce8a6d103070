// SPDX-License-Identifier: Apache-2.0
// Runs the benchmarks against a server of this build and prints one JSON line each, with commit and machine.
//     node tests/bench/bench.mjs [--short]        BW_BUILD says which build; ./bagwatch bench takes the release one
// Medians of three runs belong into tests/bench/RESULTS.md.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Server, build, source } from "../lib/server.mjs";

const short = process.argv.includes("--short");
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const commit = execFileSync("git", ["-C", source, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const limits = { BAGWATCH_STREAMS_MAX: "16000", BAGWATCH_LOG_LEVEL: "warn" };

function load(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(build, "load"), args.map(String), { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.once("exit", (code) => {
      try {
        const line = { ...JSON.parse(text), commit, machine };
        console.log(JSON.stringify(line));
        if (code) reject(new Error(`load ${args[0]} ended with ${code}`));
        else resolve(line);
      } catch (error) {
        reject(new Error(`load ${args[0]}: ${code} ${text} ${error.message}`));
      }
    });
  });
}

const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function files(server, key, n) {
  const lines = [];
  for (let k = 0; k < n; k++) {
    const plate = `0125${String(500000 + k)}`;
    const opened = await server.post("/v1/cases",
      { plate, station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
    if (opened.status !== 201) throw new Error(opened.text);
    const token = new URL(opened.json.customer_url).pathname.split("/")[2];
    const bag = await server.get(`/v1/bags/${plate}`, { key });
    lines.push(`${token} ${plate} ${bag.json.bag.version}`);
  }
  const file = join(server.folder, "links");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const server = await Server.start({ env: limits });
try {
  const key = server.key("BA");
  await load("scans", server.port, key, 64, short ? 2000 : 60000, short ? 500 : 20000);
  const streams = short ? 200 : 10000;
  const file = await files(server, key, short ? 20 : 800);
  const before = resident(server.child.pid);
  await load("streams", server.port, key, streams, short ? 2 : 20, short ? 50 : 80, file);
  console.log(JSON.stringify({ bench: "streams-memory", streams, rss_before_mib: Math.round(before), rss_after_mib: Math.round(resident(server.child.pid)), commit }));
} finally {
  await server.stop();
}
