// SPDX-License-Identifier: Apache-2.0
// live.js - keeps one page true without reloading it: one event stream says that something changed, the page's own
// fragment is fetched and swapped in.  The words come from the server; this file formats lengths of time and the clock,
// nothing else.  While the stream is down a banner says so and the fragment is asked for every 15 s (PAGE-02, 07).
const POLL = 15e3, GRACE = 6e3, ASSURE = 120e3, TICK = 5e3;
const live = document.getElementById("live");
const say = document.getElementById("say");
const banner = document.getElementById("banner");
const path = location.pathname.replace(/\/$/, "");
const words = live.dataset;
const policy = window.trustedTypes?.createPolicy("bagwatch", { createHTML: (text) => text });

let stream = null;
let state = "joining"; // then "open" or "down"
let away = false; // the server has told that its database is
let over = false; // link or session have ended
let grace = 0; // timer: a stream that comes back within it was never said to be gone
let etag = words.etag;
let checked = Date.now();
let skew = Date.parse(words.now) - Date.now();
let busy = false, again = false;
let waiting = 0; // changes held back while the pointer is on the list
const passed = new Set(); // due times that were acted upon

// --- words ---

function span(ms) {
  const m = Math.floor(Math.max(0, ms) / 60e3), h = Math.floor(m / 60), d = Math.floor(h / 24);
  let text = words.spanNone;
  if (d) text = h % 24 ? words.spanDaysHours : words.spanDays;
  else if (h) text = m % 60 ? words.spanHoursMinutes : words.spanHours;
  else if (m) text = words.spanMinutes;
  return text.replace("{d}", d).replace("{h}", h % 24).replace("{m}", m % 60);
}

