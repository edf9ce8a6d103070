// SPDX-License-Identifier: Apache-2.0
// What a body of 100,000 lines adds to the memory of the program that is shipped (ING-06).  The newest 65,536 changes are kept for streams
// whatever they came by (STR-09), so they are there before the measured body comes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { Server, build, source } from "../lib/server.mjs";

const program = join(source, "build", "release", "bagwatchd");
const most = 16; // MiB

test("resident memory grows by at most 16 MiB over a body of 100,000 lines (req: ING-06)", { skip: !existsSync(program) && "no release build" }, async () => {
  const server = await Server.start({ program, env: { BAGWATCH_LOG_LEVEL: "warn" } });
  let sampler;
  try {
    const key = server.key("BA");
    const status = (field) => Number(readFileSync(`/proc/${server.child.pid}/status`, "utf8").match(new RegExp(`${field}:\\s+(\\d+)`))[1]) / 1024;
    const send = async (events, run, plate) => JSON.parse((await promisify(execFile)(join(build, "bulk"), [server.port, key, events, 1, 200000, run, plate].map(String))).stdout);
    assert.equal((await send(80000, "warm", 0)).created, 80000);
    const before = status("VmRSS");
    let peak = before;
    sampler = setInterval(() => (peak = Math.max(peak, status("VmRSS"))), 20);
    const line = await send(100000, "measured", 100000);
    peak = Math.max(peak, status("VmRSS"));
    assert.equal(line.created, 100000);
    console.log(JSON.stringify({ bench: "ING-06", lines: line.created, rss_before_mib: Math.round(before), rss_peak_mib: Math.round(peak), grew_mib: Math.round((peak - before) * 10) / 10 }));
    assert.ok(peak - before <= most, `it grew by ${(peak - before).toFixed(1)} MiB`);
  } finally {
    clearInterval(sampler);
    await server.stop();
  }
});
