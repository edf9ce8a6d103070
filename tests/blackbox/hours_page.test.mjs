// SPDX-License-Identifier: Apache-2.0
// /desk/hours without a script: a supervisor reads when the carrier's desks are open, tries other hours, sees them beside those that hold, and
// tells them; who, when, before and after stand on the page; what cannot be is said in words; the API and the clock have what the page told.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Database, Server } from "../lib/server.mjs";

const start = "2026-11-20T12:00:00Z";
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
let db, server, chief;

before(async () => {
  db = await Database.start();
  server = await Server.start({ at: start, databaseUrl: db.owner });
  server.account("agent.ba", "agent", "BA");
  server.account("chief.ib", "supervisor", "IB");
  server.account("root", "admin", "OPS", { kind: "operator" });
  chief = await server.login(server.account("chief.ba", "supervisor", "BA"));
});
after(async () => {
  await server?.stop();
  await db?.stop();
});

const as = (name) => server.login({ name, password: "a good long password" });
const plain = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const page = async (who = chief, path = "/desk/hours") => {
  const answer = await server.get(path, who);
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
};
const submit = (sent, who = chief) => server.call("POST", "/desk/hours", { ...who, body: new URLSearchParams(sent).toString(), type: "application/x-www-form-urlencoded" });
/** What is hidden in the form that tells, as a browser would send it. */
const hidden = (html) => Object.fromEntries([...html.match(/<form[^>]*>(?:(?!<\/form>)[\s\S])*value="tell"[\s\S]*?<\/form>/)[0]
  .matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
const form = (more = {}, week = "05:00-22:00") => ({ carrier: "BA", station: "LHR", ...Object.fromEntries(days.map((day) => [day, week])), dates: "", from: "", ...more });
const book = async () => (await server.get("/v1/policies/hours", chief)).json;

test("hours are shown beside those that hold, then told: a day ahead where they are fewer; the page, the API and the history have them", async () => {
  const first = await page();
  assert.match(first, /<a href="\/desk\/hours" aria-current="page">Open hours<\/a>/);
  assert.match(plain(first), /Open hours of British Airways \(BA\) .* No hours hold at the moment: every desk counts as always open\./);
  assert.ok(!first.includes('<h2 id="history">'));

  const tried = await submit(form({ station: "lhr", sat: "6:00 – 12:00, 14:00-20:00", sun: "", dates: "2026-12-24 05:00-14:00\r\n2026-12-25\r\n" }));
  assert.equal(tried.status, 200, tried.text);
  const said = /London Heathrow Airport \(LHR\) \(station time: Europe\/London\) \. From: 21 Nov, 12:00 \. The desk is closed at times at which it is open now, so it holds a day after it is told\. Before always open After Mon to Fri: 05:00–22:00 Sat: 06:00–12:00, 14:00–20:00 Sun: closed 2026-12-24: 05:00–14:00 2026-12-25: closed/;
  assert.match(plain(tried.text), said);
  assert.deepEqual((await book()).version, 0, "nothing was told yet");
  assert.match(tried.text, /name="sat" value="6:00 – 12:00, 14:00-20:00" maxlength/, "the form keeps what was written");

  const told = await submit(hidden(tried.text));
  assert.deepEqual([told.status, told.headers.get("location")], [303, "/desk/hours?carrier=BA"], told.text);
  assert.equal((await submit(hidden(tried.text))).status, 412, "the same page told again meets a newer book");
  const { version, desks: [desk] } = await book();
  assert.deepEqual([version, desk.station, desk.state, desk.weekly_minutes, desk.valid_from], [1, "LHR", "coming", (5 * 17 + 12) * 60, "2026-11-21T12:00:00Z"]);
  assert.deepEqual(desk.dates, [{ date: "2026-12-24", from: "05:00", until: "14:00" }, { date: "2026-12-25" }]);
  assert.match(plain(await page()), /To come .* London Heathrow Airport \(LHR\) Europe\/London Mon to Fri: 05:00–22:00 .* Changes .* 20 Nov, 12:00 chief\.ba London Heathrow Airport \(LHR\) always open Mon to Fri/);
  assert.match(plain(await page(chief, "/desk/policies")), /chief\.ba open hours of the desk at London Heathrow Airport \(LHR\).* always open Mon to Fri: 05:00–22:00 · Sat/);
});

test("in force it says whether the desk is open and when it opens; more hours hold at once, and the form begins with what holds", async () => {
  server.clock.set("2026-11-21T23:00:00Z"); // a Saturday
  chief = await as("chief.ba");
  const shown = await page();
  assert.match(plain(shown), /In force .* London Heathrow Airport \(LHR\) Europe\/London closed, opens 23 Nov, 05:00 Mon to Fri/);
  const filled = await page(chief, shown.match(/href="(\/desk\/hours\?[^"#]*station=LHR)#change"/)[1].replace("&amp;", "&"));
  assert.match(filled, /name="station" value="LHR"/);
  assert.match(filled, /name="sat" value="06:00-12:00, 14:00-20:00"/);
  assert.match(filled, />2026-12-24 05:00-14:00\n2026-12-25 ?<\/textarea>/);
  const more = await submit(form({}, "00:00-24:00"));
  assert.match(plain(more.text), /From: 21 Nov, 23:01 \. Before Mon to Fri: .* After Mon to Sun: 00:00–24:00/);
  assert.equal((await submit(hidden(more.text))).status, 303);
  server.clock.set("2026-11-21T23:02:00Z");
  assert.match(plain(await page()), /In force .* open Mon to Sun: 00:00–24:00/);
  const ends = await submit(form({ ends: "1" }));
  assert.match(plain(ends.text), /After always open/);
  assert.equal((await submit(hidden(ends.text))).status, 303);
  assert.deepEqual((await book()).desks.at(-1).always, true);
});

test("what cannot be is said in words of the page's language, and nothing is told", async () => {
  const { version } = await book();
  const refused = async (sent, words, who = chief) => {
    const answer = await submit(sent, who);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.text.match(/role="alert">([^<]*)</)[1], words);
    return answer;
  };
  await refused(form({ wed: "from five" }), /^Wed: write times as 05:00-22:00/);
  await refused(form({ wed: "05:00-25:00" }), /^Wed: write times/);
  await refused(form({ dates: "Christmas" }), /^“Christmas” cannot be read: a line is a date and its times/);
  await refused(form({ station: "QQQ" }), /^“QQQ” is no station that is known here/);
  await refused(form({}, ""), /^Give the hours of at least one day/);
  await refused(form({ from: "2026-11-22" }), /^Fewer hours hold a day after they are told: from 22 Nov, 23:02 at the earliest/);
  await refused(form({ from: "someday" }), /^“someday” is no day/);
  await refused(form({ station: "MAD", ends: "1" }), /^No hours were told of this desk/);
  const text = await refused(form({ wed: "<b>x" }), /^Wed/);
  assert.match(text.text, /value="&lt;b&gt;x"/);
  await refused(form({ wed: "x" }), /^Mer.: écrivez les heures/, { ...chief, headers: { ...chief.headers, "accept-language": "fr" } });
  assert.equal((await book()).version, version);
});

test("others read the page and have no form; another carrier's supervisor changes nothing; an administrator names the airline", async () => {
  const agent = await as("agent.ba"), foreign = await as("chief.ib"), root = await as("root");
  const read = await page(agent);
  assert.ok(!read.includes('id="change"') && read.includes('id="history"'));
  assert.equal((await submit(form(), agent)).status, 403);
  assert.equal((await submit(form(), foreign)).status, 403);
  assert.equal((await submit(form(), { cookie: chief.cookie, headers: { origin: server.url } })).status, 403, "without the session's token");
  assert.equal((await server.get("/desk/hours?carrier=BA", foreign)).status, 403);
  assert.match(plain(await page(root)), /Name an airline to see the open hours of its desks/);
  assert.ok((await page(root, "/desk/hours?carrier=IB")).includes('id="change"'));
});
