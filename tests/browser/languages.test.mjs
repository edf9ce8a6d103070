// SPDX-License-Identifier: Apache-2.0
// The pages in their four languages in Chromium: chosen without scripts and kept, by the browser's wish else; whole in that
// language, right to left where it is written so, fit for everybody at 320 px; what the story's page must say at 06:55.
// BW_SHOTS=<folder> keeps a picture of each.
// req: CLK-07 (Chromium: the page in en, fr, es and ar)
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Browser, absent, axe, tooWide } from "../lib/browser.mjs";
import { Story, at } from "../lib/story.mjs";

const languages = ["en", "fr", "es", "ar"];
const words = Object.fromEntries(languages.map((language) => [language, JSON.parse(readFileSync(new URL(`../../server/web/catalogues/${language}.json`, import.meta.url), "utf8"))]));
/** Names, codes and figures: what may stand in any language. */
const names = /Montreal Convention|Article|and|Iberia|British Airways|London|Heathrow|Barajas|Adolfo|Suárez|New|York|John|Kennedy|Intl|International|Airport|Madrid|Europe|Asia|Bagwatch|UTC|PIN|Find My|English|Français|Español|agent-ib|store|[A-Z]{2,}[A-Z0-9]*|\b[a-z]$/g;
let story, browser, agent;

before(async () => {
  if (absent) return;
  story = await Story.start();
  browser = await Browser.start();
  for (const row of ["row1", "row2", "row3", "row4", "row5", "row8", "row10", "row11", "row12"]) await story[row]();
  story.server.clock.set(at("21 06:55"));
  agent = await story.agent();
  story.id = (await story.bag()).bag.id;
});
after(async () => {
  await browser?.stop();
  await story?.server.stop();
});

async function shot(page, name) {
  if (process.env.BW_SHOTS) await page.screenshot({ path: join(process.env.BW_SHOTS, `${name}.png`), fullPage: true });
}

/** Sentences of another language that stand on the page, arguments left out. */
async function foreign(page, language) {
  const text = (await page.locator("main").innerText()).normalize("NFC");
  const others = languages.filter((other) => other !== language);
  return others.flatMap((other) => Object.entries(words[other]).filter(([key, said]) =>
    key.startsWith("page.") && !said.includes("{") && said.split(" ").length > 2 && said !== words[language][key] && text.includes(said)).map(([key]) => `${other}: ${key}`));
}

/** In the first time of the page: whether the day is to the right of the month's name, as it is read. */
function dayFirst() {
  const text = document.querySelector(".where time").firstChild;
  const left = (at) => {
    const letter = document.createRange();
    letter.setStart(text, at);
    letter.setEnd(text, at + 1);
    return letter.getBoundingClientRect().left;
  };
  return left(text.data.search(/\d/)) > left(text.data.search(/[\u0600-\u06ff]/));
}

test("a language is chosen without scripts, and kept for the next page", { skip: absent }, async () => {
  const page = await browser.page(story.server, { javaScriptEnabled: false, locale: "fr-CA" });
  await page.goto(story.server.url + story.link);
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["fr", "ltr"]);
  await page.getByRole("link", { name: "العربية" }).click();
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
  await page.goto(`${story.server.url}/`);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ar");
  await page.getByRole("link", { name: "Español" }).click();
  await page.goto(story.server.url + story.link);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
  await page.context().close();
});

const never = { en: /\b(lost|soon|check back|guarantee)/i, fr: /perdu|bientôt|garanti/i, es: /perdid|pronto|garant/i, ar: /مفقود|قريبا|نضمن/ };
const says = {
  en: [/^Iberia is sorry/, /British Airways was reminded on 21 Nov, 05:50/, /A colleague at Iberia took over on 21 Nov, 07:50/, /in the store of British Airways/],
  fr: [/^Iberia vous présente ses excuses/, /British Airways a reçu un rappel le 21 nov\. à 05:50/, /Chez Iberia, un collègue a pris le relais le 21 nov\. à 07:50/, /en dépôt chez British Airways/],
  es: [/^Iberia le pide disculpas/, /British Airways recibió un recordatorio el 21 nov, 05:50/, /Un compañero de Iberia se hizo cargo el 21 nov, 07:50/, /en el almacén de British Airways/],
  ar: [/^تعتذر Iberia/, /تلقت British Airways تذكيرًا في 21 نوفمبر، 05:50/, /تولّى زميل في Iberia المتابعة في 21 نوفمبر، 07:50/, /في مخزن British Airways/],
};

for (const language of languages) {
  test(`req: CLK-07 the customer's page in ${language} says all of it, and nothing in another language`, { skip: absent, timeout: 120000 }, async () => {
    for (const width of [320, 1280]) {
      const page = await browser.page(story.server, { locale: language, viewport: { width, height: 900 } });
      await page.goto(story.server.url + story.link);
      assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [language, language === "ar" ? "rtl" : "ltr"]);
      const text = (await page.locator("#live").innerText()).replace(/[\u2068\u2069]/g, "").replace(/[\u00a0\u202f]/g, " ").trim();
      for (const wanted of says[language]) assert.match(text, wanted);
      assert.doesNotMatch(text, never[language]);
      if (language === "ar") assert.ok(await page.evaluate(dayFirst), "the day stands right of its month");
      if (language === "ar") assert.deepEqual(text.replace(names, "").match(/[A-Za-z]{2,}/g) ?? [], [], "words of another script");
      assert.deepEqual(await foreign(page, language), []);
      assert.deepEqual(await axe(page), [], `${language} ${width}`);
      assert.equal(await tooWide(page), false, `${language} ${width}`);
      assert.deepEqual(page.faults, []);
      await shot(page, `customer-${language}-${width}`);
      await page.context().close();
    }
  });

  test(`every other page in ${language} is in that language, clean for axe and no wider than 320 px`, { skip: absent, timeout: 240000 }, async () => {
    const page = await browser.page(story.server, { locale: language, cookie: agent.cookie, viewport: { width: 320, height: 900 } });
    const pages = ["/missing", "/", `${story.link}/claims`, `/desk/bags/${story.id}`, `/desk/cases/${story.ref}`, "/desk?q=0125728359", "/desk/overdue", "/desk/proposals", "/desk/found", "/desk/asked", "/desk/feeds", "/desk/disruptions", "/desk/policies", "/desk/hours", "/desk/rules", `/desk/told?case=${story.ref}`, "/report?from=2026-11-20&to=2026-11-22", "/account", "/login"];
    for (const path of pages) {
      if (path === "/login") await page.context().clearCookies();
      await page.goto(story.server.url + path);
      assert.equal(await page.evaluate(() => document.documentElement.lang), language, path);
      assert.deepEqual(await axe(page), [], `${path} ${language}`);
      assert.equal(await tooWide(page), false, `${path} ${language}`);
      assert.deepEqual(await foreign(page, language), [], path);
      assert.deepEqual(page.faults, [], path);
      await shot(page, `${path.replaceAll(/[^a-z]+/g, "-")}-${language}`);
    }
    await page.context().close();
  });
}
