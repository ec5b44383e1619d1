// A certificate from the day it is asked for to the day it is suspended: a learner, two people of the agency, and a stranger who holds the paper.
import { Person } from '../lib/person.mjs';

const LEARNER = '陆文博';
/** In each size another kind: of one kind somebody has one. */
const KINDS = { normal: ['foundation', '基础学习证书'], large: ['extension', '拓展学习证书'], xlarge: ['full', '全域学习证书'] };

const at = person => new URL(person.page.url()).pathname;
const shownWord = person => person.page.locator('main .notice h1, main .notice h2').first().textContent();

function leadsTo(person, path) {
  if (!path.test(at(person))) throw new Error(`this led to ${at(person)}, not to ${path}`);
}

async function opensAgency(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
}

async function asks(person, [kind]) {
  await person.becomes(LEARNER);
  await person.opens(`/certificates/ask/${kind}`);
  await person.page.locator('input[name=agency] + label').first().click();
  await person.tapsAt('main form.task-form button.go');
  leadsTo(person, /^\/certificates$/);
  await person.reads('申请交上去了');
}

/** The request on the agency's desk; what somebody there does with it. */
async function decides(person, as, [, title], doing) {
  await person.becomes(as);
  await opensAgency(person);
  await person.tapsAt('main a.row[href$="/certificates"]');
  await person.tapsAt(`main td a[href*="/certificates/requests/"]:has-text("${title}")`);
  await person.tapsAt(`main button[value=${doing}]`);
  leadsTo(person, /\/certificates\/requests\//);
}

/** What is printed on it, and where its owner has it. */
async function readsOwn(person, [, title]) {
  await person.becomes(LEARNER);
  await person.opens('/certificates');
  await person.tapsAt(`main a.row[href^="/certificates/0"]:has-text("${title}")`);
  await person.reads('有效');
  const words = await person.page.locator('main dl.facts').first().innerText();
  const [code] = words.match(/[0-9A-Z]{6}(-[0-9A-Z]{6}){3}/) ?? [];
  const [number] = words.match(/\d{4} \d{4} \d{4}/) ?? [];
  const name = await person.page.locator('main dl.facts dd').first().textContent();
  if (!code || !number || !name.startsWith(LEARNER)) throw new Error(`on the certificate stands ${words}`);
  return { here: at(person), code, number, name };
}

async function prints(person, { here, number }) {
  await person.tapsAt('main a.row[href$="/print"]');
  await person.reads(number);
  const pdf = await person.context.request.get(`${here}/pdf`);
  const head = (await pdf.body()).subarray(0, 5).toString('latin1');
  if (pdf.status() !== 200 || head !== '%PDF-') person.findings.push(`the PDF is answered with ${pdf.status()}: ${head}`);
}

/** Shows the day and the agency, and not the name; where the link leads. */
async function shares(person, { here }) {
  await person.opens(`${here}/share`);
  await person.page.locator('input[name=name] + label').first().click();
  for (const part of ['day', 'agency']) await person.page.locator(`input[name=part][value=${part}] + label`).click();
  await person.page.locator('input[name=days] + label').first().click();
  await person.page.locator('input[name=for]').fill('村委会招聘');
  await person.tapsAt('main button[value=check]');
  await person.reads('再看一遍');
  await person.tapsAt('main button[value=make]');
  leadsTo(person, /^\/shares\//);
  const link = (await person.page.locator('main p b.num').first().textContent()).trim();
  return { own: at(person), link: new URL(link).pathname };
}

const isWord = async (person, wanted, where) => {
  const word = (await shownWord(person)).trim();
  if (word !== wanted) person.findings.push(`${where}: ${word}, not ${wanted}`);
};

async function looksAtShare(stranger, { link }, { number, name }, word) {
  await stranger.opens(link);
  if (await stranger.count('main form[method=post] button.go')) await stranger.tapsPrimary();
  await isWord(stranger, word, 'what was shown');
  const words = await stranger.page.locator('main').innerText();
  for (const hidden of [number, name]) if (words.includes(hidden)) stranger.findings.push(`what was shown says ${hidden}`);
}

/** The long code typed, then number and name. */
async function verifies(stranger, { code, number, name }, word) {
  await stranger.opens('/v');
  await stranger.page.locator('input[name=code]').fill(code);
  await stranger.tapsAt('main form:has(input[name=code]) button');
  leadsTo(stranger, /^\/v\/[0-9A-Z]{24}$/);
  await isWord(stranger, word, 'by its long code');
  await stranger.opens('/v');
  await stranger.page.locator('input[name=number]').fill(number);
  await stranger.page.locator('input[name=name]').fill(name);
  await stranger.tapsAt('main form:has(input[name=number]) button');
  leadsTo(stranger, /^\/v\/answer\//);
  await isWord(stranger, word, 'by number and name');
}

async function suspends(person, { number }) {
  await person.becomes('赵强');
  await opensAgency(person);
  await person.tapsAt('main a.row[href$="/issued"]');
  await person.page.locator('input[name=number]').fill(number);
  await person.tapsAt('main form button.go');
  leadsTo(person, /\/issued\/[^/]+\/[^/]+$/);
  await person.page.locator('main label[for=reason-1]').click();
  await person.tapsAt('main button[value=suspend]');
  await person.reads('已经暂停');
}

async function walks(person) {
  const kind = KINDS[person.manner.size];
  const stranger = await Person.arrive(person.context.browser(), person.bank, person.manner, `${person.shots}-stranger`);
  try {
    await asks(person, kind);
    await decides(person, '赵强', kind, 'propose');
    await decides(person, '孙丽', kind, 'agree');
    await person.reads('发好了');
    const paper = await readsOwn(person, kind);
    await prints(person, paper);
    const share = await shares(person, paper);
    await looksAtShare(stranger, share, paper, '有效');
    await verifies(stranger, paper, '有效');
    await person.opens(share.own);
    await person.reads('有人打开了');
    await suspends(person, paper);
    await verifies(stranger, paper, '已暂停');
    await looksAtShare(stranger, share, paper, '已暂停');
    await person.becomes(LEARNER);
    await person.opens(paper.here);
    await person.reads('暂停使用');
    await person.tapsAt('main a.row[href$="/appeal"]');
  } catch (error) {
    await stranger.shot('broken');
    throw new Error(`${error.message}\nthe stranger is at ${stranger.page.url()}`, { cause: error });
  } finally {
    person.findings.push(...stranger.findings.map(finding => `the stranger: ${finding}`));
    await stranger.leave();
  }
}

export default [
  {
    name: 'a certificate is asked for, issued by two, printed, shown in part, verified by a stranger, and suspended',
    walk: walks,
    manners: ['normal', 'large', 'xlarge'].map(size => ({ size, scripts: true })),
    // The lists of the agency are read by others.
    isAlone: true,
  },
];
