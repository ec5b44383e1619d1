// The lists in which an agency says what it has revoked or suspended, as signed JWTs: whether a position is among them, worked out here so
// that a list that was kept says the same without a network (docs/adr/0027-the-credential.md, "Status lists").
(() => {
  'use strict';
  const POSITIONS = 131072;
  const PURPOSES = ['revocation', 'suspension'];

  const fromBase64 = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), sign => sign.charCodeAt(0));

  // ---------- inflating, as RFC 1951 has it
  const BASES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const FAR_BASES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
  const FAR_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

  /** A Huffman code by the lengths of its words: how many of each length, and the symbols in their order. */
  function codeBy(lengths) {
    const counts = new Array(16).fill(0), symbols = [];
    for (let length = 1; length < 16; length++) {
      lengths.forEach((own, symbol) => { if (own === length) { counts[length]++; symbols.push(symbol); } });
    }
    return { counts, symbols };
  }

  class Bits {
    constructor(bytes, at) { this.bytes = bytes; this.at = at * 8; }

    take(count) {
      let value = 0;
      for (let bit = 0; bit < count; bit++, this.at++) {
        if (this.at >> 3 >= this.bytes.length) throw new Error('cut off');
        value |= (this.bytes[this.at >> 3] >> (this.at & 7) & 1) << bit;
      }
      return value;
    }

    word({ counts, symbols }) {
      let code = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length++) {
        code |= this.take(1);
        if (code - first < counts[length]) return symbols[index + code - first];
        index += counts[length];
        first = first + counts[length] << 1;
        code <<= 1;
      }
      throw new Error('no such word');
    }
  }

  function fixedCodes() {
    const lengths = Array.from({ length: 288 }, (_, at) => at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8);
    return [codeBy(lengths), codeBy(new Array(30).fill(5))];
  }

  function ownCodes(bits) {
    const [literals, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
    const small = new Array(19).fill(0), lengths = [];
    for (let at = 0; at < count; at++) small[ORDER[at]] = bits.take(3);
    const code = codeBy(small);
    while (lengths.length < literals + distances) {
      const word = bits.word(code);
      if (word < 16) { lengths.push(word); continue; }
      if (word === 16 && !lengths.length) throw new Error('nothing to repeat');
      const value = word === 16 ? lengths[lengths.length - 1] : 0;
      const times = word === 16 ? 3 + bits.take(2) : word === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      for (let n = 0; n < times; n++) lengths.push(value);
    }
    return [codeBy(lengths.slice(0, literals)), codeBy(lengths.slice(literals, literals + distances))];
  }

  /** The bytes that a gzip holds, exactly `length` of them. */
  function unzipped(bytes, length) {
    // No name, no comment, nothing more in its head: as the bank writes it.
    if (bytes[0] !== 31 || bytes[1] !== 139 || bytes[2] !== 8 || bytes[3]) throw new Error('no such gzip');
    const bits = new Bits(bytes, 10), out = new Uint8Array(length);
    let at = 0, isLast = false;
    const put = byte => { if (at >= length) throw new Error('too long'); out[at++] = byte; };
    while (!isLast) {
      isLast = bits.take(1) === 1;
      const kind = bits.take(2);
      if (kind === 3) throw new Error('no such block');
      if (kind === 0) {
        bits.at = bits.at + 7 & ~7;
        const count = bits.take(16);
        bits.take(16);
        for (let n = 0; n < count; n++) put(bits.take(8));
        continue;
      }
      const [literals, distances] = kind === 1 ? fixedCodes() : ownCodes(bits);
      for (let word = bits.word(literals); word !== 256; word = bits.word(literals)) {
        if (word < 256) { put(word); continue; }
        const count = BASES[word - 257] + bits.take(EXTRA[word - 257]), far = bits.word(distances);
        const back = FAR_BASES[far] + bits.take(FAR_EXTRA[far]);
        if (!(back <= at)) throw new Error('before the beginning');
        for (let n = 0; n < count; n++) put(out[at - back]);
      }
    }
    if (at !== length) throw new Error('too short');
    return out;
  }

  // ---------- lists
  /** Where an agency publishes what it has revoked, and what it has suspended. */
  const pathsOf = (agency, list) => PURPOSES.map(purpose => ({ purpose, path: `/issuers/${agency.id}/status/${purpose}/${list}` }));

  /** The day in Shanghai. */
  const dayOf = ms => new Date(ms + 8 * 36e5).toISOString().slice(0, 10);

  /** Whether `position` is set in a list; null where it is none of this agency's and purpose, or does not hold at `now` (milliseconds). */
  function isSet(jwt, agency, { path, purpose }, position, now) {
    const { isSigned, keyOf, signsOn, bytesOf, textOf } = self.paper;
    try {
      const [head, body, signature] = jwt.trim().split('.');
      const claims = JSON.parse(textOf(fromBase64(body))), subject = claims.credentialSubject;
      const isThis = claims.iss === agency.did && String(claims.id).endsWith(path) && subject.statusPurpose === purpose;
      const begins = Date.parse(claims.validFrom);
      // The clock of a telephone may be a little behind.
      const holds = begins <= now + 36e5 && now <= Date.parse(claims.validUntil);
      if (JSON.parse(textOf(fromBase64(head))).alg !== 'EdDSA' || !isThis || !holds || subject.encodedList[0] !== 'u') return null;
      const said = bytesOf(`${head}.${body}`), made = fromBase64(signature);
      const keys = agency.keys.filter(key => !key.distrusted && signsOn(key, dayOf(begins)));
      if (!keys.some(key => isSigned(keyOf(key), made, said))) return null;
      const bits = unzipped(fromBase64(subject.encodedList.slice(1)), POSITIONS / 8);
      return (bits[position >> 3] >> 7 - (position & 7) & 1) === 1;
    } catch (error) {
      return null;
    }
  }

  self.lists = { pathsOf, isSet, unzipped };
})();
