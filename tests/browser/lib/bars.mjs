// The bars of docs/ACCESSIBILITY.md, measured on the page that is open.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Pixels, at 360 × 740.
const BARS = {
  normal: { smallest: 16, body: 18, line: 1.5, target: 48, primary: 56, gap: 8, enhancedContrast: false },
  large: { smallest: 20, body: 24, line: 1.6, target: 60, primary: 72, gap: 8, enhancedContrast: true },
  xlarge: { smallest: 24, body: 30, line: 1.5, target: 60, primary: 72, gap: 8, enhancedContrast: true },
};
const NARROW = 320;

/** Everything that misses a bar, in words. Without scripts only what the page itself shows is measured. */
export async function measure(page, { size, scripts }) {
  const bar = BARS[size];
  const seen = await page.evaluate(look);
  const findings = judge(seen, bar, size);
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 1) findings.push(`${over} px sideways scroll at ${NARROW} px`);
  await page.setViewportSize({ width, height });
  if (scripts) findings.push(...await axe(page, bar));
  return findings;
}

function judge(seen, bar, size) {
  const wrong = [];
  const want = (holds, words) => { if (!holds) wrong.push(words); };
  want(seen.size === size, `data-font is ${seen.size}`);
  want(/^(zh|en)/.test(seen.lang), `lang is ${seen.lang}`);
  want(seen.viewport === 'width=device-width,initial-scale=1', `viewport is ${seen.viewport}`);
  want(seen.headings[0] === 1 && seen.headings.filter(level => level === 1).length === 1, `headings are ${seen.headings.join('')}`);
  want(seen.headings.every((level, at) => at === 0 || level <= seen.headings[at - 1] + 1), `a heading level is skipped: ${seen.headings.join('')}`);
  want(seen.mains === 1, `${seen.mains} main landmarks`);
  want(seen.skipLink, 'the first link does not lead to the text');
  want(seen.smallest.px >= bar.smallest, `text of ${seen.smallest.px} px (${seen.smallest.where}), at least ${bar.smallest}`);
  want(seen.body >= bar.body, `most text has ${seen.body} px, at least ${bar.body}`);
  for (const line of seen.lines.filter(line => line.height < bar.line - 0.005)) wrong.push(`line height ${line.height} (${line.where}), at least ${bar.line}`);
  for (const target of seen.targets.filter(target => Math.min(target.width, target.height) < bar.target - 0.5)) {
    wrong.push(`target of ${target.width} × ${target.height} (${target.where}), at least ${bar.target}`);
  }
  for (const gap of seen.gaps.filter(gap => gap.px < bar.gap - 0.5)) wrong.push(`${gap.px} px between ${gap.where}, at least ${bar.gap}`);
  want(seen.primaries.length <= 1, `${seen.primaries.length} primary actions`);
  for (const primary of seen.primaries) {
    want(primary.height >= bar.primary - 0.5, `the primary action is ${primary.height} px high, at least ${bar.primary}`);
    // On a page that refuses, what is to be mended comes first.
    want(seen.isRefused || primary.bottom <= seen.screen, `the primary action ends at ${primary.bottom} px, below the first screen`);
  }
  want(seen.sizeSwitch, 'the switch of text sizes is not on the first screen');
  for (const field of seen.unlabelled) wrong.push(`a field without a visible label: ${field}`);
  return wrong;
}

async function axe(page, bar) {
  await page.evaluate(AXE);
  const rules = bar.enhancedContrast ? { 'color-contrast-enhanced': { enabled: true } } : {};
  const violations = await page.evaluate(
    ([tags, chosen]) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, rules: chosen, resultTypes: ['violations'] })
      .then(result => result.violations.map(v => `axe ${v.id}: ${v.nodes.slice(0, 2).map(n => n.target.join(' ')).join(', ')}`)),
    [AXE_TAGS, rules],
  );
  return violations;
}

