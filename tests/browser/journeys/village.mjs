// The village hall, from nothing to a receipt: a volunteer's telephone, the hall's device, and an elder who has neither telephone nor
// pinyin. Each of the two is a browser of its own; everything goes through the screens.
import { Person } from '../lib/person.mjs';
import { learnsUntil } from '../lib/learner.mjs';

const COURSE = 'T19';
const PICTURES = ['lantern', 'bicycle', 'thermos'];
// What enrolling may take of somebody who enrols thirty in a morning.
const MOST_TAPS = 8;
const MOST_FIELDS = 6;
const SURNAMES = '赵钱孙吴郑冯陈褚卫蒋沈韩杨';
const LETTERS = '梅兰竹菊春夏秋冬山水田林云霞松柏桃杏柳';

const oneOf = letters => letters[Math.floor(Math.random() * letters.length)];
const at = person => new URL(person.page.url()).pathname;
function leadsTo(person, path) {
  if (!path.test(at(person))) throw new Error(`this led to ${at(person)}, not to ${path}`);
}

/** The volunteer makes the device at hand the hall's, and is signed out of it. */
async function becomesTheHalls(device) {
  await device.becomes('李敏');
  await device.opens('/staff/learners');
  await device.tapsAt('main a[href="/staff/hall-device"]');
  await device.tapsAt('main button.go');
  device.as = undefined;
  leadsTo(device, /^\/hall$/);
}

/** From the volunteer's home to the card; counts what the volunteer taps, and what has to be filled in or chosen. */
async function enrols(volunteer, name) {
  const { page } = volunteer;
  const made = { taps: 0, fields: 0 };
  const taps = async act => { made.taps++; await act(); };
  const chooses = async (selector, value) => {
    made.fields++;
    await taps(() => page.locator(selector).click());
    if (value) await page.keyboard.type(value);
  };
  await volunteer.opens('/staff');
  await taps(() => volunteer.tapsAt('main a[href="/staff/hall"]'));
  await taps(() => volunteer.tapsAt('main a[href="/staff/learners/register"]'));
  await chooses('#name', name);
  await chooses('#year', '1949');
  await chooses('label[for=nophone-1]');
  await chooses('label[for=font-2]');
  await chooses('label[for=consent-1]');
  await taps(() => volunteer.tapsAt('main form button.go'));
  leadsTo(volunteer, /^\/staff\/learners\/[\w-]+\/card$/);
  await volunteer.reads(name);
  if (made.taps > MOST_TAPS) volunteer.findings.push(`enrolling takes ${made.taps} taps, at most ${MOST_TAPS}`);
  if (made.fields > MOST_FIELDS) volunteer.findings.push(`enrolling takes ${made.fields} fields, at most ${MOST_FIELDS}`);
  const number = (await page.locator('.learner-card .number').innerText()).replace(/\D/g, '');
  if (number.length !== 10) throw new Error(`the card says ${number}`);
  return { name, number, picture: await page.locator('.learner-card').screenshot() };
}

/** The elder taps three pictures on the volunteer's telephone, and sees them once more. */
async function choosesPictures(volunteer) {
  await volunteer.tapsAt('main a[href$="/pictures"]');
  for (const picture of PICTURES) await volunteer.tapsAt(`main button[value=${picture}]`);
  await volunteer.tapsAt('main button[name=keep]');
  await volunteer.reads('三张图存好了');
}

/** On the hall's device, with the number of the card and three taps. It shows the size of letters that was chosen at enrolment. */
async function signsInByPictures(device, card) {
  await device.page.locator('#card').fill(card.number);
  await device.tapsPrimary();
  for (const picture of PICTURES.slice(0, 2)) await device.tapsAt(`main button[value=${picture}]`);
  device.as = '一位长辈';
  device.manner = { ...device.manner, size: 'large' };
  await device.tapsAt(`main button[value=${PICTURES[2]}]`);
  leadsTo(device, /^\/$/);
  await device.reads(card.name);
}

