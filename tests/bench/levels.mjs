// SPDX-License-Identifier: Apache-2.0
// req: CLK-06: among a million open promises a thousand fall due in the same second while scans come in at a thousand a second: when was every
// escalation recorded, and when did the open pages hear of it.  The thousand are of real files; the others are copies of one of theirs for bags
// that do not exist, due later: they stand in the table and in its indexes, and nobody looks at them.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Server, until } from "../lib/server.mjs";
import { Stream } from "../lib/wire.mjs";

/** Statements as the database's own superuser; what they say.  Nothing here waits meanwhile. */
async function said(server, pg, text) {
  const child = spawn(join(pg.programs, "psql"), ["-qAt", "-v", "ON_ERROR_STOP=1", "-h", pg.socket, "-U", "postgres", "-d", "bagwatch"], { ...pg.owner, cwd: "/" });
  let out = "", wrong = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (wrong += chunk));
  child.stdin.end(`SET search_path = bagwatch;\n${text}`);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code) throw new Error(`psql: ${wrong}`);
  return out.trim();
}

async function openFiles(server, key, n) {
  const links = [];
  for (let at = 0; at < n; at += 20)
    links.push(...await Promise.all(Array.from({ length: Math.min(20, n - at) }, async (_, k) => {
      const opened = await server.post("/v1/cases", { plate: `0125${200000 + at + k}`, travel_date: "2026-11-20", station: "MAD", passenger: { surname: "SAMPLE" } }, { key });
      if (opened.status !== 201) throw new Error(opened.text);
      return new URL(opened.json.customer_url).pathname;
    })));
  return links;
}

/** Scans in bodies of a tenth of a second's worth, until told to stop; how many were stored. */
function ingest(server, key, perSecond) {
  const each = Math.max(1, Math.round(perSecond / 10)), state = { stop: false, stored: 0, began: Date.now() };
  state.over = (async () => {
    const waiting = new Set();
    for (let turn = 0; !state.stop; turn++) {
      const now = new Date().toISOString();
      const body = Array.from({ length: each }, (_, k) => JSON.stringify({ event_id: `load-${turn}-${k}`, plate: `0220${String((turn * each + k) % 900000).padStart(6, "0")}`,
        travel_date: now.slice(0, 10), code: "BAG_SEEN", station: "LHR", occurred_at: now })).join("\n");
      const one = fetch(`${server.url}/v1/events:bulk`, { method: "POST", body, headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson" } })
        .then(async (answer) => (state.stored += answer.status === 200 ? (await answer.text()).split("\n").filter((line) => line.includes('"accepted"')).length : 0)).finally(() => waiting.delete(one));
      waiting.add(one);
      while (waiting.size > 3) await Promise.race(waiting); // a sender has four bodies at once
      const ahead = state.began + (turn + 1) * 100 - Date.now();
      if (ahead > 0) await sleep(ahead);
    }
    await Promise.all(waiting);
  })();
  return state;
}

/** One measurement: { promises, due, ingest_per_s, last_recorded_ms, last_numbered_ms, last_page_ms, page_after_ms, … }, times since they fell due. */
export async function levels({ promises, due, perSecond, pages, postgresOf, env }) {
  const server = await Server.start({ env });
  try {
    const ba = server.key("BA"), pg = postgresOf(server);
    const links = await openFiles(server, ba, due);
    await said(server, pg, `INSERT INTO promise SELECT r.* FROM (SELECT x FROM promise x WHERE x.kind = 'case' LIMIT 1) s (o), generate_series(1, ${promises - 2 * due}) n,
        LATERAL jsonb_populate_record(s.o, jsonb_build_object('promise_id', gen_random_uuid(), 'bag_id', gen_random_uuid(), 'bucket', n % 256,
          'due_at', (s.o).opened_at + interval '1 day' + n * interval '2 seconds', 'next_level_at', (s.o).opened_at + interval '1 day' + n * interval '2 seconds')) r;
      ANALYZE promise; CHECKPOINT;`);
    const load = ingest(server, ba, perSecond);
    const streams = await Promise.all(links.slice(0, pages).map((link) => Stream.open(server, { path: `${link}/stream` })));
    await until(() => Date.now() - load.began > 3000, "the load to run evenly");
    const at = new Date(Date.now() + 4000).toISOString();
    await said(server, pg, `UPDATE promise SET opened_at = '${at}'::timestamptz - interval '4 hours', due_at = '${at}', next_level_at = '${at}', level = 0
      WHERE kind = 'case' AND bag_id IN (SELECT case_id FROM case_file);`);
    const events = `FROM event e JOIN journal j ON j.id = e.journal_id WHERE e.code = 'PROMISE_MISSED' AND e.subject = 'case' AND e.occurred_at = '${at}' AND j.seq IS NOT NULL`;
    await until(async () => Number(await said(server, pg, `SELECT count(*) ${events};`)) >= due, "every level", 60000);
    const heard = await Promise.all(streams.map((s) => until(() => s.changes.find((e) => e.json?.level === 1 || e.json?.bag?.level === 1), "a page's change", 30000)));
    load.stop = true;
    await load.over;
    const seconds = (Date.now() - load.began) / 1000;
    const [n, doubled, recorded, numbered] = (await said(server, pg, `SELECT count(*) || ' ' || count(*) - count(DISTINCT e.event_id) || ' ' ||
      round(extract(epoch FROM max(e.recorded_at) - '${at}') * 1000) || ' ' || round(extract(epoch FROM max(j.stamped_at) - '${at}') * 1000) ${events};`)).split(" ");
    const explained = await said(server, pg, `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; PREPARE q (timestamptz, integer) AS
      SELECT p.promise_id FROM promise p WHERE p.next_level_at <= $1 ORDER BY p.next_level_at, p.promise_id LIMIT $2; EXPLAIN EXECUTE q ('${at}', 1000);`);
    const arrivals = heard.map((e) => performance.timeOrigin + e.at - Date.parse(at));
    streams.forEach((s) => s.end());
    return { promises: Number(await said(server, pg, "SELECT count(*) FROM promise WHERE closed_at IS NULL;")), due: Number(n), doubled: Number(doubled), ingest_per_s: Math.round(load.stored / seconds),
      last_recorded_ms: Number(recorded), last_numbered_ms: Number(numbered), last_page_ms: Math.round(Math.max(...arrivals)), pages: heard.length, load_during: loadavg()[0],
      by_index: /Index.*promise_next/.test(explained) };
  } finally {
    await server.stop();
  }
}
