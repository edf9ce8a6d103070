// SPDX-License-Identifier: Apache-2.0
// The traffic of the simulated year: bags that miss their connection, one after the other (year_story.mjs), and what carriers' supervisors tell
// meanwhile.  The same seed is the same traffic.  A statement has a recorded time `at` (ms) and everything that is posted; times that lie ahead
// are told from there, so that who waits for us says later what he meant.
import { story, themes } from "./year_story.mjs";
import { DAY, dice } from "./year_world.mjs";

/** What supervisors tell in the course of the year, at a share of it: less holds a minute later, more a day later, and never beyond twice the default. */
const changes = [
  { share: 0.1, carrier: "BA", body: { owed: "located", minutes: 100, level2_minutes: 30 } },
  { share: 0.3, carrier: "IB", body: { owed: "case-step", minutes: 1200, level3_minutes: 300 } },
  { share: 0.45, carrier: "BA", body: { owed: "located", minutes: 470 } },
  { share: 0.6, carrier: "AF", body: { owed: "tracing-holder", station: "CDG", minutes: 300, level2_minutes: 200 } },
  { share: 0.75, carrier: "AF", body: { owed: "tracing-holder", station: "CDG", minutes: 60 } },
];

/** `bags` bags within `days` days from `from` (ms); by recorded time, no two at one instant.  pace: how long silences are;
 * 1: as in a year.  told: how often supervisors tell something. */
export function traffic({ seed, from, days, bags, pace = 1, told = changes.length }) {
  const all = [];
  // each bag has two themes of its own, in turn, so that every kind is there whatever the dice say
  const theme = (n, k) => themes[(2 * n + k) % themes.length];
  for (let n = 0; n < bags; n++) all.push(...story(dice(seed * 7919 + n), n, from + Math.floor((n / bags) * Math.max(0.2, days - 4) * DAY), [theme(n, 0), theme(n, 1)], pace));
  for (const [n, c] of changes.slice(0, told).entries()) all.push({ at: from + Math.floor((c.share * days * DAY) / 1000) * 1000, bag: -1, carrier: c.carrier, kind: "policy", body: c.body, id: `policy-${n}` });
  const said = calm(all).filter((s) => s.at < from + days * DAY).sort((a, b) => a.at - b.at || a.bag - b.bag);
  const taken = new Set();
  for (const s of said) {
    while (taken.has(s.at)) s.at += 1000;
    taken.add(s.at);
  }
  return said.sort((a, b) => a.at - b.at);
}

/** One storm at a station in three days: a second one would be refused, or wait for its second person. */
function calm(all) {
  const begun = all.filter((s) => s.step === "declare").sort((a, b) => a.at - b.at), kept = [];
  for (const s of begun) if (!kept.some((one) => one.station === s.station && s.at - one.at < 3 * DAY)) kept.push(s);
  return all.filter((s) => s.kind !== "storm" || kept.some((one) => one.storm === s.storm));
}
