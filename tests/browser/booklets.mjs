// Prints every booklet and holds the number of pages that is told against the paper: node booklets.mjs --binary PATH [--work FOLDER]
// The last line counts; a booklet that takes two pages more or less than told has failed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { openBank } from './lib/bank.mjs';
import { bookletsOf, printedPages } from './lib/print.mjs';

const { values: given } = parseArgs({ options: { binary: { type: 'string' }, work: { type: 'string' }, only: { type: 'string' } } });
const work = given.work ?? fs.mkdtempSync(path.join(os.tmpdir(), 'booklets-'));
fs.mkdirSync(path.join(work, 'bank'), { recursive: true });
const bank = await openBank(path.resolve(given.binary), path.join(work, 'bank'));
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(fs.existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ baseURL: bank.address, locale: 'zh-CN' });
const page = await context.newPage();

let passed = 0, failed = 0;
const off = {};
const codes = [...(await (await context.request.get('/courses')).text()).matchAll(/href="\/courses\/(T\d+)"/g)].map(([, code]) => code);
for (const code of codes.filter(code => !given.only || code === given.only)) {
  for (const { path: address, told } of await bookletsOf(context.request, code)) {
    const printed = await printedPages(page, address, path.join(work, `${address.replaceAll('/', '-').slice(1)}.pdf`));
    off[printed - told] = (off[printed - told] ?? 0) + 1;
    const holds = Math.abs(printed - told) <= 1;
    holds ? passed++ : failed++;
    console.log(`${holds ? 'ok    ' : 'FAILED'} ${address}: ${told} told, ${printed} printed`);
  }
}
await browser.close();
await bank.close();
console.log(`more than told: ${JSON.stringify(off)}; PDFs in ${work}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
