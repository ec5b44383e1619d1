// The pages there are, read from the one table of routes that the server is built from.
import fs from 'node:fs';

const TABLE = new URL('../../../src/app/routes/', import.meta.url);

/** Every pattern that is answered to GET, with a test of whether an address is one of its own. */
export function pagePatterns() {
  const files = fs.readdirSync(TABLE).filter(name => name !== 'mod.rs').sort();
  const source = files.map(name => fs.readFileSync(new URL(name, TABLE), 'utf8')).join('\n');
  const patterns = [...source.matchAll(/^ {4}get!\("([^"]+)",/gm)].map(([, written]) => written.replace(/\\\\/g, '\\'));
  if (patterns.length !== source.split('\n    get!(').length - 1) throw new Error('a line of the table of routes is not understood');
  return patterns.map(path => ({ path, matches: address => expression(path).test(address) }));
}

function expression(path) {
  const parts = path.split(/(\{[^}]*\})/).map(part => {
    const [, own] = part.match(/^\{\w+(?::(.*))?\}$/) ?? [];
    if (part.startsWith('{')) return own ? `(?:${own})` : '[^/]+';
    return part.replace(/[.+?^$()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
