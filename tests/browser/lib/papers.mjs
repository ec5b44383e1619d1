// Certificates as they are printed, made for the tests by node's own Ed25519, SHA-256 and zlib and not by what they test: codes on paper,
// the book of keys, lists of what was revoked. All in them is made up. And the scripts of the pages, without a page.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import fs from 'node:fs';
import { gzipSync } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
export const HOST = 'xuefen.example.cn';
/** The code of the values 0 … 20. */
export const CODE = '0123456789ABCDEFGHJKM7KA';
export const CODES = [CODE, '000000000000000000000000'];

/** A key by a seed of one byte, 32 times. */
export function keyOf(byte) {
  const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  const secret = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
  return { secret, bytes: createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32) };
}

export function base32(bytes) {
  let text = '', held = 0n, bits = 0;
  for (const byte of bytes) {
    held = held << 8n | BigInt(byte);
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[Number(held >> BigInt(bits - 5) & 31n)];
    held &= 0xffn;
  }
  return bits ? text + ALPHABET[Number(held << BigInt(5 - bits) & 31n)] : text;
}

export function multikey(bytes) {
  let value = BigInt(`0x${Buffer.concat([Buffer.from([0xed, 1]), bytes]).toString('hex')}`), text = '';
  for (; value; value /= 58n) text = BASE58[Number(value % 58n)] + text;
  return `z${text}`;
}

/** What a paper says where nothing else is asked for. */
export const FIELDS = {
  kind: 2, number: 572_000_000_000, version: 1, day: '2026-11-27', identity: 2, supervision: 2, ways: 0b110, credits: 1750, hours: 28,
  units: ['T01', 'T08', 'T19', 'T20', 'T23'], document: '8f3a1c0055aaff01', list: 1, position: 94_567, name: '王桂英',
};

/** All bytes of a payload but the signature. */
export function bytesOf(fields, key) {
  const big = (value, length) => Buffer.from(BigInt(value).toString(16).padStart(length * 2, '0'), 'hex');
  const units = Buffer.alloc(Math.ceil(Math.max(...fields.units.map(code => Number(code.slice(1)))) / 8));
  for (const code of fields.units) { const at = Number(code.slice(1)) - 1; units[at >> 3] |= 0x80 >> (at & 7); }
  const days = (Date.parse(fields.day) - Date.parse('2020-01-01')) / 864e5, name = Buffer.from(fields.name);
  return Buffer.concat([
    Buffer.from([0x10, fields.kind]), createHash('sha256').update(key.bytes).digest().subarray(0, 4), big(withCheck(fields.number), 5),
    Buffer.from([fields.version]), big(days, 2), Buffer.from([fields.identity << 6 | fields.supervision << 4 | fields.ways]),
    big(fields.credits, 3), big(fields.hours, 2), Buffer.from([units.length]), units, Buffer.from(fields.document, 'hex'),
    big(fields.list * 131_072 + fields.position, 4), Buffer.from([name.length]), name,
  ]);
}

/** Eleven digits and a twelfth by which Damm's table leads back to nought. */
function withCheck(number) {
  const table = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];
  const body = String(number).padStart(12, '0').slice(0, 11);
  return body + [...body].reduce((row, digit) => Number(table[row][digit]), 0);
}

export const signed = (bytes, key, { host = HOST, code = CODE } = {}) =>
  sign(null, Buffer.concat([Buffer.from(`credit-bank/paper/1\0${host}\0${code}`), bytes]), key.secret);

/** A certificate on paper: {host, code, payload, address}. */
export function paperOf(fields = {}, key = keyOf(7), { host = HOST, code = CODE } = {}) {
  const bytes = bytesOf({ ...FIELDS, ...fields }, key);
  const payload = base32(Buffer.concat([bytes, signed(bytes, key, { host, code })]));
  return { host, code, payload, address: `HTTPS://${host.toUpperCase()}/V/${code}#${payload}` };
}

export const AGENCY = '01990000-0000-7000-8000-000000000007';
const did = (agency, host) => `did:web:${host.replace(':', '%3A')}:issuers:${agency}`;

/** The book of a bank with one agency that has this key. */
export function bookOf(key = keyOf(7), more = {}, host = HOST) {
  const span = { key: multikey(key.bytes), from: '2026-01-01', until: null, distrusted: null, ...more };
  return {
    format: 'credit-bank/keys/1', host, made_at: new Date(Date.now() - 36e5).toISOString(),
    agencies: [{ id: AGENCY, did: did(AGENCY, host), name: '青山县社区学院', credit_code: '91350100M000100Y43', closed: false, keys: [span] }],
    kinds: [{ paper_code: 2, id: 'foundation', title: '基础学习证书', footer: '本证书证明学习和考核结果，不是学历证书、职业资格证书或职业技能等级证书。' }],
    units: FIELDS.units.map(code => ({ code, title: `第 ${Number(code.slice(1))} 课`, area: 'A1' })),
  };
}

export const listPath = (purpose, list = 1) => `/issuers/${AGENCY}/status/${purpose}/${list}`;

/** A list as a JWT, with these positions set, from an hour ago on. */
export function listOf(purpose, set = [], { key = keyOf(7), from = Date.now() - 36e5, days = 7, host = HOST, level = 9, list = 1, noise = 0 } = {}) {
  const bits = Buffer.alloc(16_384);
  if (noise) randomBytes(noise).copy(bits, 2000);
  for (const position of set) bits[position >> 3] |= 0x80 >> (position & 7);
  const id = `https://${host}${listPath(purpose, list)}`, instant = ms => new Date(ms).toISOString().replace(/\.\d+/, '');
  const claims = {
    '@context': ['https://www.w3.org/ns/credentials/v2'], id, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: did(AGENCY, host),
    validFrom: instant(from), validUntil: instant(from + days * 864e5),
    credentialSubject: { id: `${id}#list`, type: 'BitstringStatusList', statusPurpose: purpose, encodedList: `u${gzipSync(bits, { level }).toString('base64url')}`, ttl: 30_000 },
    iss: did(AGENCY, host), jti: id, nbf: Math.floor(from / 1000),
  };
  const head = { alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: `${did(AGENCY, host)}#${multikey(key.bytes)}` };
  const input = [head, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign(null, Buffer.from(input), key.secret).toString('base64url')}`;
}

const script = name => fs.readFileSync(new URL(`../../../static/${name}`, import.meta.url), 'utf8');

/** What the pages' scripts reckon with, run by node. */
export function scripts() {
  const own = {};
  for (const name of ['verify.js', 'verify-lists.js']) new Function('self', script(name))(own);
  return own;
}

/** The published vectors, which the bank's own program reads too. */
export function vectors() {
  return JSON.parse(fs.readFileSync(new URL('../../../docs/examples/paper/vectors.json', import.meta.url), 'utf8'));
}
