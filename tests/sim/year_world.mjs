// SPDX-License-Identifier: Apache-2.0
// The world of the simulated year: its dice, its carriers and stations, the policies and desk hours that are told before it begins.

export const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** mulberry32: the next number of [0, 1). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

export const carriers = ["BA", "IB", "LH", "AF", "SK"];
/** A carrier that is not here: it has no key and nobody who reads, and says nothing. */
export const stranger = "OZ";
export const zones = { JFK: "America/New_York", NRT: "Asia/Tokyo", SYD: "Australia/Sydney", LHR: "Europe/London", MAD: "Europe/Madrid", CDG: "Europe/Paris", FRA: "Europe/Berlin", ARN: "Europe/Stockholm" };
export const hubOf = { BA: "LHR", IB: "MAD", LH: "FRA", AF: "CDG", SK: "ARN" };
export const origins = ["JFK", "NRT", "SYD"];

/** What differs from the defaults of D 9.2; each is for a duty that no other row of the list is for. */
export const policies = [
  { owed: "located", carrier: "BA", minutes: 180, steps: [0, 120, 360] },
  { owed: "tracing-holder", station: "FRA", minutes: 90, steps: [0, 60, 240] },
  { owed: "case-step", carrier: "LH", minutes: 720, steps: [0, 30, 90] },
  { owed: "at-station", carrier: "SK", minutes: 1000, steps: [0, 120, 360] }, // more than twice the default: 8 h count
  { owed: "ask", carrier: "LH", minutes: 40, steps: [0, 60, 180] },
  { owed: "owner-offered", carrier: "SK", minutes: 150, steps: [0, 90, 200] },
  { owed: "in-flight", carrier: "AF", minutes: 600, steps: [0, 120, 360], fromDay: 0.4 }, // a share of the time; promises that run stay as they are
];

/** When desks are open, in minutes of the station's own day; the others are always open.  0 = Monday. */
export const desks = [
  { carrier: "LH", station: "FRA", week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [day, 330, 1350] : [day, 480, 840])), closed: ["2026-12-03", "2026-12-25", "2027-05-01"] },
  { carrier: "IB", station: "MAD", week: [0, 1, 2, 3, 4, 5, 6].map((day) => [day, 360, 840]), closed: [] },
];

/** The day of an instant at a station. */
export const dayAt = (station, ms) => new Intl.DateTimeFormat("en-CA", { timeZone: zones[station], year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