/** What a scanner opens; or where no script runs, a photograph of the card, which the bank reads. */
async function checksIn(volunteer, card) {
  if (volunteer.manner.scripts) {
    await volunteer.opens(`/c/${card.number}`);
  } else {
    await volunteer.opens('/staff/hall');
    await volunteer.tapsAt('main a.row[href^="/staff/classes/"]');
    await volunteer.page.locator('details', { has: volunteer.page.locator('input[type=file]') }).locator('summary').click();
    await volunteer.page.locator('input[name=photo]').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer: card.picture });
    await volunteer.tapsAt('main form[action$="/photo"] button');
  }
  await volunteer.tapsAt('main .answer button');
  await volunteer.reads(`${card.name}，签到了`);
}

/** Finds the class among what helps, reads that one has come, and learns its course's first lesson. */
async function learnsTheLesson(device) {
  await device.tapsAt('.tabs a[href="/help"]');
  await device.tapsAt('main a[href="/classes"]');
  await device.tapsAt('main a.row[href^="/classes/"]');
  await device.reads('您来了');
  await device.tapsAt(`main a[href="/courses/${COURSE}"]`);
  await device.tapsPrimary();
  await learnsUntil(device, COURSE, 'h1:has-text("这一课学完了")');
  await device.reads('已经给您记下了');
}

async function finds(volunteer, card) {
  await volunteer.tapsAt('.staff-nav a[href="/staff/learners"]');
  await volunteer.page.locator('#number').fill(card.number);
  await volunteer.tapsAt('main button.go');
  leadsTo(volunteer, /^\/staff\/learners\/[\w-]+$/);
  await volunteer.tapsAt('main a[href$="/aid"]');
}

/** Both say it: the volunteer what is helped with, the elder that the decisions are the elder's. */
async function agreeOnHelp(volunteer, device, card) {
  await finds(volunteer, card);
  await volunteer.page.locator('label[for=aid-1]').click();
  await volunteer.tapsAt('main form[action$="/aid"] button.go');
  await volunteer.reads('您这一半说好了');
  await device.tapsAt('.tabs a[href="/help"]');
  await device.tapsAt('main a[href="/assistance"]');
  await device.reads('我自己拿主意，请人念给您听');
  await device.tapsPrimary();
  await device.reads('有人在旁边帮您');
  await device.tapsPrimary();
}

/** Passes the test while somebody reads it out; neither the result nor the passbook tells that somebody did. */
async function passesWithHelp(device) {
  await device.opens(`/courses/${COURSE}`);
  await device.tapsAt(`main a[href="/courses/${COURSE}/test"]`);
  await device.tapsPrimary();
  await learnsUntil(device, COURSE, 'dl.facts, h1:has-text("看一遍您的答案")');
  await device.reads('有人在旁边帮您');
  await device.taps('答好了，看结果');
  leadsTo(device, /^\/tests\/[^/]+\/result$/);
  await device.reads('1 格');
  await device.tapsAt('.assisted a');
  await device.tapsAt('main button[value=end]');
  await device.taps('今天帮了我');
  await device.tapsAt('.tabs a[href="/passbook"]');
  const lines = await device.page.locator('.lines .line').allInnerTexts();
  if (lines.length !== 1 || !lines[0].includes('1 格')) device.findings.push(`the passbook has ${lines.length} lines: ${lines.join(' | ')}`);
  if (/旁边|帮忙|李敏/.test(lines.join())) device.findings.push(`the passbook tells of the help: ${lines}`);
}

/** What was done for the elder: kept by the volunteer, who prints the receipt. Gives its number. */
async function doesAnErrand(volunteer, card) {
  await finds(volunteer, card);
  await volunteer.tapsAt('main a[href$="/on-behalf"]');
  for (const choice of ['errand-1', 'outcome-1', 'ago-1', 'agreed-1']) await volunteer.page.locator(`label[for=${choice}]`).click();
  await volunteer.page.locator('#what').fill('县人民医院眼科，下周二上午');
  await volunteer.page.locator('#why').fill('没有手机，当天的号快没了');
  await volunteer.tapsAt('main button.go');
  leadsTo(volunteer, /^\/staff\/on-behalf\/[\w-]+\/[\w-]+$/);
  await printsOnOnePage(volunteer);
  return (await volunteer.page.locator('.slip .num').first().innerText()).replace(/\D/g, '');
}

