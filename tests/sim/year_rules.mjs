// SPDX-License-Identifier: Apache-2.0
// The rules of the simulated year, as plain as they can be written down: what a statement does to a bag, who owes what then, and by when by
// default.  Nothing is read from a database, no verdict of the product is believed, and no code is shared with it.  Written from the text of
// domain.md 9.2 and 9.3, design.md 6, story.md, requirements CLK-01 to CLK-19, BAG-02 to BAG-04, BAG-10, ING-12, CASE-03, CASE-08, and the tables
// and decisions of ARCHITECTURE.md.
import { DAY, HOUR, MINUTE, carriers, zones } from "./year_world.mjs";

export const HAND_OVER = 4 * HOUR; // after it a handover that nobody has answered is disputed

/** D 9.2: hours from opening to due. */
export const hours = { "tracing-holder": 4, located: 4, "forward-planned": 1, "in-flight": 18, "transfer-pending": 1, "custody-disputed": 4, held: 24,
  "at-station": 4, "with-courier": 12, attempted: 24, reported: 1, lost: 7 * 24, "claim-acknowledge": 24, "claim-assess": 72, "claim-offer": 7 * 24,
  "claim-pay": 7 * 24, "owner-offered": 4, "remind-customer": 24, "own-word": 1, ask: 1 };

/** Where a sighting puts the bag, whether it rests there, and what its debtor keeps by it (ARCHITECTURE, "Event codes"). */
const TRACE = ["tracing-holder", "tracing"], TAKE = [...TRACE, "in-flight", "transfer-pending"];
export const codes = {
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
  CASE_OWNER_CHANGED: { meets: ["owner-offered"] },
  CASE_OWNER_REFUSED: { meets: ["owner-offered"] },
  CONTACT_LOGGED: { meets: ["own-word"] },
  STATION_ANSWERED: { meets: [...TRACE, "ask"] },
};

/** What asks another carrier's question is answered by any word of the one that asks, but a confirmation, a new window, damage, or what is
 * about the file. */
export const ASKED = Object.keys(codes).filter((code) => !["STATUS_CONFIRMED", "DELIVERY_SCHEDULED", "DAMAGE_REPORTED", "CASE_CLOSED", "CASE_OWNER_CHANGED", "CASE_OWNER_REFUSED",
  "CONTACT_LOGGED", "STATION_ANSWERED"].includes(code));

/** What is answered at a station, and so counts the open hours of its desk (CLK-17). */
export const STATION_DUTIES = ["tracing-holder", "located", "transfer-pending", "custody-disputed", "held", "at-station", "attempted", "ask"];

/** What a storm puts off: what a station's own desks owe (CLK-14). */
export const STORM_DUTIES = ["tracing-holder", "located", "forward-planned", "transfer-pending", "custody-disputed", "held", "at-station", "attempted"];

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

export const endOfDay = (date, station) => wallClock(date, 24 * 60, station);

/** CLK-18: what rests while the customer, who was reached, has something to give; the file's owner reminds daily instead. */
export const RESTS = ["held", "located", "at-station", "attempted"];

/** Where and with whom it is, and how it is to go on: a bag for which this changes waits for its owner no more. */
const goesOn = (b) => JSON.stringify([b.place, b.station, b.custody, b.custodian, b.receiver, b.plan, b.attempted]);

/** A word about what the customer is to give. */
function waits(b, e) {
  if (["asked", "reached"].includes(e.step)) b.needs ??= e.needs;
  if (e.step === "reached") b.reached = true;
  if (["given", "withdrawn"].includes(e.step)) Object.assign(b, { needs: null, reached: false });
}

