// Somebody who has read the lesson: knows the right answers, which stand in the curriculum's own files.
import { drawn, itemsOf, plain, reads } from './answers.mjs';

const MOST_PAGES = 120;

/** Goes on, card after card and question after question, until the page shows `end`. */
export async function learnsUntil(person, course, end) {
  const items = itemsOf(course);
  for (let page = 0; page < MOST_PAGES; page++) {
    if (await person.count(end)) return;
    if (await person.count('fieldset#q') && !await person.count('.saved')) await answers(person, items);
    else await person.tapsPrimary();
  }
  throw new Error(`${MOST_PAGES} pages, and never ${end}`);
}

/** Answers the question that is shown, rightly. */
async function answers(person, items) {
  const { page } = person;
  const stem = plain(await page.locator('fieldset#q h1').textContent());
  const item = items.find(one => reads(one.stem).test(stem));
  if (!item) throw new Error(`no item asks: ${stem}`);
  const known = drawn(item, stem);
  const right = (item.options ?? []).filter(option => option.right).map(option => reads(option.text, known));
  if (item.kind === 'truefalse') right.push(item.answer ? /^对$/ : /^不对$/);
  const isRight = words => right.some(one => one.test(words));
  const taps = page.locator('fieldset#q .answer button');
  if (['single', 'screen', 'truefalse'].includes(item.kind)) {
    const at = (await taps.allTextContents()).map(plain).findIndex(isRight);
    if (at < 0) throw new Error(`«${right}» is not among the answers of: ${stem}`);
    await person.arrives(() => taps.nth(at).click());
    return;
  }
  if (item.kind === 'multiple') {
    const labels = page.locator('fieldset#q .answer label');
    for (const [at, words] of (await labels.allTextContents()).map(plain).entries()) if (isRight(words)) await labels.nth(at).click();
  } else {
    const pairs = item.kind === 'order' ? item.sequence.map((words, at) => [words, `第${at + 1}步`]) : item.pairs.map(pair => [pair.left, pair.right]);
    for (const [left, wanted] of pairs) {
      const line = page.locator('fieldset#q .pairs > li').filter({ has: page.locator('label') });
      const at = (await line.locator('label').allTextContents()).map(plain).findIndex(words => reads(left, known).test(words));
      const options = (await line.nth(at).locator('option').allTextContents()).map(plain);
      await line.nth(at).locator('select').selectOption({ index: options.findIndex(words => reads(wanted, known).test(words)) });
    }
  }
  await person.arrives(() => page.locator('.next button').first().click());
}

/** Walks through a practice by trying what there is, never the same thing twice on one screen, until it may be kept. */
export async function practisesUntil(person, end) {
  const tried = new Set();
  for (let page = 0; page < MOST_PAGES; page++) {
    if (await person.count(end)) return;
    const screen = (await person.page.locator('h1').first().textContent()).trim();
    const deeds = person.page.locator('form.buttons button[name=action]');
    const words = await deeds.allTextContents();
    const at = words.findIndex(one => !tried.has(`${screen}: ${one}`));
    if (words.length && at >= 0) {
      tried.add(`${screen}: ${words[at]}`);
      await person.arrives(() => deeds.nth(at).click());
    } else {
      await person.tapsPrimary();
    }
  }
  throw new Error(`${MOST_PAGES} screens, and never ${end}`);
}
