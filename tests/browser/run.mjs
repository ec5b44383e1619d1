// Runs the journeys: node run.mjs --binary PATH --work FOLDER [--only WORDS]
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

const { values: given } = parseArgs({ options: { binary: { type: 'string' }, work: { type: 'string' }, only: { type: 'string' } } });
if (!given.binary || !fs.existsSync(given.binary)) {
  console.error(`there is no binary at ${given.binary}`);
  process.exit(2);
}
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

// One bank for all: nobody on a journey knows of the others.
const bank = await openBank(given.binary, fs.mkdtempSync(path.join(work, 'bank-')));
let browser = await chromium.launch({ executablePath, args });
let walks = 0;
let passed = 0;
let failed = 0;
for (const { name, walk, manners, needs, file } of journeys.filter(journey => !given.only || journey.name.includes(given.only))) {
  for (const manner of manners) {
    const words = `${name} (${manner.size}${manner.scripts ? '' : ', without scripts'})`;
    const findings = await walkOnce(walk, manner, needs ?? [], `${file.replace('.mjs', '')}-${manner.size}${manner.scripts ? '' : '-plain'}`);
    if (findings === null) {
      console.log(`later  ${words}: ${needs.join(', ')} not there yet`);
      continue;
    }
    findings.length ? failed++ : passed++;
    console.log(`${findings.length ? 'FAILED' : 'ok    '} ${words}`);
    for (const finding of findings) console.log(`         ${finding}`);
  }
}
await browser.close();
await bank.close();
console.log(`screenshots: ${path.join(work, 'shots')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

/** One journey in one manner, by somebody new. Gives everything found wrong; null where a page it needs is not built yet. */
async function walkOnce(walk, manner, needs, shots, isSecondTry = false) {
  let person;
  try {
    if (!browser.isConnected()) browser = await chromium.launch({ executablePath, args });
    person = await Person.arrive(browser, bank, manner, path.join(work, 'shots', shots));
    person.phone = `138${String(++walks).padStart(8, '0')}`;
    for (const address of needs) if (!await person.canOpen(address)) return null;
    await walk(person);
    return person.findings;
  } catch (error) {
    // A browser that was lost says nothing of the pages: once more with another.
    if (!browser.isConnected() && !isSecondTry) return walkOnce(walk, manner, needs, shots, true);
    const said = String(error.message ?? error).split('\n').slice(0, 6).join('\n         ');
    const where = person ? `at ${person.page.url()}: ` : '';
    if (person) await person.shot('broken');
    return [...(person?.findings ?? []), `${where}${said}`, ...bank.lastWords()];
  } finally {
    await person?.leave();
  }
}
