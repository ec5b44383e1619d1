// Runs the journeys: node run.mjs --binary PATH --work FOLDER [--postgres URL of an empty database] [--only WORDS]
// Each journey is walked in every manner below; screenshots are left in FOLDER/shots. The last line counts.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { openBank } from './lib/bank.mjs';
import { Person } from './lib/person.mjs';

// Every text size with scripts, measured; and without scripts, since every task is done with links and forms alone.
const MANNERS = [
  { size: 'normal', scripts: true },
  { size: 'large', scripts: true },
  { size: 'xlarge', scripts: true },
  { size: 'normal', scripts: false },
  { size: 'xlarge', scripts: false },
];

// What a page is asked with a script of ours has no end of its own: no walk takes longer than this.
const WALK_MS = 300_000;

const { values: given } = parseArgs({ options: { binary: { type: 'string' }, work: { type: 'string' }, postgres: { type: 'string' }, only: { type: 'string' } } });
if (!given.binary || !fs.existsSync(given.binary)) {
  console.error(`there is no binary at ${given.binary}`);
  process.exit(2);
}
const binary = path.resolve(given.binary);
const work = given.work ?? fs.mkdtempSync(path.join(os.tmpdir(), 'journeys-'));
fs.mkdirSync(path.join(work, 'shots'), { recursive: true });

const folder = new URL('./journeys/', import.meta.url);
const journeys = [];
for (const file of fs.readdirSync(folder).filter(name => name.endsWith('.mjs')).sort()) {
  const { default: found } = await import(pathToFileURL(path.join(folder.pathname, file)));
  journeys.push(...found.map(journey => ({ manners: MANNERS, ...journey, file })));
}

// Chromium's sandbox refuses to work for root.
const args = ['--disable-dev-shm-usage', '--lang=zh-CN', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(fs.existsSync);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// One bank for all, with the sample county: nobody on a journey knows of the others. Its port is drawn when it opens, so certificates name another address. Where a PostgreSQL is given, a second one stands on
// it for the journeys that are walked on both.
const banks = new Map([['sqlite', await openBank(binary, fs.mkdtempSync(path.join(work, 'bank-')), { arguments: ['--demo'], CREDIT_BANK_PUBLIC_URL: 'http://bank.test' })]]);
if (given.postgres) banks.set('postgres', await openBank(binary, fs.mkdtempSync(path.join(work, 'bank-')), { DATABASE_URL: given.postgres }));
let browser = await chromium.launch({ executablePath, args });
let people = 0;
let passed = 0;
let failed = 0;

const walks = journeys
  .filter(journey => !given.only || journey.name.includes(given.only))
  .flatMap(journey => journey.manners.map(manner => ({ ...journey, manner })))
  .filter(({ manner }) => banks.has(manner.engine ?? 'sqlite'));
/** The journeys that somebody is on. */
const UNDER_WAY = new Set();
/** Takes the next walk until none is left: one that nobody else is on, since in each of its sizes it is the same somebody. */
async function walkOn(walks) {
  for (let walk = nextOf(walks); walk; walk = nextOf(walks)) {
    const { name, manner, file } = walk;
    UNDER_WAY.add(name);
    const how = [manner.size, ...(manner.scripts ? [] : ['without scripts']), ...(manner.engine ? [manner.engine] : [])].join(', ');
    const begun = Date.now();
    const findings = await walkOnce(walk, `${file.replace('.mjs', '')}-${how.replace(/, /g, '-').replaceAll(' ', '-')}`);
    UNDER_WAY.delete(name);
    findings.length ? failed++ : passed++;
    console.log(`${findings.length ? 'FAILED' : 'ok    '} ${name} (${how}), ${Math.round((Date.now() - begun) / 1000)} s`);
    for (const finding of findings) console.log(`         ${finding}`);
  }
}
function nextOf(walks) {
  const place = walks.findIndex(({ name }) => !UNDER_WAY.has(name));
  return place < 0 ? undefined : walks.splice(place, 1)[0];
}
// Two at a time, since each waits for the other side most of the while; then those that would disturb another.
const beside = walks.filter(walk => !walk.isAlone);
await Promise.all([walkOn(beside), walkOn(beside)]);
await walkOn(walks.filter(walk => walk.isAlone));
await browser.close();
for (const bank of banks.values()) await bank.close();
console.log(`screenshots: ${path.join(work, 'shots')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

/** One walk, by somebody new. Gives everything found wrong. */
async function walkOnce({ walk, manner }, shots, isSecondTry = false) {
  const bank = banks.get(manner.engine ?? 'sqlite');
  let person;
  try {
    if (!browser.isConnected()) browser = await chromium.launch({ executablePath, args });
    const number = ++people;
    person = await Person.arrive(browser, bank, manner, path.join(work, 'shots', `${shots}-${number}`));
    person.phone = `138${String(number).padStart(8, '0')}`;
    await within(WALK_MS, walk(person));
    return person.findings;
  } catch (error) {
    // A browser that was lost says nothing of the pages: once more with another.
    if (!browser.isConnected() && !isSecondTry) return walkOnce({ walk, manner }, shots, true);
    const said = String(error.message ?? error).split('\n').slice(0, 6).join('\n         ');
    const where = person ? `at ${person.page.url()}: ` : '';
    if (person) await person.shot('broken');
    return [...(person?.findings ?? []), `${where}${said}`, ...bank.lastWords()];
  } finally {
    await person?.leave();
  }
}

/** The same, or an error after so many milliseconds. */
async function within(ms, work) {
  let late;
  const end = new Promise((_, reject) => { late = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms); });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(late);
  }
}
