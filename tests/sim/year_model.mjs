// SPDX-License-Identifier: Apache-2.0
// The simulated year computed anew: every promise and every level from what was posted and when it was recorded, by the rules of
// year_rules.mjs.  The one thing that it is told of the product is the id of a promise that a storm puts off, for the id chooses the stage.
import { DAY, HOUR, MINUTE, desks } from "./year_world.mjs";
import { ASKED, HAND_OVER, RESTS, STATION_DUTIES, STORM_DUTIES, caseSteps, codes, endOfDay, fold, hours, news, openHours, rhythm } from "./year_rules.mjs";

/** What counts as a new fact for those who confirm (CLK-11): a sighting, a search in vain, an admission of loss. */
const isFact = (e) => Boolean(codes[e.code]?.place || ["SEARCHED_NOT_FOUND", "LOSS_ADMITTED"].includes(e.code) || ["here", "not-here"].includes(e.answer));

export class Year {
  /** policies: as in year_world.mjs, with `from` in ms; idOf: the id under which a promise was stored. */
  constructor(policies, idOf = () => null) {
    Object.assign(this, { policies: [...policies], idOf, bags: new Map(), under: new Map(), flights: new Map(), storms: new Map(), promises: [], ids: new Set(), lapsed: 0, waited: 0 });
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
    const opens = desk && this.policies.length ? openHours(desk, now, wall) : wall;
    if (opens !== wall) this.waited++; // for a desk (CLK-17)
    return { due: o.agreed ?? opens, yardstick, steps: policy?.steps ?? [0, 120, 360] };
  }

  /** Of one key the last that was told and has begun. */
  policyOf(o, now) {
    const last = this.policies.findLast((p) => p.owed === o.owed && (!p.carrier || p.carrier === o.debtor) && (!p.station || p.station === o.station) && now >= p.from);
    return last?.minutes === null ? undefined : last;
  }

  /** CLK-02: what is less holds a minute after it was told, what is more in any of its times a day after. */
  tellPolicy(s) {
    const two = s.body.level2_minutes ?? 120, three = s.body.level3_minutes ?? 360;
    const key = { owed: s.body.owed, carrier: s.carrier, station: s.body.station }, before = this.policies.findLast((p) => p.owed === key.owed && p.carrier === key.carrier && p.station === key.station);
    const was = before ?? { minutes: hours[key.owed] * 60, steps: [0, 120, 360] };
    const relaxes = s.body.minutes > was.minutes || two > was.steps[1] || three > was.steps[2];
    this.policies.push({ ...key, minutes: s.body.minutes, steps: [0, two, three], from: s.at + (relaxes ? DAY : MINUTE) });
  }

  /** What stood open is kept, ends or goes on; what is owed and not promised is promised now. */
  settle(subject, kind, owing, e, met) {
    const promised = new Set(), ended = [];
    for (const p of subject.open[kind]) {
      const same = owing.find((o) => o.owed === p.owed && o.debtor === p.debtor && o.basis === p.basis && !promised.has(o));
      if (met && e.carrier === p.debtor && this.keeps(p, e, same))
        this.close(p, e, { SEARCHED_NOT_FOUND: "searched", STATUS_CONFIRMED: "confirmed" }[e.code] ?? (e.answer === "not-here" ? "searched" : "met"));
      else if (same) promised.add(same);
      else this.close(p, e, this.replanned(p, owing, e) ? "replanned" : this.rests(p, owing) ? "waiting" : "superseded");
      if (p.closed) ended.push(p);
    }
    subject.open[kind] = subject.open[kind].filter((p) => !p.closed);
    for (const o of owing.filter((one) => !promised.has(one))) {
      const p = { of: kind === "bag" ? subject.plate : `file of ${subject.plate}`, owed: o.owed, debtor: o.debtor, for: o.for ?? "", as: o.as, station: o.station, giver: o.giver, basis: o.basis, opened: e.recorded, first: 0, levels: [], ...this.due(o, e.recorded) };
      const old = e.from && o.debtor === e.carrier && ended.find((one) => one.owed === o.owed && one.debtor === e.from && one.basis === o.basis);
      if (old) { // CASE-03: a hand-over gains no time; of what was missed there is an hour; who has tightened its own keeps to that
        const latest = old.due > e.recorded ? old : { due: e.recorded + HOUR, yardstick: e.recorded + HOUR };
        Object.assign(p, { due: Math.min(p.due, latest.due), yardstick: Math.min(p.yardstick, latest.yardstick) });
      }
      subject.open[kind].push(p);
      this.promises.push(p);
    }
  }

