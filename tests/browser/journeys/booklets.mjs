// A course on paper: as many pages as its page says, whatever the size of the letters on the screen, and nothing of the screen on it.
import { bookletsOf, printedPages } from '../lib/print.mjs';

async function prints(person, code, group) {
  const { context, page } = person;
  const booklet = (await bookletsOf(context.request, code)).find(one => one.path.endsWith(`/${group}`));
  const printed = await printedPages(page, booklet.path);
  if (Math.abs(printed - booklet.told) > 1) person.findings.push(`${booklet.path}: ${booklet.told} pages are told, ${printed} printed`);
  await page.emulateMedia({ media: 'print' });
  const seen = await page.evaluate(() => {
    const shown = element => element.getClientRects().length > 0;
    const points = element => parseFloat(getComputedStyle(element).fontSize) * 72 / 96;
    const all = [...document.querySelectorAll('main *')].filter(element => shown(element) && element.innerText?.trim() && !element.closest('svg'));
    const coloured = all.filter(element => !/^rgb\(0, 0, 0\)$/.test(getComputedStyle(element).color));
    return {
      smallest: Math.min(...all.map(points)),
      coloured: coloured.slice(0, 2).map(element => element.outerHTML.slice(0, 60)),
      frame: [...document.querySelectorAll('header, nav, footer, .notice.no-print')].filter(shown).length,
      breaks: [...document.querySelectorAll('main > section:not(.front, .on)')].filter(section => getComputedStyle(section).breakBefore !== 'page').length,
    };
  });
  await page.emulateMedia({ media: null });
  if (seen.smallest < 14) person.findings.push(`${booklet.path}: letters of ${seen.smallest} pt on paper, at least 14`);
  if (seen.coloured.length) person.findings.push(`${booklet.path}: not black on paper: ${seen.coloured}`);
  if (seen.frame) person.findings.push(`${booklet.path}: ${seen.frame} parts of the screen on paper`);
  if (seen.breaks) person.findings.push(`${booklet.path}: ${seen.breaks} sections do not begin a page`);
}

/** 还差什么 of the certificate that asks for most: what hangs on the wall is one sheet. */
async function printsPlan(person) {
  const path = '/plan/full/print';
  const printed = await printedPages(person.page, path);
  const ticks = await person.count('.ticks li');
  if (ticks < 16) person.findings.push(`${path}: ${ticks} boxes, at least one for each of sixteen courses`);
  if (printed !== 1) person.findings.push(`${path}: ${printed} pages printed, not one`);
}

export default [
  {
    name: 'the list of a certificate is one sheet of paper, whatever the size of the letters on the screen',
    walk: printsPlan,
    manners: ['normal', 'large', 'xlarge'].map(size => ({ size, scripts: true, unmeasured: true })),
  },
  {
    name: 'booklets take as many sheets as their courses say, in black letters of fourteen points or more',
    async walk(person) {
      for (const [code, group] of [['T19', 'elder'], ['T13', 'civil_servant'], ['T01', 'farmer'], ['T12', 'woman']]) await prints(person, code, group);
    },
    manners: ['normal', 'xlarge'].map(size => ({ size, scripts: true, unmeasured: true })),
  },
];
