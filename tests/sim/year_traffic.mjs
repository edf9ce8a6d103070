// SPDX-License-Identifier: Apache-2.0
// The traffic of the simulated year: bags that miss their connection, one after the other, and carriers that say what they should, late, twice,
// or not at all for days.  The same seed is the same traffic.  A statement has a recorded time `at` (ms) and everything that is posted.

const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

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
const hubOf = { BA: "LHR", IB: "MAD", LH: "FRA", AF: "CDG", SK: "ARN" };
const origins = ["JFK", "NRT", "SYD"];

/** What differs from the defaults of D 9.2; each is for a duty that no other row of the list is for. */
export const policies = [
  { owed: "located", carrier: "BA", minutes: 180, steps: [0, 120, 360] },
  { owed: "tracing-holder", station: "FRA", minutes: 90, steps: [0, 60, 240] },
  { owed: "case-step", carrier: "LH", minutes: 720, steps: [0, 30, 90] },
  { owed: "at-station", carrier: "SK", minutes: 1000, steps: [0, 120, 360] }, // more than twice the default: 8 h count
  { owed: "in-flight", carrier: "AF", minutes: 600, steps: [0, 120, 360], fromDay: 0.4 }, // a share of the time; promises that run stay as they are
];

/** When desks are open, in minutes of the station's own day; the others are always open.  0 = Monday. */
export const desks = [
  { carrier: "LH", station: "FRA", week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [day, 330, 1350] : [day, 480, 840])), closed: ["2026-12-03", "2026-12-25", "2027-05-01"] },
  { carrier: "IB", station: "MAD", week: [0, 1, 2, 3, 4, 5, 6].map((day) => [day, 360, 840]), closed: [] },
];

