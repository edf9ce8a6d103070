// SPDX-License-Identifier: Apache-2.0
// Who owed what by when, and when each level fell due, computed anew from what was posted and when it was recorded: nothing is read from
// a database, no verdict of the product is believed, and no code is shared with it.  Written from the text of domain.md 9.2 and 9.3, design.md 6,
// story.md and requirements CLK-01 to CLK-05, CLK-03, CLK-11, CLK-13, CLK-16, CLK-17, BAG-03, BAG-04, BAG-10, CASE-08.
import { carriers, desks, zones } from "./year_traffic.mjs";

const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const HAND_OVER = 4 * HOUR; // after it a handover that nobody has answered is disputed

/** D 9.2: hours from opening to due. */
const hours = { "tracing-holder": 4, located: 4, "forward-planned": 1, "in-flight": 18, "transfer-pending": 1, "custody-disputed": 4, held: 24,
  "at-station": 4, "with-courier": 12, attempted: 24, reported: 1, lost: 7 * 24, "claim-acknowledge": 24, "claim-assess": 72, "claim-offer": 7 * 24 };

/** Where a sighting puts the bag, whether it rests there, and what its debtor keeps by it (ARCHITECTURE, "Event codes"). */
const TRACE = ["tracing-holder", "tracing"], TAKE = [...TRACE, "in-flight", "transfer-pending"];
const codes = {
  BAG_ACCEPTED: { place: "AT", meets: [...TRACE, "transfer-pending"] },
  BAG_SEEN: { place: "AT", meets: TAKE },
  BAG_LOADED: { place: "LOADED", meets: [...TRACE, "located", "forward-planned", "transfer-pending", "held"] },
  BAG_NOT_LOADED: { place: "AT", rest: true, meets: [...TRACE, "forward-planned", "transfer-pending"] },
  BAG_UNLOADED: { place: "AT", meets: TAKE },
  TRANSFER_OUT: { place: "AT", meets: [...TRACE, "located", "in-flight"] },
  TRANSFER_IN: { place: "AT", meets: [...TRACE, "transfer-pending", "custody-disputed"] },
  TRANSFER_REFUSED: { place: "AT", meets: [...TRACE, "transfer-pending", "custody-disputed"] },
  ON_HAND: { place: "AT", rest: true, meets: TAKE },
  FORWARD_PLANNED: { meets: [...TRACE, "located", "held"] },
  CUSTOMS_HOLD: { place: "HELD", rest: true, meets: [...TRACE, "located", "in-flight", "transfer-pending", "at-station"] },
  CUSTOMS_RELEASED: { place: "AT", rest: true, meets: [...TRACE, "transfer-pending", "held"] },
  ARRIVED_AT_DESTINATION: { place: "AT_DESTINATION", rest: true, meets: [...TRACE, "located", "in-flight", "transfer-pending", "held"] },
  HANDED_TO_COURIER: { place: "WITH_COURIER", meets: [...TRACE, "located", "transfer-pending", "held", "at-station", "attempted"] },
  DELIVERY_ATTEMPTED: { place: "WITH_COURIER", meets: ["with-courier"] },
  DELIVERY_SCHEDULED: { meets: ["attempted"] },
  RETURNED_TO_STATION: { place: "AT_DESTINATION", rest: true, meets: ["with-courier", "attempted"] },
  DELIVERED: { place: "DELIVERED", meets: [...TRACE, "located", "in-flight", "transfer-pending", "held", "at-station", "with-courier", "attempted"] },
  SEARCHED_NOT_FOUND: { meets: [...TRACE, "reported", "case-step"] },
  STATUS_CONFIRMED: { meets: ["reported", "case-step"] },
  LOSS_ADMITTED: { meets: ["tracing", "reported", "case-step"] },
  DAMAGE_REPORTED: { meets: [] },
  CASE_CLOSED: { meets: ["reported", "case-step", "lost"] },
};

/** What asks another carrier's question is answered by any word of the one that asks, but a confirmation, a new window or damage. */
const ASKED = Object.keys(codes).filter((code) => !["STATUS_CONFIRMED", "DELIVERY_SCHEDULED", "DAMAGE_REPORTED", "CASE_CLOSED"].includes(code));

/** What is answered at a station, and so counts the open hours of its desk (CLK-17). */
const STATION_DUTIES = ["tracing-holder", "located", "transfer-pending", "custody-disputed", "held", "at-station", "attempted"];