  /** What its row names; who was asked and sees the bag itself has answered. */
  keeps(p, e, same) {
    if (e.keeps) return e.keeps(p);
    if (e.answer === "sent-on") return p.owed === "ask"; // news and no plan: what is owed of the bag stays owed
    if (p.owed === "ask-and-report") return ASKED.includes(e.code);
    return codes[e.code]?.meets.includes(p.owed) || (p.owed === "ask" && !same && Boolean(codes[e.code]?.place));
  }

  /** CLK-18: its clock rests. */
  rests(p, owing) {
    return RESTS.includes(p.owed === "ask-and-report" ? p.as : p.owed) && owing.some((o) => o.owed === "remind-customer");
  }

  replanned(p, owing, e) {
    if (p.owed === "ask") return e.answer === "until" && e.carrier === p.debtor && p.basis.startsWith(e.ask);
    return e.code === "FORWARD_PLANNED" && e.carrier === p.debtor && owing.some((o) => o.owed === p.owed && o.debtor === p.debtor);
  }

  close(p, e, why) {
    Object.assign(p, { closed: e.recorded, why });
  }

  /** It ends, and the same is owed anew by a later time: a reminder that was sent is not sent again, what was escalated stands with the old one. */
  putOff(list, p, now, why, more) {
    const again = { ...p, opened: now, first: p.first + p.levels.length > 0 ? 1 : 0, levels: [], ...more };
    this.close(p, { recorded: now }, why);
    list.push(again);
    this.promises.push(again);
  }

  /** The bag of a plate; a record that was joined with another is that other's from then on. */
  bag(plate) {
    if (!this.bags.has(plate)) this.bags.set(plate, { plate, log: [], open: { bag: [], file: [] }, file: { given: new Map(), words: [], claims: [] }, state: fold([]) });
    return this.bags.get(this.under.get(plate) ?? plate);
  }

  /** When a level of a promise falls due: 0 at three quarters, 1 to 3 by steps, then daily. */
  static levelAt(p, level) {
    if (level === 0) return p.opened + ((p.due - p.opened) * 3) / 4;
    return p.due + p.steps[Math.min(level, p.steps.length) - 1] * MINUTE + Math.max(0, level - p.steps.length) * DAY;
  }

  /** When the next level of a promise is raised: as it falls due, but not within the hour after an outage of ours if it was missed before. */
  static raiseAt(p) {
    return Math.ceil(Math.max(Year.levelAt(p, p.first + p.levels.length), p.quiet ?? 0)); // the clock of the year knows milliseconds
  }

  /** The next instant after which something falls due by itself. */
  next() {
    let next = Infinity;
    for (const b of this.bags.values()) {
      for (const p of [...b.open.bag, ...b.open.file]) next = Math.min(next, Year.raiseAt(p));
      if (b.state.custody === "PENDING" && !this.under.has(b.plate)) next = Math.min(next, b.state.offered + HAND_OVER);
      if (b.file.offer) next = Math.min(next, b.file.offer.by);
    }
    return next;
  }