/** On paper: one page in large type, the receipt alone. */
async function printsOnOnePage(person) {
  const pdf = await person.page.pdf({ format: 'A4', preferCSSPageSize: true });
  const pages = [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page(?![a-zA-Z])/g)].length;
  if (pages !== 1) person.findings.push(`the receipt takes ${pages} pages`);
  await person.page.emulateMedia({ media: 'print' });
  const smallest = await person.page.locator('.slip p, .slip dt, .slip dd').evaluateAll(parts => Math.min(...parts.map(part => parseFloat(getComputedStyle(part).fontSize))));
  if (smallest < 14 * 96 / 72 - 0.1) person.findings.push(`the receipt is printed with ${smallest} px`);
  if (await person.page.locator('main form').first().isVisible()) person.findings.push('the form is printed with the receipt');
  await person.page.emulateMedia({ media: null });
}

/** Finds the receipt in the passbook, and takes back what was done. Nothing that was earned changes. */
async function undoesIt(device, number) {
  await device.tapsAt('.tabs a[href="/passbook"]');
  await device.tapsAt('main a[href^="/on-behalf/"]');
  const seen = (await device.page.locator('.slip .num').first().innerText()).replace(/\D/g, '');
  if (seen !== number) throw new Error(`the receipt in the passbook is ${seen}, not ${number}`);
  await device.reads('不记学分');
  await printsOnOnePage(device);
  await device.tapsAt('main button[value=undo]');
  leadsTo(device, /^\/help\/\d+$/);
  await device.tapsAt('.tabs a[href="/passbook"]');
  const row = await device.page.locator('main a[href^="/on-behalf/"]').first().innerText();
  if (!row.includes('已撤销')) device.findings.push(`undone, and the passbook says: ${row}`);
  if (await device.count('.lines .line') !== 1) device.findings.push('undoing an errand changed what was earned');
}

async function throughAMorning(volunteer, device) {
  await becomesTheHalls(device);
  await volunteer.becomes('李敏');
  const card = await enrols(volunteer, oneOf(SURNAMES) + oneOf(LETTERS) + oneOf(LETTERS));
  await choosesPictures(volunteer);
  await signsInByPictures(device, card);
  await checksIn(volunteer, card);
  await learnsTheLesson(device);
  await agreeOnHelp(volunteer, device, card);
  await passesWithHelp(device);
  const number = await doesAnErrand(volunteer, card);
  await undoesIt(device, number);
  await volunteer.page.reload();
  await volunteer.reads('本人在网上撤销');
  await device.tapsAt('.foot a[href="/me"]');
  await device.tapsAt('main form[action="/sign-out"] button');
  leadsTo(device, /^\/hall$/);
}

/** The journey, with the hall's device beside the volunteer's telephone. */
async function holdsTheHall(volunteer) {
  const device = await Person.arrive(volunteer.context.browser(), volunteer.bank, volunteer.manner, `${volunteer.shots}-hall`);
  try {
    await throughAMorning(volunteer, device);
  } catch (error) {
    await device.shot('broken');
    throw new Error(`${error.message}\nthe hall's device is at ${device.page.url()}`, { cause: error });
  } finally {
    volunteer.findings.push(...device.findings);
    await device.leave();
  }
}

export default [
  {
    name: 'an elder without a telephone is enrolled at the hall, comes to class, learns, passes with somebody reading out, and undoes what was done for them',
    walk: holdsTheHall,
    manners: [{ size: 'normal', scripts: true }, { size: 'normal', scripts: false }],
  },
];