/** When a time that by the clock ends at `wall` ends with open hours alone counted: twelve hours later at most. */
export function openHours(desk, now, wall) {
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
export const rhythm = (since, now) => (now - since < 5 * DAY ? 24 : now - since < 21 * DAY ? 72 : 168);

/** What the statements known so far make of the bag, in the order of what happened; what was taken back was not said (ING-12). */
export function fold(log) {
  const back = new Set(log.flatMap((e) => e.replaces ?? []));
  const b = { asks: [], needs: null, reached: false, place: "NONE", station: "", rest: false, custody: "NONE", custodian: "", receiver: "", seen: -Infinity, denied: "", attempted: false, until: null, plan: null, flight: null, watched: false, over: false };
  for (const e of log.filter((one) => !back.has(one.id)).sort((x, y) => x.t - y.t)) {
    const stood = goesOn(b);
    apply(b, e);
    if (goesOn(b) !== stood) Object.assign(b, { needs: null, reached: false });
  }
  return b;
}

/** One statement, in the order of what happened. */
function apply(b, e) {
  const code = e.answer === "here" ? HERE : codes[e.code];
  if (e.code === "dispute") {
    if (b.custody === "PENDING" && e.t === b.offered + HAND_OVER) b.custody = "DISPUTED";
    return;
  }
  if (e.code === "opened") {
    Object.assign(b, { owner: e.owner, target: e.target, reported: e.t, sighted: false });
    if (b.place !== "DELIVERED") b.watched = true;
    return;
  }
  if (e.code === "CASE_OWNER_CHANGED") b.owner = e.carrier;
  if (e.step) waits(b, e);
  if (e.code === "CASE_CLOSED") Object.assign(b, { watched: false, asks: [], needs: null, reached: false });
  if (e.code === "asked") b.asks.push({ id: e.id, debtor: e.asked, station: e.station, due: e.due, since: e.t, moved: false });
  if (e.answer === "until") b.asks = b.asks.map((one) => (one.id === e.ask ? { ...one, due: e.due, moved: true } : one));
  else if (e.answer) b.asks = b.asks.filter((one) => one.id !== e.ask);
  if (e.answer === "not-here") b.denied = e.carrier;
  if (!code || (b.place === "DELIVERED" && e.code !== "DELIVERED")) return;
  if (e.code === "FORWARD_PLANNED") b.plan = { flight: e.flight, date: e.date, from: e.station };
  if (e.code === "SEARCHED_NOT_FOUND") b.denied = e.carrier;
  if (e.code === "DELIVERY_SCHEDULED") Object.assign(b, { attempted: false, until: e.until });
  if (!code.place) return;
  b.place = code.place;
  if (e.station) b.station = e.station;
  b.rest = Boolean(code.rest);
  b.flight = code.place === "LOADED" ? { flight: e.flight, date: e.date } : null;
  if (e.code === "BAG_LOADED" || e.code === "DELIVERED" || (e.code === "BAG_NOT_LOADED" && b.plan?.flight === e.flight && b.plan.date === e.date)) b.plan = null;
  if (code.place !== "WITH_COURIER" || e.code === "HANDED_TO_COURIER") Object.assign(b, { attempted: false, until: e.until ?? null });
  if (e.code === "DELIVERY_ATTEMPTED") Object.assign(b, { attempted: true, until: null });
  if (code.place === "DELIVERED") Object.assign(b, { watched: false, over: true });
  if (!e.answer) custody(b, e, code);
  Object.assign(b, { seen: e.t, denied: "", asks: b.asks.filter((one) => one.since >= e.t) }); // where it is, is what was asked
  if (b.reported !== undefined && e.t > b.reported) b.sighted = true;
}

/** A person at the station that was asked says "here": it stands there, and neither custody nor a handover moves (CLK-09). */
const HERE = { place: "AT", rest: true };

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
export function placeNews(b) {
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

/** Beside the place news: an answer of each station that is asked, by when it was agreed (CLK-09). */
export function news(b) {
  const asks = b.watched ? b.asks.map((one) => ({ owed: "ask", debtor: one.debtor, station: one.station, giver: "", basis: `${one.id} ${one.moved}`, agreed: one.due })) : [];
  return [...told(b, rested(b, placeNews(b))), ...asks];
}

/** CLK-18: the owner's daily reminder in the place of what a desk owes. */
const rested = (b, owing) => owing.map((o) => (b.reached && RESTS.includes(o.owed) ? { ...o, owed: "remind-customer", debtor: b.owner, basis: b.needs } : o));

/** CLK-16: who cannot be told cannot owe; the file's owner asks and reports in the time that it would have had, unless it owes already (CLK-01). */
function told(b, owing) {
  const all = owing.map((o) => (carriers.includes(o.debtor) ? o : { ...o, owed: "ask-and-report", as: o.owed, debtor: b.owner, for: o.debtor, basis: `${o.owed} ${o.basis}` }));
  return all.filter((o, k) => all.findIndex((one) => one.debtor === o.debtor) === k);
}

/** The owner's word to the customer, and the step of the claim. */
export function caseSteps(c) {
  const step = (owed, basis, since) => ({ owed, debtor: c.owner, station: c.station, giver: "", basis, since });
  const owing = [];
  if (!c.owner || c.closed) return [];
  for (const [carrier, due] of c.given) owing.push({ ...step("own-word", carrier), debtor: carrier, agreed: due });
  if (c.offer) owing.push({ ...step("owner-offered", `${c.owner}>${c.offer.to}`), debtor: c.offer.to, giver: c.owner });
  if (c.lost) owing.push(step("lost", "case"));
  else if (c.awaited) owing.push(step(c.answered ? "case-step" : "reported", "case", c.opened));
  // of all claims one step is owed, that which falls due first; its time runs since the step before (CLK-01)
  const next = { filed: "claim-acknowledge", acknowledged: "claim-assess", assessed: "claim-offer", accepted: "claim-pay", appealed: "claim-offer" };
  const [first] = c.claims.map((one, k) => ({ ...step(next[one.step], `claim ${k + 1}`), after: one.since })).filter((o) => o.owed)
    .sort((x, y) => x.after + hours[x.owed] * HOUR - y.after - hours[y.owed] * HOUR);
  if (first) owing.push(first);
  return owing;
}