  /** What falls due by itself until `now`, in the order of its time: at one instant first what bounces back (it is owed no more), then levels, then a handover that is disputed.  What fell due while we were
   * away is raised when we are back. */
  pass(now) {
    for (let at = this.next(); at <= now; at = this.next()) {
      for (const b of this.bags.values()) {
        if (b.file.offer?.by === at) { // it bounces back
          b.file.offer = null;
          this.lapsed++;
          this.settle(b, "file", caseSteps(b.file), { recorded: at }, false);
        }
        for (const p of [...b.open.bag, ...b.open.file])
          if (Year.raiseAt(p) === at) p.levels.push([Year.levelAt(p, p.first + p.levels.length), Math.max(at, this.back ?? 0)]);
        if (b.state.custody === "PENDING" && !this.under.has(b.plate) && b.state.offered + HAND_OVER === at) this.tell(b, { code: "dispute", t: at, recorded: at });
      }
      this.weather(at);
    }
  }

  /** CLK-13: nobody could tell us anything between the two.  What fell due then, or does in the next half hour, is owed an hour after the end; what
   * was missed before stays, and nobody is chased before that hour is over. */
  outage({ since, until }) {
    this.pass(since);
    this.back = until;
    for (const b of this.bags.values()) {
      for (const kind of ["bag", "file"]) {
        for (const p of [...b.open[kind]]) {
          if (p.due < since) p.quiet = until + HOUR;
          else if (p.due <= until + HOUR / 2) this.putOff(b.open[kind], p, until, "outage", { due: until + HOUR, yardstick: Math.max(p.yardstick, until + HOUR) });
        }
        b.open[kind] = b.open[kind].filter((p) => !p.closed);
      }
    }
    this.pass(until);
  }

  /** CLK-14: a word about a storm.  One holds for an hour at most, a second person's for as long as the first asked. */
  tellStorm(s) {
    const at = s.at, storm = this.storms.get(s.storm) ?? { station: s.station, carrier: s.carrier };
    const asked = s.until && at + s.until;
    if (s.step === "declare") Object.assign(storm, { from: at, until: Math.min(asked, at + HOUR), asked });
    else if (s.step === "renew") storm.asked = asked;
    else if (s.step === "confirm") Object.assign(storm, { from: at, until: storm.asked });
    else storm.until = at; // it is ended
    this.storms.set(s.storm, storm);
  }

  /** What falls due in a storm, or did in the half hour before, is put off once for each word: to one of eight stages up to five minutes before its end. */
  weather(now) {
    for (const storm of [...this.storms.values()].filter((one) => one.from <= now && now < one.until)) {
      for (const { open } of this.bags.values()) {
        for (const p of [...open.bag]) {
          if (p.station !== storm.station || p.debtor !== storm.carrier || !STORM_DUTIES.includes(p.owed) || p.stormed >= storm.from) continue;
          if (p.due < storm.from - HOUR / 2 || p.due >= storm.until - 5 * MINUTE) continue;
          const id = this.idOf(p), stage = id ? (parseInt(id.replaceAll("-", "").slice(28, 30), 16) % 8) + 1 : 0;
          const due = p.due + (Math.trunc(((storm.until - p.due) * 1000) / 8) * stage) / 1000;
          this.putOff(open.bag, p, now, "moved", { stormed: now, due, yardstick: Math.max(p.yardstick, due) });
        }
        open.bag = open.bag.filter((p) => !p.closed);
      }
    }
  }

  tell(b, e) {
    const before = b.state;
    b.log.push(e);
    b.state = fold(b.log);
    // late: happened before the newest sighting, and changes nothing; taken back before it came: it was not said
    const late = e.t < before.seen && JSON.stringify({ ...b.state, seen: 0 }) === JSON.stringify({ ...before, seen: 0 });
    const unsaid = e.id && b.log.some((one) => one.replaces?.includes(e.id));
    const believed = !late && !unsaid && e.carrier && !(before.place === "DELIVERED" && codes[e.code]?.place);
    // a first plan is news, one in the place of another is none
    e.fact = believed && (isFact(e) || (e.code === "FORWARD_PLANNED" && !before.plan));
    this.settle(b, "bag", news(b.state), e.answer === "until" ? { ...e, keeps: () => false } : e, believed);
    this.tellFile(b, b.file, e, believed);
  }