/** Minutes from 00:00 of a date at a station, as an instant in ms. */
function wallClock(date, minutes, station) {
  const wall = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE;
  let utc = wall;
  for (let k = 0; k < 3; k++) {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zones[station], hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit" }).formatToParts(utc).map((p) => [p.type, p.value]));
    utc += wall - Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:00Z`);
  }
  return utc;
}

const endOfDay = (date, station) => wallClock(date, 24 * 60, station);

/** When a time that by the clock ends at `wall` ends with open hours alone counted: twelve hours later at most. */
function openHours(desk, now, wall) {
  let left = wall - now;
  for (let k = -1; k < 4; k++) {
    const date = new Date(now + k * DAY).toISOString().slice(0, 10), day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    for (const [, from, until] of desk.closed.includes(date) ? [] : desk.week.filter((w) => w[0] === day)) {
      const opens = Math.max(now, wallClock(date, from, desk.station)), shuts = wallClock(date, until, desk.station);
      if (shuts <= opens) continue;
      if (shuts - opens >= left) return Math.min(opens + left, wall + 12 * HOUR);
      left -= shuts - opens;
    }
  }
  return wall + 12 * HOUR;
}

/** Daily for five days, every 72 h to day 21, then weekly. */
const rhythm = (since, now) => (now - since < 5 * DAY ? 24 : now - since < 21 * DAY ? 72 : 168);

/** What the statements known so far make of the bag, in the order of what happened. */
function fold(log) {
  const b = { place: "NONE", station: "", rest: false, custody: "NONE", custodian: "", receiver: "", seen: -Infinity, denied: "", attempted: false, until: null, plan: null, flight: null, watched: false, over: false };
  for (const e of [...log].sort((x, y) => x.t - y.t)) {
    const code = codes[e.code];
    if (e.code === "dispute") {
      if (b.custody === "PENDING" && e.t === b.offered + HAND_OVER) b.custody = "DISPUTED";
      continue;
    }
    if (e.code === "opened") {
      Object.assign(b, { owner: e.owner, target: e.target, reported: e.t, sighted: false });
      if (b.place !== "DELIVERED") b.watched = true;
      continue;
    }
    if (e.code === "CASE_CLOSED") b.watched = false;
    if (!code || (b.place === "DELIVERED" && e.code !== "DELIVERED")) continue;
    if (e.code === "FORWARD_PLANNED") b.plan = { flight: e.flight, date: e.date, from: e.station };
    if (e.code === "SEARCHED_NOT_FOUND") b.denied = e.carrier;
    if (e.code === "DELIVERY_SCHEDULED") Object.assign(b, { attempted: false, until: e.until });
    if (!code.place) continue;
    b.place = code.place;
    if (e.station) b.station = e.station;
    b.rest = Boolean(code.rest);
    b.flight = code.place === "LOADED" ? { flight: e.flight, date: e.date } : null;
    if (e.code === "BAG_LOADED" || e.code === "DELIVERED" || (e.code === "BAG_NOT_LOADED" && b.plan?.flight === e.flight && b.plan.date === e.date)) b.plan = null;
    if (code.place !== "WITH_COURIER" || e.code === "HANDED_TO_COURIER") Object.assign(b, { attempted: false, until: e.until ?? null });
    if (e.code === "DELIVERY_ATTEMPTED") Object.assign(b, { attempted: true, until: null });
    if (code.place === "DELIVERED") Object.assign(b, { watched: false, over: true });
    custody(b, e, code);
    Object.assign(b, { seen: e.t, denied: "" });
    if (b.reported !== undefined && e.t > b.reported) b.sighted = true;
  }
  return b;
}

/** D 9.3: only the receiver's own acquisition moves it; a refusal leaves it with the giver. */
function custody(b, e, code) {
  const hold = (who) => Object.assign(b, { custody: "HELD", custodian: who, receiver: "" });
  if (e.code === "TRANSFER_OUT") {
    if (b.custody === "HELD" && e.carrier !== b.custodian && e.to === b.custodian) return;
    if (b.custody === "PENDING" && e.carrier === b.custodian && e.to === b.receiver) return;
    Object.assign(b, { custody: "PENDING", custodian: e.carrier, receiver: e.to, offered: e.recorded });
  } else if (e.code === "TRANSFER_REFUSED") {
    if (["PENDING", "DISPUTED"].includes(b.custody) && e.carrier === b.receiver) hold(b.custodian);
  } else if (code.place === "DELIVERED") Object.assign(b, { custody: "NONE", custodian: "", receiver: "" });
  else hold(e.carrier);
}

/** The first row of design.md 6 that fits. */
function placeNews(b) {
  const at = (owed, debtor = b.custodian) => [{ owed, debtor: debtor || b.owner, station: b.station, giver: "", basis: b.station }];
  if (!b.watched || b.over || b.place === "DELIVERED") return [];
  const pair = { giver: b.custodian, basis: `${b.custodian}>${b.receiver}` };
  if (b.custody === "DISPUTED") return [b.custodian, b.receiver].map((who) => ({ ...at("custody-disputed", who)[0], ...pair }));
  if (b.custody === "PENDING") return [{ ...at("transfer-pending", b.receiver)[0], ...pair }];
  if (b.attempted) return at("attempted");
  if (b.place === "WITH_COURIER") return [{ ...at("with-courier")[0], basis: `until ${b.until}`, until: b.until }];
  if (b.place === "AT_DESTINATION") return at("at-station");
  if (b.place === "HELD") return at("held");
  if (b.place === "LOADED") return [{ ...at("in-flight", b.flight.flight.slice(0, 2))[0], basis: `${b.flight.flight}/${b.flight.date}`, flight: `${b.flight.flight}/${b.flight.date}` }];
  if (b.plan) return [{ ...at("forward-planned", b.plan.flight.slice(0, 2))[0], station: b.plan.from, basis: `${b.plan.flight}/${b.plan.date}`, flight: `${b.plan.flight}/${b.plan.date}`, plan: b.plan }];
  if (b.place === "AT" && b.station === b.target) return at("at-station");
  if (b.place === "AT" && (b.sighted || b.rest)) return at("located");
  return b.custodian && b.denied !== b.custodian ? at("tracing-holder") : [{ ...at("tracing", b.owner)[0], since: b.reported }];
}

/** CLK-16: who cannot be told cannot owe; the file's owner asks and reports in the time that it would have had. */
function told(b, owing) {
  return owing.map((o) => (carriers.includes(o.debtor) ? o : { ...o, owed: "ask-and-report", as: o.owed, debtor: b.owner, for: o.debtor, basis: `${o.owed} ${o.basis}` }));
}

/** The owner's word to the customer, and the step of the claim. */
function caseSteps(c) {
  const step = (owed, basis, since) => ({ owed, debtor: c.owner, station: c.station, giver: "", basis, since });
  const owing = [];
  if (!c.owner || c.closed) return [];
  if (c.lost) owing.push(step("lost", "case"));
  else if (c.awaited) owing.push(step(c.answered ? "case-step" : "reported", "case", c.opened));
  const next = { filed: "claim-acknowledge", acknowledged: "claim-assess", assessed: "claim-offer" }[c.claim?.step];
  if (next) owing.push({ ...step(next, "claim 1"), after: c.claim.since });
  return owing;
}

export class Year {
  /** policies: as in year_traffic.mjs, with `from` in ms. */
  constructor(policies) {
    this.policies = policies;
    this.bags = new Map();
    this.flights = new Map();
    this.promises = [];
  }

  due(o, now) {
    const timed = o.as ?? o.owed, plain = hours[timed] === undefined ? rhythm(o.since, now) * HOUR : hours[timed] * HOUR;
    let yardstick = o.after === undefined ? now + plain : Math.max(o.after + plain, now + Math.min(plain, HOUR));
    const flight = this.flights.get(o.flight); // CLK-03: departure + 1 h, arrival + 2 h, an hour from now at least
    if (o.plan) yardstick = Math.max((flight?.departs ?? endOfDay(o.plan.date, o.plan.from)) + HOUR, yardstick);
    if (timed === "in-flight" && flight) yardstick = Math.max(flight.arrives + 2 * HOUR, now + HOUR);
    if (o.until) yardstick = Math.max(Date.parse(o.until), now) + HOUR;
    const policy = this.policyOf(o, now), desk = STATION_DUTIES.includes(o.owed) && desks.find((d) => d.carrier === o.debtor && d.station === o.station);
    const wall = policy ? Math.min(now + policy.minutes * MINUTE, now + 2 * (yardstick - now)) : yardstick;
    return { due: desk && this.policies.length ? openHours(desk, now, wall) : wall, yardstick, steps: policy?.steps ?? [0, 120, 360] };
  }

  policyOf(o, now) {
    return this.policies.find((p) => p.owed === o.owed && (!p.carrier || p.carrier === o.debtor) && (!p.station || p.station === o.station) && now >= p.from);
  }

  /** What stood open is kept, ends or goes on; what is owed and not promised is promised now. */
  settle(subject, kind, owing, e, met) {
    const promised = new Set();
    for (const p of subject.open[kind]) {
      const same = owing.find((o) => o.owed === p.owed && o.debtor === p.debtor && o.basis === p.basis && !promised.has(o));
      if (met && e.carrier === p.debtor && (e.keeps ? e.keeps(p) : p.owed === "ask-and-report" ? ASKED.includes(e.code) : codes[e.code]?.meets.includes(p.owed)))
        this.close(p, e, { SEARCHED_NOT_FOUND: "searched", STATUS_CONFIRMED: "confirmed" }[e.code] ?? "met");
      else if (same) promised.add(same);
      else this.close(p, e, e.code === "FORWARD_PLANNED" && e.carrier === p.debtor && owing.some((o) => o.owed === p.owed && o.debtor === p.debtor) ? "replanned" : "superseded");
    }
    subject.open[kind] = subject.open[kind].filter((p) => !p.closed);
    for (const o of owing.filter((one) => !promised.has(one))) {
      const p = { of: kind === "bag" ? subject.plate : `file of ${subject.plate}`, owed: o.owed, debtor: o.debtor, for: o.for ?? "", station: o.station, giver: o.giver, basis: o.basis, opened: e.recorded, first: 0, levels: [], ...this.due(o, e.recorded) };
      subject.open[kind].push(p);
      this.promises.push(p);
    }
  }

  close(p, e, why) {
    Object.assign(p, { closed: e.recorded, why });
  }

  bag(plate) {
    if (!this.bags.has(plate)) this.bags.set(plate, { plate, log: [], ids: new Set(), open: { bag: [], file: [] }, file: {}, state: fold([]) });
    return this.bags.get(plate);
  }

  /** When a level of a promise falls due: 0 at three quarters, 1 to 3 by steps, then daily. */
  static levelAt(p, level) {
    if (level === 0) return p.opened + ((p.due - p.opened) * 3) / 4;
    return p.due + p.steps[Math.min(level, p.steps.length) - 1] * MINUTE + Math.max(0, level - p.steps.length) * DAY;
  }

  /** When the next level of a promise is raised: as it falls due, but not within the hour after an outage of ours if it was missed before. */
  static raiseAt(p) {
    return Math.max(Year.levelAt(p, p.first + p.levels.length), p.quiet ?? 0);
  }

  /** The next instant after which something falls due by itself. */
  next() {
    let next = Infinity;
    for (const b of this.bags.values()) {
      for (const p of [...b.open.bag, ...b.open.file]) next = Math.min(next, Year.raiseAt(p));
      if (b.state.custody === "PENDING") next = Math.min(next, b.state.offered + HAND_OVER);
    }
    return next;
  }

  /** What falls due by itself until `now`, in the order of its time: levels before a time-out of the same instant.  What fell due while we were
   * away is raised when we are back. */
  pass(now) {
    for (let at = this.next(); at <= now; at = this.next()) {
      for (const b of this.bags.values()) {
        for (const p of [...b.open.bag, ...b.open.file])
          if (Year.raiseAt(p) === at) p.levels.push([Year.levelAt(p, p.first + p.levels.length), Math.max(at, this.back ?? 0)]);
        if (b.state.custody === "PENDING" && b.state.offered + HAND_OVER === at) this.tell(b, { code: "dispute", t: at, recorded: at });
      }
    }
  }

  /** CLK-13: nobody could tell us anything between the two.  What fell due then, or does in the next half hour, is owed an hour after the end; what
   * was missed before stays, and nobody is chased before that hour is over. */
  outage({ since, until }) {
    this.pass(since);
    this.back = until;
    for (const b of this.bags.values()) {
      for (const kind of ["bag", "file"]) {
        for (const p of b.open[kind]) {
          if (p.due < since) p.quiet = until + HOUR;
          else if (p.due <= until + HOUR / 2) {
            const due = until + HOUR, again = { ...p, opened: until, due, yardstick: Math.max(p.yardstick, due), first: p.first + p.levels.length > 0 ? 1 : 0, levels: [] };
            this.close(p, { recorded: until }, "outage");
            b.open[kind].push(again);
            this.promises.push(again);
          }
        }
        b.open[kind] = b.open[kind].filter((p) => !p.closed);
      }
    }
    this.pass(until);
  }

  tell(b, e) {
    const before = b.state, c = b.file;
    b.log.push(e);
    b.state = fold(b.log);
    // late: happened before the newest sighting, and changes nothing
    const late = e.t < before.seen && JSON.stringify({ ...b.state, seen: 0 }) === JSON.stringify({ ...before, seen: 0 });
    const believed = !late && e.carrier && !(before.place === "DELIVERED" && codes[e.code]?.place);
    this.settle(b, "bag", told(b.state, placeNews(b.state)), e, believed);
    this.tellFile(b, c, e, believed, Boolean(before.plan));
  }

  tellFile(b, c, e, believed, planned) {
    if (!c.owner) return;
    // CLK-11: after two confirmations without a new fact only a sighting, a search or an admission of loss meets what is owed
    const usedUp = (c.confirms ?? 0) >= 2, confirms = believed && e.code === "STATUS_CONFIRMED" && e.carrier === c.owner;
    const fact = believed && (codes[e.code]?.place || ["SEARCHED_NOT_FOUND", "LOSS_ADMITTED"].includes(e.code));
    const seen = usedUp && fact && codes[e.code].place && e.carrier === c.owner;
    const news = fact || (believed && e.code === "FORWARD_PLANNED" && !planned); // a first plan is news, one in the place of another is none
    if (confirms) c.confirms = (c.confirms ?? 0) + 1;
    else if (news) c.confirms = 0;
    if (seen) e = { ...e, keeps: (p) => ["reported", "case-step"].includes(p.owed) };
    const word = believed && (seen || codes[e.code]?.meets.includes("case-step")) && !(confirms && usedUp);
    if (confirms && usedUp) e = { ...e, keeps: () => false };
    if (word) c.answered = true;
    if (e.code === "LOSS_ADMITTED") c.lost = true;
    if (e.code === "DAMAGE_REPORTED") c.claim ??= { step: "filed", since: e.recorded };
    if (e.code === "CASE_CLOSED") c.closed = true;
    // a word of the bag that is no step of its file is not written on it, and so settles nothing there
    if (word || ["STATUS_CONFIRMED", "LOSS_ADMITTED", "DAMAGE_REPORTED", "CASE_CLOSED"].includes(e.code)) this.settle(b, "file", caseSteps(c), e, believed);
    if (c.awaited && (b.state.over || !b.state.watched)) { // WATCH_ENDED, written right behind what ended it
      c.awaited = false;
      this.settle(b, "file", caseSteps(c), { recorded: e.recorded }, false);
    }
  }

  /** Times of a flight: what hangs on it and is not due yet ends and is owed anew by the new time; within an hour nothing is won. */
  tellFlight(s) {
    const surest = (times) => Date.parse(times.estimated ?? times.scheduled), key = `${s.flight.no}/${s.flight.date}`, now = s.at;
    this.flights.set(key, { departs: surest(s.body.departure), arrives: surest(s.body.arrival) });
    for (const b of this.bags.values()) {
      for (const o of told(b.state, placeNews(b.state)).filter((one) => one.flight === key)) {
        const p = b.open.bag.find((one) => one.owed === o.owed && one.debtor === o.debtor && one.basis === o.basis);
        if (!p || p.due <= now || this.policyOf(o, now)) continue;
        const { due } = this.due(o, now);
        if (due !== p.due && (due > now + HOUR || p.due > now + HOUR)) {
          this.close(p, { recorded: now }, "moved");
          b.open.bag = b.open.bag.filter((one) => one !== p);
          this.settle(b, "bag", told(b.state, placeNews(b.state)), { recorded: now }, false);
        }
      }
    }
  }

  /** One posted statement at its recorded time. */
  post(s) {
    if (s.kind === "outage") return;
    const b = this.bag(s.plate), c = b.file, recorded = s.at;
    if (b.ids.has(s.id)) return; // the same again: nothing
    b.ids.add(s.id);
    if (s.kind === "flight") this.tellFlight(s);
    else if (s.kind === "case") {
      Object.assign(c, { owner: s.body.itinerary.at(-1).flight.slice(0, 2), station: s.body.station, opened: recorded, awaited: b.state.place !== "DELIVERED" });
      const e = { code: "opened", t: recorded, recorded, owner: c.owner, target: s.body.itinerary.at(-1).to };
      b.log.push(e);
      b.state = fold(b.log);
      this.settle(b, "file", caseSteps(c), e, false);
      this.settle(b, "bag", told(b.state, placeNews(b.state)), e, false);
    } else if (s.kind === "claim") {
      c.claim = { step: s.step, since: recorded };
      const kept = { acknowledged: "claim-acknowledge", assessed: "claim-assess", offered: "claim-offer" }[s.step];
      this.settle(b, "file", caseSteps(c), { code: "CLAIM_STEP", carrier: s.carrier, recorded, keeps: (p) => p.owed === kept }, true);
    } else if (s.kind === "close") this.tell(b, { code: "CASE_CLOSED", t: recorded, recorded, carrier: s.carrier });
    else if (s.kind === "event")
      this.tell(b, { code: s.code, t: s.occurred, recorded, carrier: s.carrier, station: s.more.station ?? "", to: s.more.to_carrier, flight: s.more.flight?.no, date: s.more.flight?.date, until: s.more.window?.until });
  }
}
