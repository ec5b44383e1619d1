// Writes vectors.json: codes on paper that prove themselves, and codes that do not, by node's own Ed25519. All in them is made up; the key is
// Ed25519 of a seed of 32 bytes 0x07, and belongs to nobody.
//
//   node docs/examples/paper/make.mjs
//
// Each has `address` (the whole text of the QR code), `payload_hex` (its bytes before the signature), `signature_hex`, `key_hex` (the key that a
// verifier knows), `good`, and `fields` (what is read; of one that proves nothing: what it would say).
import fs from 'node:fs';
import { CODE, CODES, FIELDS, HOST, base32, bytesOf, keyOf, signed } from '../../../tests/browser/lib/papers.mjs';

const KEY = keyOf(7);
const ALL = Array.from({ length: 23 }, (_, at) => `T${String(at + 1).padStart(2, '0')}`);
const hex = bytes => Buffer.from(bytes).toString('hex');

/** One vector; `changed` makes of its bytes, its signature and its place what stands on paper instead. */
function vector(name, good, more = {}, changed = {}) {
  const fields = { ...FIELDS, ...more }, { key = KEY, host = HOST, code = CODE, bytes = all => all, sign = one => one } = changed;
  const made = bytesOf(fields, key), signature = sign(Buffer.from(signed(made, key))), payload = bytes(Buffer.from(made));
  const text = changed.text ?? base32(Buffer.concat([payload, signature]));
  return {
    name, good, address: `HTTPS://${host.toUpperCase()}/V/${code}#${text}`, payload_hex: hex(payload), signature_hex: hex(signature), key_hex: hex(KEY.bytes),
    fields: { ...fields, number: undefined, ways: undefined, units: fields.units.join() },
  };
}

const flipped = (at, bit = 1) => bytes => { bytes[at < 0 ? bytes.length + at : at] ^= bit; return bytes; };
const vectors = [
  vector('an ordinary one', true),
  vector('a name of two', true, { name: '李敏' }),
  vector('a name with dots', true, { name: '买买提·吐尔逊·阿不都热依木江' }),
  vector('characters of the rare planes', true, { name: '𬭚㼆' }),
  vector('fifty characters and every unit', true, { name: '王'.repeat(50), units: ALL }),
  vector('one unit', true, { kind: 1, units: ['T01'], identity: 1, supervision: 1, ways: 0b100, credits: 250, hours: 4 }),
  vector('the most of each number', true, {
    kind: 255, version: 255, day: '2100-12-31', identity: 3, supervision: 3, ways: 0b111, credits: 16_777_215, hours: 65_535, list: 32_767, position: 131_071,
  }),
  vector('another key', false, {}, { key: keyOf(8) }),
  vector('another host', false, {}, { host: 'xuefen.example.com' }),
  vector('another code', false, {}, { code: CODES[1] }),
  vector('a code with one character wrong', false, {}, { code: `1${CODE.slice(1)}` }),
  vector('more credit than was signed', false, {}, { bytes: flipped(15, 0x40) }),
  vector('a bit of the name', false, {}, { bytes: flipped(-1) }),
  vector('a bit of the signature', false, {}, { sign: flipped(63, 0x10) }),
  vector('another form', false, {}, { bytes: flipped(0, 0x20) }),
  vector('a bit that means nothing', false, { ways: 0b1110 }),
  vector('no way', false, { ways: 0 }),
  vector('a name that is not composed', false, { name: 'e\u0301' }),
  vector('a name that begins with a space', false, { name: ' 王' }),
  vector('no payload', false, {}, { text: '' }),
  vector('cut off', false, {}, { text: base32(Buffer.concat([bytesOf(FIELDS, KEY), signed(bytesOf(FIELDS, KEY), KEY)])).slice(0, -8) }),
];
fs.writeFileSync(new URL('vectors.json', import.meta.url), `${JSON.stringify(vectors, null, 1)}\n`);
