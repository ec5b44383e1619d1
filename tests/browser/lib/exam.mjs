// What is done in a supervised session: at a laptop of the hall, by who sits there and is not seen, on the desk.
import { itemsOf, rightFields, stemOf } from './answers.mjs';
import { Person } from './person.mjs';

export const COURSE = 'T03';
const ITEMS = itemsOf(COURSE);
const QUESTIONS = 10;
const PICTURES = ['lantern', 'bicycle', 'thermos'];
/** The button of who has answered everything. */
export const ALL_ANSWERED = 'main button.go[value="hand-in"]';

const textAt = async (request, path) => (await request.get(path)).text();

/** The token that forms of this browser carry. */
const tokenIn = html => html.match(/name="csrf" value="([^"]+)"/)[1];

async function sends(request, path, fields) {
  const data = new URLSearchParams([['once', crypto.randomUUID()], ...fields]).toString();
  const answer = await request.post(path, { data, headers: { 'content-type': 'application/x-www-form-urlencoded' }, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`${data} at ${path} is answered with ${answer.status()}`);
}

/** Sends a form without a page being shown. */
export async function posts(request, path, fields, tokenAt = '/help') {
  await sends(request, path, [['csrf', tokenIn(await textAt(request, tokenAt))], ...Object.entries(fields)]);
}

/** So many people of the sample county who are on no other journey: who, and the number of their card. */
export async function crowd(request, count) {
  const known = /王桂英|买买提|王𬭎|周长久|陈新来|赵卫国|阿依古丽|刘秀兰|张志强|李建国|何玉兰|林小满|欧阳春华|卓玛/;
  const html = await (await request.get('/dev/people')).text();
  const rows = [...html.matchAll(/name="who" value="([\w-]+)"[^]*?<b>([^<]+)<\/b>[^]*?<\/button>/g)];
  const people = rows.map(([row, who, name]) => ({ who, name, card: row.match(/([\d\s]{12})<\/span><\/span><\/span><\/button>/)?.[1].replace(/\D/g, '') }));
  const some = people.filter(one => one.card?.length === 10 && !known.test(one.name)).slice(0, count);
  if (some.length < count) throw new Error(`there are only ${some.length} more people`);
  return some;
}

/** The questions of a paper. */
export async function stemsOf(request, own) {
  const stems = [];
  for (let position = 1; position <= QUESTIONS; position++) stems.push(stemOf(await textAt(request, `${own}/questions/${position}`)));
  return stems;
}

/** Answers everything but what is not known to them, without a page being shown, and hands in. */
export async function takesUnseen(request, own, unknown) {
  for (let position = 1; position <= QUESTIONS; position++) {
    const path = `${own}/questions/${position}`;
    const html = await textAt(request, path);
    const fields = unknown.includes(position) ? [['q', '0']] : rightFields(html, ITEMS);
    await sends(request, path, [['csrf', tokenIn(html)], ...fields]);
  }
  await posts(request, own, { doing: 'hand-in' }, own);
}

/** The laptop belongs to the hall: a volunteer says so, and is signed out of it. */
export async function becomesTheHalls(laptop) {
  await laptop.becomes('李敏');
  await laptop.opens('/staff/hall-device');
  await laptop.tapsAt('main button.go');
  laptop.as = '考生';
}

/** Three pictures are chosen on the volunteer's telephone, which shows a card. Gives its number. */
export async function choosesPictures(volunteer) {
  const number = (await volunteer.page.locator('.learner-card .number').innerText()).replace(/\D/g, '');
  await volunteer.tapsAt('main a[href$="/pictures"]');
  for (const picture of PICTURES) await volunteer.tapsAt(`main button[value=${picture}]`);
  await volunteer.tapsAt('main button[name=keep]');
  return number;
}

/** With the number of the card and three taps, and on to one's own session. */
export async function sitsDown(laptop, card) {
  await laptop.opens('/hall');
  await laptop.page.locator('#card').fill(card);
  await laptop.tapsPrimary();
  for (const picture of PICTURES) await laptop.tapsAt(`main button[value=${picture}]`);
  await laptop.tapsAt('.foot a[href="/me"]');
  await laptop.tapsAt('main a[href="/exams"]');
  await laptop.tapsAt('main a.row[href^="/exams/"]');
}

/** The same laptop after it was started anew: it has kept what outlives a browser, and nothing else. */
export async function restarts(laptop) {
  const kept = (await laptop.context.cookies()).filter(cookie => cookie.expires > 0);
  const again = await Person.arrive(laptop.context.browser(), laptop.bank, laptop.manner, `${laptop.shots}-again`);
  await again.context.addCookies(kept);
  again.as = laptop.as;
  return again;
}

/** Picks one of the choices of a form by its words. */
export async function picks(person, group, words) {
  await person.page.locator(`main fieldset#${group} .answer label`).filter({ hasText: words }).first().click();
}

/** Notes something about the candidate whose page this is. */
export async function notes(person, what, words) {
  await person.page.locator('main details.fold summary').filter({ hasText: '记一件事' }).click();
  await picks(person, 'category', what);
  await person.page.locator('main textarea[name=words]').fill(words);
  await person.tapsAt('main form:has(#category) button');
}
