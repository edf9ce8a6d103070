// SPDX-License-Identifier: Apache-2.0
// One bag of the simulated year: it misses its connection, and carriers say what they should, late, twice, or not at all for days; beside the
// journey its file is handed over, stations are asked, customers are promised a call, mistakes are taken back, records are joined and parted,
// storms come.
import { HOUR, MINUTE, carriers, dayAt, hubOf, origins, stranger } from "./year_world.mjs";

/** What happens beside the journey; each bag of the year has two of them for certain, and others as the dice fall. */
export const themes = ["accepted", "ask-until", "refused", "own-kept", "lapsed", "ask-here", "storm", "held-undone", "own-missed", "join", "ask-silent", "plan-undone", "claim", "part",
  "undone-first", "ask-gone", "lost", "stranger", "confirmed", "given", "went-on"];

/** All that is said of one bag, and when. */
export function story(random, n, start, must, pace) {
  const chance = (p, theme) => random() < p || must.includes(theme), within = (a, b) => a + random() * (b - a), pick = (list) => list[Math.floor(random() * list.length)];
  const first = pick(carriers), last = pick(carriers.filter((c) => c !== first)), finder = pick(carriers.filter((c) => c !== first && c !== last));
  const from = pick(origins), hub = hubOf[first], to = hubOf[last];
  const plate = `0125${String(100000 + n).padStart(6, "0")}`;
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  const travel = day(start), flights = [`${first}${100 + (n % 800)}`, `${last}${1100 + (n % 800)}`];
  const out = [];
  let now = Math.floor(start / 1000) * 1000, count = 0, told = now - HOUR, owner = last, asking = false;
  const rush = `2125${String(100000 + n)}`, given = new Set(); // who has promised the customer something and not kept it yet

  /** Half an hour to some hours later; once in a while days of silence. */
  const wait = (a = 0.4, b = 5) => {
    const hours = chance(0.25) ? within(6, 40) * pace : chance(0.05) ? within(48, 150) * pace : within(a, b);
    now += Math.round(hours * 3600) * 1000 + Math.round(within(1, 59)) * 1000;
  };
  const say = (carrier, code, more = {}, options = {}) => {
    // what is said is at most ten minutes old and never older than what was said before; seconds differ from each other
    const occurred = options.occurred ?? Math.max(told + 61e3, now - Math.round(within(0, 9 * 60)) * 1000);
    told = options.occurred ? told : occurred;
    if (!options.occurred && occurred > now) now = occurred;
    const s = { at: now, bag: n, plate: options.plate ?? plate, travel, carrier, kind: "event", code, occurred, more, id: `y${n}-${count++}` };
    if (options.staff) s.staff = true;
    out.push(s);
    if (chance(0.06) && !options.staff) out.push({ ...s, at: now + Math.round(within(60, 3600)) * 1000, again: true });
    return s;
  };
  const file = (kind, more) => {
    out.push({ at: now, bag: n, plate, travel, carrier: owner, kind, ...more, id: `y${n}-${count++}` });
    return out.at(-1);
  };

  // the journey, until the bag misses its connection
  say(first, "BAG_ACCEPTED", { station: from });
  now += HOUR;
  if (chance(0.9)) say(first, "BAG_LOADED", { station: from, flight: { no: flights[0], date: travel } });
  now += 7 * HOUR;
  const unloaded = chance(0.85) ? say(first, "BAG_UNLOADED", { station: hub }) : null;
  now += 20 * MINUTE;
  const offered = chance(0.4, "stranger");
  const taker = chance(0.25, "stranger") ? stranger : last;
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
    const confirm = () => say(owner, "STATUS_CONFIRMED", { action: "asked", asked: hub, waiting_for: owner === first ? last : first, next_step_at: "soon" }, { staff: true });
    if (chance(0.03, "confirmed")) { // a script that confirms every 3 h 59
      for (let times = Math.ceil(within(2, 7)); times > 0; times--) {
        confirm();
        now += 239 * MINUTE;
      }
    } else if (chance(0.1)) confirm();
    else say(owner, "SEARCHED_NOT_FOUND", { station: to, searched: "reclaim hall, lost property", person: "R. Desk" });
  };

  /** The file is offered to the other carrier, which takes it, refuses, or lets the offer lapse; the owner may also think better of it. */
  const handOver = (how) => {
    const other = owner === last ? first : last;
    wait(0.3, 2);
    file("offer", { to: other });
    now += Math.round(within(10, 100)) * MINUTE + Math.round(within(1, 59)) * 1000;
    if (how === "accepted") {
      owner = other;
      file("accept", {});
    } else if (how === "refused") file("refuse", { carrier: chance(0.7) ? other : owner });
    else now += 6 * HOUR; // longer than any offer lasts
  };
  /** "I will call you at five" (CLK-19), kept in time, late, or never. */
  const promise = (how) => {
    const carrier = how || chance(0.7) ? owner : first;
    if (!given.has(carrier)) file("promise", { carrier, what: chance(0.6) ? "call" : "write", by: Math.round(within(how === "own-missed" ? 1 : 4, how === "own-missed" ? 5 : 30) * 60) * MINUTE });
    given.add(carrier);
    return carrier;
  };
  const call = (carrier) => {
    if (given.delete(carrier)) say(carrier, "CONTACT_LOGGED", {}, { staff: true });
  };
  /** A station is asked whether the bag is there (CLK-09); silence ends with whatever is seen next. */
  const ask = (how) => {
    const asked = owner === first ? last : first, station = asked === first ? hub : to;
    if (asking) return; // one question at a time
    asking = true;
    const question = file("ask", { asked, station, ...(how !== "ask-until" && chance(0.4) ? { by: Math.round(within(14, 23) * 60) * MINUTE } : {}) }); // more than its policy and its desk's hours give
    const answer = (word, more = {}) => file("answer", { carrier: asked, station, ask: question.id, answer: word, link: chance(0.6) && now - question.at < 60 * HOUR, ...more }); // later the link has ended
    if (how === "ask-silent") return wait(5, 12);
    wait(0.2, 2);
    if (how === "ask-until") {
      answer("until", { until: Math.round(within(14, 22) * 60) * MINUTE });
      wait(1, 4);
    }
    if (how === "ask-gone") answer("sent-on", { flight: `${first}${700 + (n % 90)}`, date: day(now), to });
    else if (how === "ask-here") answer("here", { place: "T3 store 2" });
    else answer("not-here", { searched: "store 2, belts" });
    asking = false;
    told = now;
    wait();
  };
  const takeBack = (s, options = {}) => say(s.carrier, "CORRECTION", { replaces: [{ event_id: s.id }] }, options);
  /** A supervisor of the carrier that has it tells of a storm there, a second one confirms; it may be renewed by the two, or ended. */
  const storm = (carrier, station) => {
    wait(0.5, 3);
    const step = (what, person, more = {}) => file("storm", { carrier, station, storm: `storm-${n}`, step: what, person, ...more });
    step("declare", 1, { cause: chance(0.5) ? "weather" : "strike", until: Math.round(within(3, 12)) * HOUR });
    now += Math.round(within(5, 50)) * MINUTE;
    step("confirm", 2);
    if (chance(0.6)) {
      now += Math.round(within(20, 120)) * MINUTE;
      step("renew", 2, { until: Math.round(within(10, 23)) * HOUR });
      now += Math.round(within(5, 20)) * MINUTE;
      step("confirm", 1);
      if (chance(0.4, "storm")) {
        now += Math.round(within(60, 500)) * MINUTE;
        step("end", 2);
      }
    }
  };
  /** Nothing goes on without a form, a key or an address of the customer (CLK-18), who is reached, reminded every day, late once in a while, and gives it;
   * or the bag goes on without. */
  const needs = (how) => {
    const step = (what, more = {}) => file("wait", { step: what, ...more }), what = pick(["form", "key", "address"]);
    told = now;
    const before = chance(0.5);
    if (before) {
      step("asked", { needs: what });
      wait(0.5, 3);
    }
    step("reached", { ...(before ? {} : { needs: what }), note: "On the phone." });
    given.delete(owner);
    for (let days = Math.ceil(within(0, 3)); days > 0; days--) {
      now += Math.round((how === "went-on" ? within(25, 30) : within(15, 30) * Math.max(pace, 0.5)) * 60) * MINUTE + 7000;
      step("tried", { note: "Left a message." });
    }
    told = now;
    wait(0.3, 4);
    if (how === "went-on") say(holder, "FORWARD_PLANNED", { station: place, to_station: to, new_plate: "same", time_type: "planned", flight: { no: `${last}${1800 + (n % 90)}`, date: dayAt(place, now + 8 * HOUR) } });
    step(how === "went-on" ? "withdrawn" : "given");
    told = now;
    wait(0.3, 4);
  };
  /** Damage, as a claim that is acknowledged, assessed, and comes to an end one way or another. */
  const claim = (who, station, a, b) => {
    say(who, "DAMAGE_REPORTED", { station });
    const steps = () => {
      const all = ["acknowledged", "assessed", ...(chance(0.5) ? ["offered", "accepted", "paid"] : ["refused", "appealed", "offered", "declined"])];
      return chance(0.95) ? all : all.slice(0, 1);
    };
    const open = [steps()];
    while (open.some((left) => left.length)) {
      wait(a, b);
      if (open.length === 1 && chance(0.2, "claim")) { // what its owner bought meanwhile is a second claim on the same number
        open.push(steps());
        file("claim-filed", {});
        wait(a, b);
      }
      const left = pick(open.filter((one) => one.length));
      file("claim", { number: open.indexOf(left) + 1, step: left.shift() });
    }
  };
  const late = () => { // a scanner that was offline: it saw the bag before it was seen last
    if (unloaded && chance(0.3)) say(first, "BAG_SEEN", { station: hub }, { occurred: unloaded.occurred - Math.round(within(600, 1500)) * 1000 });
  };

  word();
  if (chance(0.2, "own-kept")) {
    const who = promise(must.includes("own-kept") && "own-kept");
    if (chance(0.7, "own-kept")) {
      now += Math.round(within(1, 3) * 60) * MINUTE;
      call(who);
    }
  }
  for (const how of ["accepted", "refused", "lapsed"]) if (chance(0.06, how)) handOver(how);
  wait();
  if (offered && chance(0.5)) {
    say(last, taker === last && chance(0.6) ? "TRANSFER_REFUSED" : "TRANSFER_IN", { station: hub });
    wait();
  }
  if (chance(0.4)) {
    say(first, "SEARCHED_NOT_FOUND", { station: hub, searched: "transfer belt", person: "A. Ramp" });
    wait();
  }
  if (chance(0.05, "own-missed")) {
    const who = promise("own-missed");
    wait(6, 9);
    if (chance(0.9)) call(who);
  }
  for (const how of ["ask-here", "ask-gone", "ask-until", "ask-silent"]) if (chance(0.06, how)) ask(how);
  word();
  if (chance(0.03, "lost")) return lose();
  const linked = chance(0.06, "join") || must.includes("part");
  const holder = unloaded && !linked && chance(0.1) ? finder : first, place = holder === finder ? hubOf[finder] : hub;
  if (holder === finder) now += 3 * HOUR; // off its route: no sooner than it can fly there, or the sighting is no more than possible (BAG-11)
  if (linked) link();
  if (must.includes("undone-first")) undoFirst();
  say(holder, "ON_HAND", { station: place }, linked && chance(0.5) && !must.includes("part") ? { plate: rush } : {});
  late();
  if (must.includes("storm")) storm(holder, place);
  for (const how of ["given", "went-on"]) if (chance(0.05, how)) needs(how);
  wait();
  word();
  if (chance(0.05, "held-undone")) {
    const wrong = say(holder, "CUSTOMS_HOLD", { station: place });
    wait(0.4, 3);
    takeBack(wrong);
    wait();
  }
  if (must.includes("claim")) claim(holder, place, 0.5, 3);
  if (chance(0.05, "plan-undone")) {
    const wrong = say(holder, "FORWARD_PLANNED", { station: place, to_station: to, new_plate: "same", time_type: "planned", flight: { no: `${last}${1900 + (n % 90)}`, date: dayAt(place, now + 8 * HOUR) } });
    wait(0.4, 3);
    takeBack(wrong);
    wait();
  }
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
  for (const carrier of [...given]) {
    wait();
    if (chance(0.95)) call(carrier);
  }
  if (!must.includes("claim") && chance(0.15)) {
    wait();
    claim(last, to, 2, 60);
  }
  return out;

  /** A scan under a rush plate that nobody knows makes a record of its own; staff say that it is this bag, and may find that it is not. */
  function link() {
    wait(0.3, 2);
    say(holder, "BAG_SEEN", { station: place }, { plate: rush });
    wait(0.3, 3);
    file("join", { carrier: holder, other: rush });
    told = now;
    wait(0.5, 3);
    if (!must.includes("part")) return;
    say(holder, "ON_HAND", { station: place }, { plate: rush });
    wait(0.5, 3);
    file("part", { carrier: holder, other: rush });
    told = now;
    wait(0.5, 3);
  }
  /** What takes back comes before what it takes back. */
  function undoFirst() {
    const wrong = { at: now + Math.round(within(5, 90)) * MINUTE, bag: n, plate, travel, carrier: holder, kind: "event", code: "CUSTOMS_HOLD", occurred: (told = now - 60e3), more: { station: place }, id: `y${n}-${count++}`, unsaid: true };
    takeBack(wrong);
    now = wrong.at;
    out.push(wrong);
    wait();
  }

  function lose() {
    say(owner, "LOSS_ADMITTED", {});
    now += Math.round(within(1, 9) * 24 * pace) * HOUR;
    file("fault", { body: { station: hub, reason: "54", note: "Never seen again." } });
    now += HOUR;
    for (const carrier of [...given]) call(carrier);
    file("close", { body: { reason: "settled", note: "Agreed with its owner." } });
    return out;
  }
}
