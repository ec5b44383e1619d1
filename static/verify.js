// What is written in the code of a printed certificate, and whether its signature is right: read and worked out here, on the reader's own
// telephone, with no network (docs/adr/0028-on-paper.md). It changes no page; verify-page.js does. For Safari 13.4 and Chrome 80 as it
// stands: no BigInt, no WebCrypto.
//
// The curve (from `set25519` to `isSigned`) is cut from TweetNaCl.js 1.0.3, which is in the public domain (https://tweetnacl.js.org;
// ported in 2014 by Dmitry Chestnykh and Devi Mandiri from TweetNaCl 20140427, http://tweetnacl.cr.yp.to). What signs, seals or draws by
// chance was left out, and the two products of a verification are reckoned together; what `verify_strict` of the bank's own program refuses
// as well was added: a second form of the same signature, and points of small order.
(() => {
  'use strict';

  // ---------- digests
  // The first 64 bits of the broken parts of the cube roots of 80 primes, and of the square roots of eight; SHA-256 takes the first 32.
  const words = text => text.match(/.{8}/g).map(word => parseInt(word, 16) | 0);
  const K = words('428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b53859f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118'
    + 'd807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235c19bf174cf692694'
    + 'e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c652de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5'
    + '983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa72506ca6351e003826f142929670a0e6e70'
    + '27b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b'
    + 'a2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b8'
    + '19a4c116b8d2d0c81e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373682e6ff3d6b2b8a3'
    + '748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532b'
    + 'ca273eceea26619cd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6113f9804bef90dae1b710b35131c471b'
    + '28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817');
  const START = words('6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179');

  /** The message with its end mark and its length in bits, in whole blocks. */
  function padded(bytes, block) {
    const whole = new Uint8Array(Math.ceil((bytes.length + 1 + block / 8) / block) * block);
    whole.set(bytes);
    whole[bytes.length] = 128;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(whole.length - 4, bytes.length << 3);
    return view;
  }

  function written(state) {
    const view = new DataView(new ArrayBuffer(state.length * 4));
    state.forEach((word, at) => view.setInt32(at * 4, word));
    return new Uint8Array(view.buffer);
  }

  const turn = (x, n) => x >>> n | x << 32 - n;

  function sha256(bytes) {
    const view = padded(bytes, 64), w = new Int32Array(64);
    let state = START.filter((_, at) => at % 2 === 0);
    for (let from = 0; from < view.byteLength; from += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(from + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = (turn(b, 17) ^ turn(b, 19) ^ b >>> 10) + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) + w[i - 16];
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + K[2 * i] + w[i] | 0;
        const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c);
        [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
      }
      state = [a, b, c, d, e, f, g, h].map((word, at) => word + state[at] | 0);
    }
    return written(state);
  }

  // 64 bits as [high, low].
  const turned = ([h, l], n) => n < 32 ? [h >>> n | l << 32 - n, l >>> n | h << 32 - n] : [l >>> n - 32 | h << 64 - n, h >>> n - 32 | l << 64 - n];
  const shifted = ([h, l], n) => [h >>> n, l >>> n | h << 32 - n];
  const xor = (a, b, c) => [a[0] ^ b[0] ^ c[0], a[1] ^ b[1] ^ c[1]];
  const sum = (...all) => {
    let high = 0, low = 0;
    for (const [h, l] of all) { high += h >>> 0; low += l >>> 0; }
    return [high + Math.floor(low / 4294967296) | 0, low | 0];
  };

  function sha512(bytes) {
    const view = padded(bytes, 128), pair = (list, at) => [list[2 * at], list[2 * at + 1]];
    let state = [0, 1, 2, 3, 4, 5, 6, 7].map(at => pair(START, at));
    for (let from = 0; from < view.byteLength; from += 128) {
      const w = [];
      for (let i = 0; i < 16; i++) w.push([view.getInt32(from + 8 * i), view.getInt32(from + 8 * i + 4)]);
      for (let i = 16; i < 80; i++) {
        const a = w[i - 15], b = w[i - 2];
        w.push(sum(xor(turned(b, 19), turned(b, 61), shifted(b, 6)), w[i - 7], xor(turned(a, 1), turned(a, 8), shifted(a, 7)), w[i - 16]));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i++) {
        const chosen = [e[0] & f[0] ^ ~e[0] & g[0], e[1] & f[1] ^ ~e[1] & g[1]];
        const most = [a[0] & b[0] ^ a[0] & c[0] ^ b[0] & c[0], a[1] & b[1] ^ a[1] & c[1] ^ b[1] & c[1]];
        const one = sum(h, xor(turned(e, 14), turned(e, 18), turned(e, 41)), chosen, pair(K, i), w[i]);
        const two = sum(xor(turned(a, 28), turned(a, 34), turned(a, 39)), most);
        [h, g, f, e, d, c, b, a] = [g, f, e, sum(d, one), c, b, a, sum(one, two)];
      }
      state = [a, b, c, d, e, f, g, h].map((word, at) => sum(word, state[at]));
    }
    return written([].concat(...state));
  }

  // ---------- the curve, cut from TweetNaCl.js: sixteen limbs of 16 bits
  const gf = init => { const r = new Float64Array(16); if (init) r.set(init); return r; };
  const gf0 = gf(), gf1 = gf([1]);
  const D = gf([0x78a3, 0x1359, 0x4dca, 0x75eb, 0xd8ab, 0x4141, 0x0a4d, 0x0070, 0xe898, 0x7779, 0x4079, 0x8cc7, 0xfe73, 0x2b6f, 0x6cee, 0x5203]);
  const D2 = gf([0xf159, 0x26b2, 0x9b94, 0xebd6, 0xb156, 0x8283, 0x149a, 0x00e0, 0xd130, 0xeef3, 0x80f2, 0x198e, 0xfce7, 0x56df, 0xd9dc, 0x2406]);
  const X = gf([0xd51a, 0x8f25, 0x2d60, 0xc956, 0xa7b2, 0x9525, 0xc760, 0x692c, 0xdc5c, 0xfdd6, 0xe231, 0xc0a4, 0x53fe, 0xcd6e, 0x36d3, 0x2169]);
  const Y = gf([0x6658, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666]);
  const I = gf([0xa0b0, 0x4a0e, 0x1b27, 0xc4ee, 0xe478, 0xad2f, 0x1806, 0x2f43, 0xd7a7, 0x3dfb, 0x0099, 0x2b4d, 0xdf0b, 0x4fc1, 0x2480, 0x2b83]);
  const L = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];
  const point = () => [gf(), gf(), gf(), gf()];

  function set25519(r, a) { for (let i = 0; i < 16; i++) r[i] = a[i] | 0; }

  function car25519(o) {
    for (let i = 0; i < 16; i++) {
      o[i] += 65536;
      const c = Math.floor(o[i] / 65536);
      o[(i + 1) * (i < 15 ? 1 : 0)] += c - 1 + 37 * (c - 1) * (i === 15 ? 1 : 0);
      o[i] -= c * 65536;
    }
  }

  function sel25519(p, q, b) {
    const c = ~(b - 1);
    for (let i = 0; i < 16; i++) {
      const t = c & (p[i] ^ q[i]);
      p[i] ^= t;
      q[i] ^= t;
    }
  }

  function pack25519(n) {
    const m = gf(), t = gf(n), o = new Uint8Array(32);
    car25519(t);
    car25519(t);
    car25519(t);
    for (let j = 0; j < 2; j++) {
      m[0] = t[0] - 0xffed;
      for (let i = 1; i < 15; i++) {
        m[i] = t[i] - 0xffff - (m[i - 1] >> 16 & 1);
        m[i - 1] &= 0xffff;
      }
      m[15] = t[15] - 0x7fff - (m[14] >> 16 & 1);
      const b = m[15] >> 16 & 1;
      m[14] &= 0xffff;
      sel25519(t, m, 1 - b);
    }
    for (let i = 0; i < 16; i++) {
      o[2 * i] = t[i] & 0xff;
      o[2 * i + 1] = t[i] >> 8;
    }
    return o;
  }

  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const neq25519 = (a, b) => !same(pack25519(a), pack25519(b));
  const par25519 = a => pack25519(a)[0] & 1;
  function A(o, a, b) { for (let i = 0; i < 16; i++) o[i] = a[i] + b[i] | 0; }
  function Z(o, a, b) { for (let i = 0; i < 16; i++) o[i] = a[i] - b[i] | 0; }

  const products = new Float64Array(31);

  function M(o, a, b) {
    const t = products.fill(0);
    for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) t[i + j] += a[i] * b[j];
    for (let i = 0; i < 15; i++) t[i] += 38 * t[i + 16];
    for (let i = 0; i < 16; i++) o[i] = t[i];
    car25519(o);
    car25519(o);
  }

  const S = (o, a) => M(o, a, a);

  function inv25519(i) {
    const c = gf(i);
    for (let a = 253; a >= 0; a--) {
      S(c, c);
      if (a !== 2 && a !== 4) M(c, c, i);
    }
    return c;
  }

  function pow2523(i) {
    const c = gf(i);
    for (let a = 250; a >= 0; a--) {
      S(c, c);
      if (a !== 1) M(c, c, i);
    }
    return c;
  }


  // Where `add` works; it is never in itself.
  const [a, b, c, d, e, f, g, h, t] = Array.from({ length: 9 }, () => gf());

  function add(p, q) {
    Z(a, p[1], p[0]); Z(t, q[1], q[0]); M(a, a, t);
    A(b, p[0], p[1]); A(t, q[0], q[1]); M(b, b, t);
    M(c, p[3], q[3]); M(c, c, D2);
    M(d, p[2], q[2]); A(d, d, d);
    Z(e, b, a); Z(f, d, c); A(g, d, c); A(h, b, a);
    M(p[0], e, f); M(p[1], h, g); M(p[2], g, f); M(p[3], e, h);
  }

  function pack(p) {
    const tx = gf(), ty = gf(), zi = inv25519(p[2]);
    M(tx, p[0], zi);
    M(ty, p[1], zi);
    const r = pack25519(ty);
    r[31] ^= par25519(tx) << 7;
    return r;
  }

  /** `s` times `q` and `t` times the base point, together; nothing here is secret, so it takes as long as it takes. */
  function sumOf(q, s, t) {
    const base = [gf(X), gf(Y), gf(gf1), gf()], both = q.map(gf), p = point();
    M(base[3], X, Y);
    add(both, base);
    set25519(p[1], gf1);
    set25519(p[2], gf1);
    for (let i = 255; i >= 0; --i) {
      add(p, p);
      const [one, other] = [s, t].map(number => number[i >> 3] >> (i & 7) & 1);
      if (one || other) add(p, one && other ? both : one ? q : base);
    }
    return p;
  }

  /** 64 bytes, the lowest first, as one below the order of the base point. */
  function reduce(bytes) {
    const x = Float64Array.from(bytes), r = new Uint8Array(32);
    let carry;
    for (let i = 63; i >= 32; --i) {
      carry = 0;
      for (let j = i - 32; j < i - 12; ++j) {
        x[j] += carry - 16 * x[i] * L[j - (i - 32)];
        carry = Math.floor((x[j] + 128) / 256);
        x[j] -= carry * 256;
      }
      x[i - 12] += carry;
      x[i] = 0;
    }
    carry = 0;
    for (let j = 0; j < 32; j++) {
      x[j] += carry - (x[31] >> 4) * L[j];
      carry = x[j] >> 8;
      x[j] &= 255;
    }
    for (let j = 0; j < 32; j++) x[j] -= carry * L[j];
    for (let i = 0; i < 32; i++) {
      x[i + 1] += x[i] >> 8;
      r[i] = x[i] & 255;
    }
    return r;
  }

  /** The point with the other sign that 32 bytes say; null where they say none. */
  function unpackneg(p) {
    const r = point(), t = gf(), chk = gf(), num = gf(), den = gf(), den2 = gf(), den4 = gf(), den6 = gf();
    set25519(r[2], gf1);
    for (let i = 0; i < 16; i++) r[1][i] = p[2 * i] + (p[2 * i + 1] << 8);
    r[1][15] &= 0x7fff;
    S(num, r[1]); M(den, num, D); Z(num, num, r[2]); A(den, r[2], den);
    S(den2, den); S(den4, den2); M(den6, den4, den2); M(t, den6, num); M(t, t, den);
    t.set(pow2523(t));
    M(t, t, num); M(t, t, den); M(t, t, den); M(r[0], t, den);
    S(chk, r[0]); M(chk, chk, den);
    if (neq25519(chk, num)) M(r[0], r[0], I);
    S(chk, r[0]); M(chk, chk, den);
    if (neq25519(chk, num)) return null;
    if (par25519(r[0]) === p[31] >> 7) Z(r[0], gf0, r[0]);
    M(r[3], r[0], r[1]);
    return r;
  }

  /** Whether eight times the point is nothing. */
  function isSmall(p) {
    const q = p.map(gf);
    for (let i = 0; i < 3; i++) add(q, q.map(gf));
    return same(pack(q), Uint8Array.from([1].concat(new Array(31).fill(0))));
  }

  /** Whether the key (32 bytes) made the signature (64) over these bytes. */
  function isSigned(key, signature, bytes) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const scalar = signature.subarray(32);
    let at = 31;
    while (at > 0 && scalar[at] === L[at]) at--;
    const q = scalar[at] < L[at] ? unpackneg(key) : null;
    if (!q || isSmall(q)) return false;
    const p = sumOf(q, reduce(sha512(joined(signature.subarray(0, 32), key, bytes))), scalar);
    return !isSmall(p) && same(pack(p), signature.subarray(0, 32));
  }

  // ---------- bytes and texts
  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  }

  const bytesOf = text => new TextEncoder().encode(text);
  const hexOf = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

  // ---------- the long code
  const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const CODE = 24;
  // Powers of 2 in GF(32), x^5 + x^2 + 1.
  const POWERS = [];
  for (let value = 1; POWERS.length < 31; value = value & 16 ? value << 1 ^ 37 : value << 1) POWERS.push(value);
  const times = (a, b) => a && b ? POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 31] : 0;

  /** The long code somebody typed: {code}, or {wrong, at} with `at` counted from 1, without dashes. */
  function codeOf(typed) {
    const values = [];
    for (const sign of typed.replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))) {
      if (/[\s\-._\u00b7\u2010-\u2015\u2022\u2212\u30fb\u3002]/.test(sign)) continue;
      const value = ALPHABET.indexOf(sign.toUpperCase().replace('O', '0').replace(/[IL]/, '1'));
      if (value < 0) return { wrong: 'character', at: values.length + 1 };
      values.push(value);
    }
    if (values.length !== CODE) return { wrong: 'length', at: values.length };
    // The word at the roots 2, 4 and 8; one wrong character at the power j leaves e·2^j, e·4^j, e·8^j.
    const [one, two, three] = [1, 2, 3].map(root => values.reduce((sum, value) => times(sum, POWERS[root]) ^ value, 0));
    if (!one && !two && !three) return { code: values.map(value => ALPHABET[value]).join('') };
    for (let j = 0; one && j < CODE; j++) {
      if (times(one, POWERS[j]) === two && times(two, POWERS[j]) === three) return { wrong: 'mistyped', at: CODE - j };
    }
    return { wrong: 'several', at: 0 };
  }

  /** The text of a QR code of ours, of whichever bank: {host, code, payload}; {wrong, at}; null where it is no such text. */
  function addressOf(text) {
    const found = /^https:\/\/([^\/?#@]{1,253})\/v\/([^\/?#]+)#(.+)$/i.exec(text.replace(/\s+/g, ''));
    if (!found) return null;
    const read = codeOf(found[2]);
    return read.code ? { host: found[1].toLowerCase(), code: read.code, payload: found[3] } : read;
  }

  // ---------- the payload
  /** Bytes of base32 without padding, in capitals or small letters; null where a character is none of it or one too many, or what fills up
   *  is not nought. */
  function fromBase32(text) {
    const bytes = [];
    let held = 0, bits = 0;
    for (const sign of text) {
      const value = ALPHABET.indexOf(sign.toUpperCase());
      if (value < 0) return null;
      held = held << 5 | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push(held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    return bits >= 5 || held ? null : Uint8Array.from(bytes);
  }

  const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

  /** The 32 bytes of a key of keys.json, a multikey: `z` and base58 of 0xED 0x01 and those; no bytes where it is none. */
  function keyOf({ key }) {
    const bytes = [];
    for (const sign of key.slice(1)) {
      let carry = BASE58.indexOf(sign);
      if (carry < 0) return new Uint8Array(0);
      for (let at = 0; at < bytes.length || carry; at++) {
        carry += (bytes[at] || 0) * 58;
        bytes[at] = carry & 255;
        carry >>= 8;
      }
    }
    const whole = Uint8Array.from(bytes.reverse());
    return key[0] === 'z' && whole.length === 34 && whole[0] === 0xed && whole[1] === 1 ? whole.subarray(2) : new Uint8Array(0);
  }

  const textOf = bytes => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const FORM = 0x10;
  const MOST_NAME = 150;
  const FIRST_DAY = Date.UTC(2020, 0, 1);
  const WAYS = ['outside', 'supervised', 'online'];
  /** Damm's table, row by row: the last digit of a number leads back to nought. */
  const DAMM = '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
  const checks = number => Array.from(number).reduce((row, digit) => Number(DAMM[row * 10 + Number(digit)]), 0) === 0;

  /** What a payload says; null where it says nothing, or says it in another way than the one there is. {newer} of a later form. */
  function read(payload) {
    const bytes = payload.length <= 1000 ? fromBase32(payload) : null;
    if (!bytes || !bytes.length) return null;
    if (bytes[0] !== FORM) return bytes[0] & 15 ? null : { newer: true };
    const u = bytes[20], n = bytes[33 + u], end = 34 + u + n;
    if (!(bytes.length === end + 64 && n >= 1 && n <= MOST_NAME)) return null;
    const number = (from, to) => bytes.subarray(from, to).reduce((value, byte) => value * 256 + byte, 0);
    const [kind, version, levels] = [bytes[1], bytes[11], bytes[14]];
    const count = number(6, 11), place = number(29 + u, 33 + u);
    let name;
    try {
      name = textOf(bytes.subarray(34 + u, end));
    } catch (error) {
      return null;
    }
    const units = [];
    for (let bit = 0; bit < u * 8; bit++) {
      if (bytes[21 + (bit >> 3)] >> 7 - (bit & 7) & 1) units.push(`T${String(bit + 1).padStart(2, '0')}`);
    }
    const wayBits = levels & 7, lastUnits = bytes[20 + u], twelve = String(count).padStart(12, '0');
    const isOne = kind && version && u && lastUnits && place >= 131072 && wayBits && !(levels & 8) && twelve.length === 12 && checks(twelve)
      && units.every(code => code.length === 3) && name === name.normalize('NFC') && name === name.trim() && !/[\0-\x1f\x7f-\x9f]/.test(name);
    if (!isOne) return null;
    return {
      kind, version, name, units,
      number: twelve,
      key: hexOf(bytes.subarray(2, 6)),
      day: new Date(FIRST_DAY + number(12, 14) * 864e5).toISOString().slice(0, 10),
      identity: levels >> 6,
      supervision: levels >> 4 & 3,
      ways: WAYS.filter((_, bit) => levels >> bit & 1),
      credits: number(15, 18),
      hours: number(18, 20),
      document: hexOf(bytes.subarray(21 + u, 29 + u)),
      list: Math.floor(place / 131072),
      position: place % 131072,
      said: bytes.subarray(0, end),
      signature: bytes.subarray(end),
    };
  }

  /** Whether a key may have signed on a day. On the one on which another takes over both may have. */
  const signsOn = (key, day) => key.from <= day && (!key.until || day <= key.until);

  /** Whether what is written at an address was signed by an agency of `book` (keys.json):
   *  {answer: 'true' | 'differs' | 'unknown' | 'unreadable' | 'newer', why, paper, agency}. */
  function verify(address, book) {
    const paper = read(address.payload);
    if (!paper) return { answer: 'unreadable' };
    if (paper.newer) return { answer: 'newer' };
    const bytes = joined(bytesOf(`credit-bank/paper/1\0${address.host}\0${address.code}`), paper.said);
    const known = [];
    for (const agency of book.agencies) {
      for (const key of agency.keys) {
        const bytes = keyOf(key);
        if (hexOf(sha256(bytes).subarray(0, 4)) === paper.key) known.push({ agency, key, bytes });
      }
    }
    if (!known.length) return { answer: 'unknown', why: 'key', paper };
    const maker = known.find(one => isSigned(one.bytes, paper.signature, bytes));
    if (!maker) return { answer: 'differs', why: 'signature', paper };
    const { agency, key } = maker;
    if (key.distrusted) return { answer: 'unknown', why: 'distrusted', paper, agency };
    return signsOn(key, paper.day) ? { answer: 'true', why: '', paper, agency } : { answer: 'differs', why: 'day', paper, agency };
  }

  self.paper = { addressOf, codeOf, read, verify, isSigned, keyOf, signsOn, sha256, sha512, hexOf, bytesOf, textOf };
})();