/** The day of an instant at a station. */
const dayAt = (station, ms) => new Intl.DateTimeFormat("en-CA", { timeZone: zones[station], year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);

/** `bags` bags within `days` days from `from` (ms); by recorded time, no two at one instant. */
export function traffic({ seed, from, days, bags }) {
  const all = [];
  for (let n = 0; n < bags; n++) all.push(...story(dice(seed * 7919 + n), n, from + Math.floor((n / bags) * Math.max(0.2, days - 3) * DAY)));
  const said = all.filter((s) => s.at < from + days * DAY).sort((a, b) => a.at - b.at || a.bag - b.bag);
  const taken = new Set();
  for (const s of said) {
    while (taken.has(s.at)) s.at += 1000;
    taken.add(s.at);
  }
  return said.sort((a, b) => a.at - b.at);
}

/** All that is said of one bag, and when. */
function story(random, n, start) {
  const chance = (p) => random() < p, within = (a, b) => a + random() * (b - a), pick = (list) => list[Math.floor(random() * list.length)];
  const first = pick(carriers), last = pick(carriers.filter((c) => c !== first)), finder = pick(carriers.filter((c) => c !== first && c !== last));
  const from = pick(origins), hub = hubOf[first], to = hubOf[last];
  const plate = `0125${String(100000 + n).padStart(6, "0")}`;
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  const travel = day(start), flights = [`${first}${100 + (n % 800)}`, `${last}${1100 + (n % 800)}`];
  const out = [];
  let now = Math.floor(start / 1000) * 1000, count = 0, told = now - HOUR;

  /** Half an hour to some hours later; once in a while days of silence. */
  const wait = (a = 0.4, b = 5) => {
    const hours = chance(0.25) ? within(6, 40) : chance(0.05) ? within(48, 150) : within(a, b);
    now += Math.round(hours * 3600) * 1000 + Math.round(within(1, 59)) * 1000;
  };
  const say = (carrier, code, more = {}, options = {}) => {
    // what is said is at most ten minutes old and never older than what was said before; seconds differ from each other
    const occurred = options.occurred ?? Math.max(told + 61e3, now - Math.round(within(0, 9 * 60)) * 1000);
    told = options.occurred ? told : occurred;
    if (!options.occurred && occurred > now) now = occurred;
    const s = { at: now, bag: n, plate, travel, carrier, kind: "event", code, occurred, more, id: `y${n}-${count++}` };
    if (options.staff) s.staff = true;
    out.push(s);
    if (chance(0.06) && !options.staff) out.push({ ...s, at: now + Math.round(within(60, 3600)) * 1000, again: true });
    return s;
  };
  const file = (kind, more) => out.push({ at: now, bag: n, plate, travel, carrier: last, kind, ...more, id: `y${n}-${count++}` });

  // the journey, until the bag misses its connection
  say(first, "BAG_ACCEPTED", { station: from });
  now += HOUR;
  if (chance(0.9)) say(first, "BAG_LOADED", { station: from, flight: { no: flights[0], date: travel } });
  now += 7 * HOUR;
  const unloaded = chance(0.85) ? say(first, "BAG_UNLOADED", { station: hub }) : null;
  now += 20 * MINUTE;
  const offered = chance(0.4);
  const taker = chance(0.25) ? stranger : last;
  if (offered) say(first, "TRANSFER_OUT", { station: hub, to_carrier: taker });
  now += Math.round(within(2, 12) * 60) * MINUTE;
  file("case", { body: { plate, travel_date: travel, station: to, passenger: { surname: "Sample" }, itinerary: [
    { flight: flights[0], date: travel, from, to: hub }, { flight: flights[1], date: travel, from: hub, to }] } });
  told = now;

  /** When a flight of three hours leaves and lands, as its carrier tells it. */
  const times = (flight, leaves, late) => {
    now += Math.round(within(5, 40)) * MINUTE;
    const at = (ms) => new Date(ms).toISOString().replace(".000", "");
    const both = (ms) => ({ scheduled: at(ms), ...(late === undefined ? {} : { estimated: at(ms + late) }) });
    out.push({ at: now, bag: n, plate, travel, carrier: last, kind: "flight", flight, body: { origin: place, destination: to, operating: last, departure: both(leaves), arrival: both(leaves + 3 * HOUR) }, id: `y${n}-${count++}` });
  };

  const word = () => {
    if (chance(0.35)) return;
    wait(0.2, 3);
    const confirm = () => say(last, "STATUS_CONFIRMED", { action: "asked", asked: hub, waiting_for: first, next_step_at: "soon" }, { staff: true });
    if (chance(0.03)) { // a script that confirms every 3 h 59
      for (let times = Math.ceil(within(2, 7)); times > 0; times--) {
        confirm();
        now += 239 * MINUTE;
      }
    } else if (chance(0.1)) confirm();
    else say(last, "SEARCHED_NOT_FOUND", { station: to, searched: "reclaim hall, lost property", person: "R. Desk" });
  };
  const late = () => { // a scanner that was offline: it saw the bag before it was seen last
    if (unloaded && chance(0.3)) say(first, "BAG_SEEN", { station: hub }, { occurred: unloaded.occurred - Math.round(within(600, 1500)) * 1000 });
  };

  word();
  wait();
  if (offered && chance(0.5)) {
    say(last, taker === last && chance(0.6) ? "TRANSFER_REFUSED" : "TRANSFER_IN", { station: hub });
    wait();
  }
  if (chance(0.4)) {
    say(first, "SEARCHED_NOT_FOUND", { station: hub, searched: "transfer belt", person: "A. Ramp" });
    wait();
  }
  word();
  if (chance(0.03)) return lose();
  const holder = unloaded && chance(0.1) ? finder : first, place = holder === finder ? hubOf[finder] : hub;
  say(holder, "ON_HAND", { station: place });
  late();
  wait();
  word();
  if (chance(0.1)) {
    say(holder, "CUSTOMS_HOLD", { station: place });
    wait();
    if (chance(0.7)) {
      say(holder, "CUSTOMS_RELEASED", { station: place });
      wait();
    }
  }
  for (let tries = 0; tries < 3; tries++) {
    wait();
    const flies = chance(0.1) ? stranger : last;
    const leaves = Math.round((now + within(2, 20) * HOUR) / (5 * MINUTE)) * 5 * MINUTE;
    const flight = { no: `${flies}${2000 + (n % 90) * 10 + tries}`, date: dayAt(place, leaves) };
    const timed = flies === last && chance(0.5), early = chance(0.5);
    if (timed && early) times(flight, leaves);
    if (chance(0.85)) {
      say(chance(0.8) ? holder : last, "FORWARD_PLANNED", { station: place, to_station: to, new_plate: "same", time_type: "planned", flight });
      if (timed && !early) times(flight, leaves);
      if (timed && chance(0.5)) times(flight, leaves, Math.round(within(-3, 18)) * 10 * MINUTE);
      wait();
    }
    word();
    if (chance(0.25)) {
      say(last, "BAG_NOT_LOADED", { station: place, flight });
      continue;
    }
    if (flies === last && chance(0.9)) {
      say(last, "BAG_LOADED", { station: place, flight });
      if (timed && chance(0.4)) times(flight, leaves, Math.round(within(-3, 30)) * 10 * MINUTE);
    }
    break;
  }
  wait(2, 9);
  late();
  if (chance(0.85)) {
    say(last, "ARRIVED_AT_DESTINATION", { station: to });
    wait();
    word();
  }
  for (let tries = 0; tries < 2; tries++) {
    const begins = now + within(1, 6) * HOUR, hour = (ms) => new Date(Math.ceil(ms / HOUR) * HOUR).toISOString().replace(".000", "");
    say(last, "HANDED_TO_COURIER", { station: to, ...(chance(0.7) ? { window: { from: hour(begins), until: hour(begins + 3 * HOUR) } } : {}) });
    wait();
    if (chance(0.7)) break;
    say(last, "DELIVERY_ATTEMPTED", {});
    wait();
    if (chance(0.5)) {
      say(last, "RETURNED_TO_STATION", { station: to });
      wait();
    } else {
      const next = now + within(2, 20) * HOUR;
      say(last, "DELIVERY_SCHEDULED", { window: { from: hour(next), until: hour(next + 4 * HOUR) } });
      wait();
      break;
    }
  }
  say(last, "DELIVERED", { proof: "pin" });
  if (chance(0.15)) {
    wait();
    say(last, "DAMAGE_REPORTED", { station: to });
    for (const step of ["acknowledged", "assessed", "offered"].slice(0, chance(0.8) ? 3 : 1)) {
      wait(2, 60);
      file("claim", { step });
    }
  }
  return out;

  function lose() {
    say(last, "LOSS_ADMITTED", {});
    now += Math.round(within(1, 9) * 24) * HOUR;
    file("fault", { body: { station: hub, reason: "54", note: "Never seen again." } });
    now += HOUR;
    file("close", { body: { reason: "settled", note: "Agreed with its owner." } });
    return out;
  }
}