  /** How often a carrier has confirmed since the last new fact. */
  confirmed(b, carrier) {
    const back = new Set(b.log.flatMap((one) => one.replaces ?? []));
    const since = Math.max(0, ...b.log.filter((one) => one.fact && !back.has(one.id)).map((one) => one.recorded));
    return b.file.words.filter((w) => w.carrier === carrier && w.recorded > since).length;
  }

  tellFile(b, c, e, believed) {
    if (!c.owner) return;
    // CLK-11: after two confirmations without a new fact only a sighting, a search or an admission of loss meets what is owed
    const usedUp = c.usedUp ?? false, confirms = believed && e.code === "STATUS_CONFIRMED" && e.carrier === c.owner;
    const seen = usedUp && believed && codes[e.code]?.place && e.carrier === c.owner;
    if (believed && e.code === "STATUS_CONFIRMED") c.words.push({ carrier: e.carrier, recorded: e.recorded });
    if (seen) e = { ...e, keeps: (p) => ["reported", "case-step"].includes(p.owed) };
    const word = believed && (seen || codes[e.code]?.meets.includes("case-step")) && !(confirms && usedUp);
    if (confirms && usedUp) e = { ...e, keeps: () => false };
    if (word) c.answered = true;
    if (e.code === "LOSS_ADMITTED") c.lost = true;
    if (e.code === "DAMAGE_REPORTED") c.claims.push({ step: "filed", since: e.recorded });
    if (e.code === "CASE_CLOSED") c.closed = true;
    if (e.code === "CONTACT_LOGGED" || ["reached", "tried"].includes(e.step)) c.given.delete(e.carrier);
    c.usedUp = this.confirmed(b, c.owner) >= 2;
    // a word of the bag that is no step of its file is not written on it, and so settles nothing there
    if (word || ["STATUS_CONFIRMED", "LOSS_ADMITTED", "DAMAGE_REPORTED", "CASE_CLOSED", "CONTACT_LOGGED", "WAITING_FOR_CUSTOMER"].includes(e.code)) this.settle(b, "file", caseSteps(c), e, believed);
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
      for (const o of news(b.state).filter((one) => one.flight === key)) {
        const p = b.open.bag.find((one) => one.owed === o.owed && one.debtor === o.debtor && one.basis === o.basis);
        if (!p || p.due <= now || this.policyOf(o, now)) continue;
        const { due } = this.due(o, now);
        if (due !== p.due && (due > now + HOUR || p.due > now + HOUR)) {
          this.close(p, { recorded: now }, "moved");
          b.open.bag = b.open.bag.filter((one) => one !== p);
          this.settle(b, "bag", news(b.state), { recorded: now }, false);
        }
      }
    }
  }

  /** A file's hand-over and what its carriers promise (CASE-03, CLK-19). */
  tellSteps(s, b, c) {
    const recorded = s.at, e = { recorded, t: recorded, carrier: s.carrier };
    if (s.kind === "promise") c.given.set(s.carrier, recorded + s.by);
    if (s.kind === "offer") c.offer = { to: s.to, by: this.due({ owed: "owner-offered", debtor: s.to, station: c.station }, recorded).due };
    if (s.kind === "refuse") [c.offer, e.code] = [null, "CASE_OWNER_REFUSED"];
    if (s.kind === "accept") {
      Object.assign(e, { code: "CASE_OWNER_CHANGED", from: c.owner });
      Object.assign(c, { owner: s.carrier, offer: null });
      b.log.push(e);
      b.state = fold(b.log);
      this.settle(b, "bag", news(b.state), e, false);
      c.usedUp = this.confirmed(b, c.owner) >= 2;
    }
    this.settle(b, "file", caseSteps(c), e, Boolean(e.code));
  }

  /** Two records are one bag, or two after all: the one with the file lives on, and what was said of the other goes with it (BAG-02). */
  tellLink(s) {
    const b = this.bags.get(s.plate), other = this.bags.get(s.other);
    if (s.kind === "join") {
      this.under.set(s.other, s.plate);
      b.log.push(...other.log.map((e) => ({ ...e, under: s.other })));
    } else {
      this.under.delete(s.other);
      other.log = b.log.filter((e) => e.under === s.other);
      b.log = b.log.filter((e) => e.under !== s.other);
      other.state = fold(other.log);
    }
    b.state = fold(b.log);
    if (b.file.owner) b.file.usedUp = this.confirmed(b, b.file.owner) >= 2;
    this.settle(b, "bag", news(b.state), { recorded: s.at }, false);
  }

  /** One posted statement at its recorded time. */
  post(s) {
    if (s.kind !== "outage" && !this.ids.has(s.id)) { // the same again: nothing
      this.ids.add(s.id);
      this.say(s);
    }
    this.weather(s.at);
  }

  say(s) {
    const b = s.plate && this.bag(s.plate), c = b?.file, recorded = s.at;
    if (s.kind === "flight") this.tellFlight(s);
    else if (s.kind === "policy") this.tellPolicy(s);
    else if (s.kind === "storm") this.tellStorm(s);
    else if (s.kind === "join" || s.kind === "part") this.tellLink(s);
    else if (["promise", "offer", "refuse", "accept"].includes(s.kind)) this.tellSteps(s, b, c);
    else if (s.kind === "ask") {
      const own = this.due({ owed: "ask", debtor: s.asked, station: s.station }, recorded).due;
      this.tell(b, { code: "asked", id: s.id, t: recorded, recorded, asked: s.asked, station: s.station, due: Math.max(own, s.by ? recorded + s.by : 0) });
    } else if (s.kind === "answer") this.tell(b, { code: "STATION_ANSWERED", id: s.id, t: recorded, recorded, carrier: s.carrier, station: s.station, answer: s.answer, ask: s.ask, due: s.until && recorded + s.until });
    else if (s.kind === "case") {
      Object.assign(c, { owner: s.body.itinerary.at(-1).flight.slice(0, 2), station: s.body.station, opened: recorded, awaited: b.state.place !== "DELIVERED" });
      const e = { code: "opened", t: recorded, recorded, owner: c.owner, target: s.body.itinerary.at(-1).to };
      b.log.push(e);
      b.state = fold(b.log);
      this.settle(b, "file", caseSteps(c), e, false);
      this.settle(b, "bag", news(b.state), e, false);
    } else if (s.kind === "claim-filed") {
      c.claims.push({ step: "filed", since: recorded });
      this.settle(b, "file", caseSteps(c), { recorded }, false);
    } else if (s.kind === "claim") {
      c.claims[s.number - 1] = { step: s.step, since: recorded };
      const kept = { acknowledged: "claim-acknowledge", assessed: "claim-assess", offered: "claim-offer", refused: "claim-offer", paid: "claim-pay" }[s.step];
      this.settle(b, "file", caseSteps(c), { code: "CLAIM_STEP", carrier: s.carrier, recorded, keeps: (p) => p.owed === kept && p.basis === `claim ${s.number}` }, true);
    } else if (s.kind === "wait") { // a contact keeps the reminder, and a word that was given
      const keeps = (p) => ["reached", "tried"].includes(s.step) && ["remind-customer", "own-word"].includes(p.owed);
      this.tell(b, { code: "WAITING_FOR_CUSTOMER", t: recorded, recorded, carrier: s.carrier, step: s.step, needs: s.needs, keeps });
    } else if (s.kind === "close") this.tell(b, { code: "CASE_CLOSED", t: recorded, recorded, carrier: s.carrier });
    else if (s.kind === "event")
      this.tell(b, { code: s.code, id: s.id, under: s.plate === b.plate ? undefined : s.plate, t: s.occurred, recorded, carrier: s.carrier, station: s.more.station ?? "", to: s.more.to_carrier,
        flight: s.more.flight?.no, date: s.more.flight?.date, until: s.more.window?.until, replaces: s.more.replaces?.map((one) => one.event_id) });
  }
}