/** Runs inside the page and gives what it sees; no judgement. */
function look() {
  const visible = element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.visibility !== 'visible' || style.display === 'none' || box.width < 2 || box.height < 2) return false;
    if (box.bottom + scrollY < 1 || box.right < 1) return false; // skip links wait outside of the page
    const closed = element.closest('details:not([open])');
    return !(closed && !closed.querySelector('summary')?.contains(element));
  };
  const name = element => `${element.tagName.toLowerCase()} «${(element.innerText || element.value || element.getAttribute('aria-label') || '').trim().slice(0, 12)}»`;
  const round = px => Math.round(px * 10) / 10;

  const charactersBySize = {};
  let smallest = { px: 99, where: '' };
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement, text = node.textContent.trim();
    if (!text || /^(SCRIPT|STYLE|OPTION|NOSCRIPT)$/.test(element.tagName) || element.closest('svg') || !visible(element)) continue;
    const style = getComputedStyle(element), px = parseFloat(style.fontSize);
    charactersBySize[px] = (charactersBySize[px] ?? 0) + text.length;
    if (px < smallest.px) smallest = { px, where: name(element) };
    const range = document.createRange();
    range.selectNodeContents(node);
    const rows = new Set([...range.getClientRects()].filter(box => box.width > 1).map(box => Math.round(box.top))).size;
    if (rows > 1) lines.push({ height: style.lineHeight === 'normal' ? 1.2 : round(parseFloat(style.lineHeight) / px * 10) / 10, where: name(element) });
  }
  const body = +(Object.entries(charactersBySize).sort((a, b) => b[1] - a[1])[0]?.[0] ?? 99);

  const targets = [];
  const taken = new Set();
  for (const element of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')) {
    if (!visible(element)) continue;
    let { left, top, right, bottom } = element.getBoundingClientRect();
    if (element.matches('[type=checkbox],[type=radio],[type=file]')) {
      for (const label of element.labels) {
        const box = label.getBoundingClientRect();
        [left, top, right, bottom] = [Math.min(left, box.left), Math.min(top, box.top), Math.max(right, box.right), Math.max(bottom, box.bottom)];
      }
    }
    const key = [left, top, right, bottom].map(Math.round).join();
    const sentence = element.closest('p,li,dd,td,label');
    const inline = element.tagName === 'A' && getComputedStyle(element).display === 'inline' && sentence && sentence.innerText.trim().length > element.innerText.trim().length + 3;
    if (taken.has(key) || inline) continue; // a link within a sentence is as high as its line
    taken.add(key);
    targets.push({ element, left, top, right, bottom, width: round(right - left), height: round(bottom - top), where: name(element) });
  }
  const gaps = [];
  targets.forEach((a, at) => targets.slice(at + 1).forEach(b => {
    if (a.element.contains(b.element) || b.element.contains(a.element)) return;
    const across = Math.max(a.left - b.right, b.left - a.right), down = Math.max(a.top - b.bottom, b.top - a.bottom);
    const px = across > 0 && down > 0 ? Math.hypot(across, down) : Math.max(across, down);
    if (px < 8) gaps.push({ px: round(px), where: `${a.where} and ${b.where}` });
  }));

  const fields = [...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(visible);
  const first = document.querySelector('a[href]');
  const switchBox = document.querySelector('a[href^="/font"]')?.getBoundingClientRect();
  return {
    size: document.documentElement.dataset.font, lang: document.documentElement.lang, screen: innerHeight,
    viewport: document.querySelector('meta[name=viewport]')?.content,
    // What is wrong with a form stands above the heading of the page.
    headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(heading => visible(heading) && !heading.closest('[role=alert]')).map(heading => +heading.tagName[1]),
    isRefused: !!document.querySelector('[role=alert]'),
    mains: document.querySelectorAll('main').length,
    skipLink: !!first && first.getAttribute('href') === '#' + document.querySelector('main')?.id,
    smallest, body, lines, gaps,
    targets: targets.map(({ width, height, where }) => ({ width, height, where })),
    primaries: [...document.querySelectorAll('[data-primary]')].filter(visible).map(element => element.getBoundingClientRect())
      .map(box => ({ height: round(box.height), bottom: round(box.bottom + scrollY) })),
    sizeSwitch: !!switchBox && switchBox.top + scrollY < innerHeight,
    unlabelled: fields.filter(field => ![...(field.labels ?? [])].some(visible)).map(name),
  };
}
