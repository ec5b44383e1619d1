// The right answers, as they stand in the curriculum's own files, found for a question as a page asks it.
import fs from 'node:fs';
import { parse } from 'smol-toml';

const COURSES = new URL('../../../curriculum/courses/', import.meta.url);
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#38': '&', '#39': '\'', '#60': '<', '#62': '>' };

/** Words without what keeps lines together. */
export const plain = text => (text ?? '').replace(/\s+/g, '');

/** The words of a piece of a page. */
export const wordsOf = html => plain(html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole));

/** The items of a course. */
export function itemsOf(course) {
  return parse(fs.readFileSync(new URL(`${course}/items.toml`, COURSES), 'utf8')).item;
}

/** What a template's text reads like once the words of `known` are in it; the others may be any words, the same wherever they stand. */
export function reads(text, known = {}) {
  const seen = new Set();
  const pieces = plain(text).split(/\{(\w+)\}/).map((piece, at) => {
    if (at % 2 === 0) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (piece in known) return plain(String(known[piece])).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (seen.has(piece)) return `\\k<${piece}>`;
    seen.add(piece);
    return `(?<${piece}>.{1,24}?)`;
  });
  return new RegExp(`^${pieces.join('')}$`);
}

/** The words that were drawn: those seen in the question, and the numbers that follow from them. */
export function drawn(item, stem) {
  const known = { ...reads(item.stem).exec(stem)?.groups };
  const value = part => (typeof part === 'string' ? Number(known[part]) : Number(part));
  for (let round = 0; round < 4; round++) {
    for (const [name, how] of Object.entries(item.vars ?? {})) {
      const made = how.product?.reduce((all, part) => all * value(part), 1) ?? how.sum?.reduce((all, part) => all + value(part), 0)
        ?? (how.minus ? value(how.minus[0]) - value(how.minus[1]) : NaN);
      if (!Number.isNaN(made)) known[name] = made;
    }
  }
  return known;
}

/** What the question of this page asks. */
export const stemOf = html => wordsOf(html.match(/<fieldset[^>]*id="q"[^]*?<h1>([^]*?)<\/h1>/)[1]);

/** The fields that answer the question of this page rightly, as its form sends them. */
export function rightFields(html, items) {
  const stem = stemOf(html);
  const item = items.find(one => reads(one.stem).test(stem));
  if (!item) throw new Error(`no item asks: ${stem}`);
  const known = drawn(item, stem);
  const fits = (texts, words) => texts.some(text => reads(text, known).test(words));
  const valueOf = (choices, text) => {
    const value = choices.find(([, , words]) => fits([text], wordsOf(words)))?.[1];
    if (value === undefined) throw new Error(`«${text}» is not among the answers of: ${stem}`);
    return value;
  };
  const right = (item.options ?? []).filter(option => option.right).map(option => option.text);
  if (item.kind === 'multiple') {
    const ticks = [...html.matchAll(/<input type="checkbox"[^>]*value="([^"]*)"[^>]*><label[^>]*>([^]*?)<\/label>/g)];
    return ticks.filter(([, , words]) => fits(right, wordsOf(words))).map(([, value]) => ['q', value]);
  }
  if (item.kind === 'match' || item.kind === 'order') {
    const pairs = item.kind === 'order' ? item.sequence.map((words, at) => [words, `第${at + 1}步`]) : item.pairs.map(pair => [pair.left, pair.right]);
    const lines = [...html.matchAll(/<label for="(\w+)">([^]*?)<\/label>[^]*?<select[^>]*>([^]*?)<\/select>/g)];
    return pairs.map(([left, wanted]) => {
      const [, name, , options] = lines.find(([, , words]) => fits([left], wordsOf(words)));
      return [name, valueOf([...options.matchAll(/<option value="([^"]*)"[^>]*>([^]*?)<\/option>/g)], wanted)];
    });
  }
  if (item.kind === 'truefalse') right.push(item.answer ? '对' : '不对');
  return [['q', valueOf([...html.matchAll(/<button name="q" value="([^"]*)"[^>]*>([^]*?)<\/button>/g)], right[0])]];
}