function clock(at) {
  const form = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", numberingSystem: "latn", timeZone: words.zone };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(at);
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Ages tick outside of any live region.  A due time that passes changes what is true, so the fragment is fetched.
function tick() {
  const now = Date.now() + skew;
  for (const e of live.querySelectorAll("[data-since]")) put(e, span(now - Date.parse(e.dataset.since)));
  for (const e of live.querySelectorAll("[data-until]")) put(e, span(Date.parse(e.dataset.until) - now));
  for (const e of live.querySelectorAll("[data-due]")) {
    const due = e.dataset.due;
    if (Date.parse(due) <= now && !passed.has(due)) {
      passed.add(due);
      refresh();
    }
  }
}

function tell() {
  let text = "";
  if (over) text = words.ended;
  else if (away) text = words.away.replace("{time}", clock(checked + skew));
  else if (state === "down") text = words.paused.replace("{time}", clock(checked + skew));
  words.stream = over ? "over" : state;
  banner.hidden = !text;
  put(banner, text);
}

// --- the fragment ---

// One sentence, of the first part that is no longer what it was, or has come and says so.
function announce(before) {
  for (const part of live.querySelectorAll("[data-key]")) {
    const news = before.has(part.dataset.key) ? before.get(part.dataset.key) !== part.dataset.state : "appears" in part.dataset;
    if (!news) continue;
    say.textContent = part.dataset.announce;
    return;
  }
}

// Keeps focus, folds and scrolling.  The HTML is our own server's; it is parsed without running anything.
function swap(html) {
  const fresh = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  const before = new Map([...live.querySelectorAll("[data-key]")].map((e) => [e.dataset.key, e.dataset.state]));
  const folds = new Map([...live.querySelectorAll("[data-fold]")].map((e) => [e.dataset.fold, e.open]));
  const scrolled = [...live.querySelectorAll(".scroll")].map((e) => e.scrollLeft);
  const focus = live.contains(document.activeElement) && document.activeElement.dataset.focus;
  live.replaceChildren(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
  for (const e of live.querySelectorAll("[data-fold]")) if (folds.has(e.dataset.fold)) e.open = folds.get(e.dataset.fold);
  live.querySelectorAll(".scroll").forEach((e, k) => { e.scrollLeft = scrolled[k] ?? 0; });
  if (focus) live.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  announce(before);
  tick();
}

async function fetchOnce() {
  const headers = etag ? { "If-None-Match": `"${etag}"` } : {};
  const answer = await fetch(path + "/fragment" + location.search, { headers, cache: "no-store", redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 404) {
    over = true;
    stream?.close();
    return;
  }
  if (answer.status !== 304 && !answer.ok) return;
  const text = answer.ok ? await answer.text() : "";
  checked = Date.now();
  skew = Date.parse(answer.headers.get("Bagwatch-Time")) - checked;
  if (!answer.ok) return;
  etag = answer.headers.get("ETag")?.replaceAll('"', "");
  swap(text);
}

// One fetch at a time; what changes meanwhile is fetched once more afterwards.
async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    await fetchOnce().catch(() => {}); // without a network the banner says since when
  } while (again && !over);
  busy = false;
  tell();
}

// --- rows of a list do not jump under the pointer: a button offers the changes instead ---

function held() {
  const list = live.querySelector("[data-list]");
  return list && (list.matches(":hover") || list.contains(document.activeElement));
}

function release() {
  if (!waiting) return;
  waiting = 0;
  document.getElementById("more").remove();
  refresh();
}

function offer() {
  let more = document.getElementById("more");
  if (!more) {
    more = document.createElement("button");
    more.id = "more";
    more.type = "button";
    more.addEventListener("click", release);
    live.before(more);
  }
  put(more, words.more.replace("{n}", ++waiting));
}

// --- the stream ---

// True for a version that this page does not show yet.
function isNews(name, data) {
  const parts = [...live.querySelectorAll("[data-key]")].map((e) => e.dataset);
  if (words.live === "list") return true;
  if (words.live === "bag" && name === "bag") return parts.some((p) => p.bag === data.bag.id && data.bag.version > Number(p.version));
  if (words.live === "bag") return parts.some((p) => p.caseId === data.case.id && data.case.version > Number(p.caseVersion));
  if (name === "case") return parts.some((p) => data.version > Number(p.caseVersion));
  const part = parts.find((p) => Number(p.ordinal) === data.bag);
  return !part || data.version > Number(part.version);
}

function heard(event) {
  if (!isNews(event.type, JSON.parse(event.data))) return;
  if (held()) offer();
  else refresh();
}

function up(event) {
  const back = state === "down";
  skew = Date.parse(JSON.parse(event.data).server_time) - Date.now();
  clearTimeout(grace);
  grace = 0;
  state = "open";
  tell();
  if (!back) return;
  say.textContent = words.back;
  refresh();
}

function gone() {
  clearTimeout(grace);
  grace = 0;
  state = "down";
  say.textContent = words.paused.replace("{time}", clock(checked + skew));
  tell();
  refresh();
}

function down() {
  if (over || state === "down") return;
  state = "joining";
  if (stream.readyState === EventSource.CLOSED) gone();
  else grace ||= setTimeout(gone, GRACE);
}

function connect() {
  const at = words.live === "case" ? path + "/stream" : "/v1/stream";
  stream = new EventSource(words.cursor ? at + "?last_event_id=" + encodeURIComponent(words.cursor) : at);
  stream.addEventListener("hello", up);
  stream.addEventListener("bag", heard);
  stream.addEventListener("case", heard);
  stream.addEventListener("reset", refresh);
  stream.addEventListener("refresh", () => (held() ? offer() : refresh())); // a storm, a silent feed: no entry of this bag
  stream.addEventListener("degraded", (event) => {
    away = JSON.parse(event.data).degraded;
    tell();
    if (!away) refresh();
  });
  stream.addEventListener("error", down);
}

// The reader's own zone, unless the address names one: kept in a cookie, so that the server speaks in it.
function zoneKept() {
  const own = "tz=" + Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asked = new URLSearchParams(location.search).has("tz");
  if (asked || own === "tz=" + words.zone || document.cookie.split("; ").includes(own)) return true;
  document.cookie = own + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  return !document.cookie.split("; ").includes(own);
}

if (!zoneKept()) {
  location.replace(location.href);
} else {
  connect();
  grace = setTimeout(gone, GRACE);
  tick();
  setInterval(tick, TICK);
  setInterval(() => {
    if (over || state !== "down") return;
    refresh();
    if (stream.readyState === EventSource.CLOSED) connect();
  }, POLL);
  // A connection that died without a word looks open: nothing may look live for longer than this without being so.
  setInterval(() => { if (!over && state === "open") refresh(); }, ASSURE);
  addEventListener("online", refresh);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  live.addEventListener("pointerleave", release);
}
