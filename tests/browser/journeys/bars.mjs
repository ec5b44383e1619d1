// The bars themselves: a page that misses them is found out.
import { measure } from '../lib/bars.mjs';

const BAD = `<html lang="fr" data-font="normal"><head><title>x</title><meta name="viewport" content="width=device-width,maximum-scale=1"></head>
  <body style="margin:0"><h2>小字</h2><p style="font-size:11px;line-height:1.1;width:200px">很小很小的字，挤在一起，看也看不清，读也读不下去，谁都不喜欢。</p>
  <a href="/a" style="display:inline-block;width:20px">一</a><a href="/b" style="display:inline-block;width:20px">二</a>
  <input name="name"><div style="width:900px">宽</div><p style="color:#aaa">字太淡了，看不见</p>
  <a data-primary href="/c" style="display:block;margin-top:2000px">去</a><a data-primary href="/d">再去</a></body></html>`;

const EXPECTED = [
  'lang is fr', 'viewport is', 'headings are 2', '0 main landmarks', 'the first link', 'text of 11 px', 'line height 1.1', 'target of 20', '0 px between',
  '2 primary actions', 'the primary action is', 'the primary action ends', 'the switch of text sizes', 'a field without', 'axe color-contrast', 'axe label',
];

export default [
  {
    name: 'a page that misses the bars is found out',
    async walk(person) {
      await person.page.setContent(BAD);
      const findings = await measure(person.page, person.manner);
      for (const beginning of EXPECTED) {
        if (!findings.some(finding => finding.startsWith(beginning))) person.findings.push(`not found out: ${beginning}`);
      }
      if (!findings.some(finding => finding.includes('sideways scroll'))) person.findings.push('not found out: sideways scroll');
    },
    manners: [{ size: 'normal', scripts: true }],
  },
];
