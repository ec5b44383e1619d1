// Verifying a certificate on paper with no bank to ask: the scripts by themselves, and the page that goes on where the bank is gone.
import { createHash, randomBytes, sign } from 'node:crypto';
import { measure } from '../lib/bars.mjs';
import { openFront } from '../lib/front.mjs';
import { CODE, FIELDS, HOST, base32, bookOf, bytesOf, keyOf, listOf, listPath, paperOf, scripts, signed, vectors } from '../lib/papers.mjs';

const REVOKED = { purpose: 'revocation', path: listPath('revocation') };

/** Runs in node, beside a browser that waits. */
const reckons = work => async person => {
  const wrong = words => person.findings.push(words);
  await work({ ...scripts(), wrong, same: (got, wanted, words) => { if (got !== wanted) wrong(`${words}: ${got}, not ${wanted}`); } });
};

function knowsDigestsAndSignatures({ paper, same }) {
  for (let length = 0; length < 300; length++) {
    const bytes = randomBytes(length);
    for (const name of ['sha256', 'sha512']) same(paper.hexOf(paper[name](bytes)), createHash(name).update(bytes).digest('hex'), `${name} of ${length} bytes`);
  }
  const key = keyOf(9);
  for (let length = 0; length < 250; length += 25) {
    const bytes = randomBytes(length), signature = sign(null, bytes, key.secret);
    same(paper.isSigned(key.bytes, signature, bytes), true, `a signature over ${length} bytes`);
    same(paper.isSigned(keyOf(8).bytes, signature, bytes), false, 'a signature of another key');
    // The same number once more round is another form of one signature.
    const order = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex'), twice = Buffer.from(signature);
    let carry = 0;
    order.forEach((byte, at) => { carry += twice[32 + at] + byte; twice[32 + at] = carry & 255; carry >>= 8; });
    same(paper.isSigned(key.bytes, twice, bytes), false, 'a second form of a signature');
  }
  // By the point that is nothing, everything would be signed.
  const nothing = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
  same(paper.isSigned(nothing, Buffer.concat([nothing, Buffer.alloc(32)]), Buffer.from('a')), false, 'a key of small order');
}

function knowsTheLongCode({ paper, same }) {
  const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const said = text => { const { code, wrong, at } = paper.codeOf(text); return code || `${wrong} ${at}`; };
  for (const typed of [CODE, '012345-6789ab-cdefgh-jkm7ka', ' oi2345—6789AB·CDEFGH–JKM7KA', '０１２３４５－６７８９ＡＢ－ＣＤＥＦＧＨ－ＪＫＭ７ＫＡ']) same(said(typed), CODE, typed);
  for (const [typed, wanted] of [['', 'length 0'], [CODE.slice(1), 'length 23'], [`${CODE}0`, 'length 25'], [CODE.replace('4', 'U'), 'character 5']]) same(said(typed), wanted, typed);
  const changed = (text, at, sign) => text.slice(0, at) + sign + text.slice(at + 1);
  for (let at = 0; at < 24; at++) {
    for (const sign of signs) {
      if (sign !== CODE[at]) same(said(changed(CODE, at, sign)), `mistyped ${at + 1}`, `${sign} at ${at + 1}`);
    }
    for (let other = at + 1; other < 24; other++) same(said(changed(changed(CODE, at, 'Y'), other, 'Z')), 'several 0', `two at ${at + 1}, ${other + 1}`);
  }
}

async function refusesEveryBit({ paper, same, wrong }) {
  const key = keyOf(7), book = bookOf(key), bytes = bytesOf(FIELDS, key), whole = Buffer.concat([bytes, signed(bytes, key)]);
  const says = payload => paper.verify({ host: HOST, code: CODE, payload }, book).answer;
  same(says(base32(whole)), 'true', 'the paper as it was printed');
  for (let bit = 0; bit < whole.length * 8; bit++) {
    // Somebody else is on a walk of their own meanwhile.
    await new Promise(setImmediate);
    const other = Buffer.from(whole);
    other[bit >> 3] ^= 0x80 >> (bit & 7);
    if (says(base32(other)) === 'true') wrong(`bit ${bit} flipped is taken`);
  }
  const { host, code, payload } = paperOf();
  const others = [
    { host: 'xuefen.example.com', code, payload }, { host, code: '000000000000000000000000', payload }, { host, code, payload: payload.slice(0, -1) },
    { host, code, payload: `${payload}0` }, { host, code, payload: payload.replace(/.$/, 'U') }, { host, code, payload: '' },
  ];
  for (const other of others) if (paper.verify(other, book).answer === 'true') wrong(`taken: ${JSON.stringify(other)}`);
}

function readsWhatItMay({ paper, same }) {
  const read = (fields, book = bookOf()) => {
    const { host, code, payload } = paperOf(fields);
    const { answer, why } = paper.verify({ host, code, payload }, book);
    return `${answer} ${why || ''}`.trim();
  };
  for (const name of ['李敏', '买买提·吐尔逊·阿不都热依木江', '𬭚㼆', '王'.repeat(50)]) same(read({ name }), 'true', name);
  for (const name of ['王 '.repeat(60), '王'.repeat(51), ' 王', '王\u0007', 'e\u0301']) same(read({ name }), 'unreadable', JSON.stringify(name));
  same(read({ units: Array.from({ length: 23 }, (_, at) => `T${String(at + 1).padStart(2, '0')}`) }), 'true', 'all units');
  same(read({ units: ['T01'] }), 'true', 'one unit');
  for (const [fields, words] of [[{ kind: 0 }, 'no kind'], [{ version: 0 }, 'no version'], [{ ways: 0 }, 'no way'], [{ ways: 8 }, 'a bit of nothing'], [{ list: 0 }, 'no list']]) {
    same(read(fields), 'unreadable', words);
  }
  same(read({}, bookOf(keyOf(8))), 'unknown key', 'another key');
  same(read({}, bookOf(keyOf(7), { distrusted: '2026-11-28T00:00:00Z' })), 'unknown distrusted', 'a key that is trusted no more');
  same(read({}, bookOf(keyOf(7), { from: '2026-11-28' })), 'differs day', 'a day before the key');
  same(read({}, bookOf(keyOf(7), { until: '2026-11-26' })), 'differs day', 'a day after the key');
  same(read({}, bookOf(keyOf(7), { until: '2026-11-27' })), 'true', 'the day on which another key takes over');
  same(paper.read('20'), null, 'too short');
  same(paper.read(base32(Buffer.alloc(120, 0x20)))?.newer, true, 'a later form');
}

function readsLists({ lists, same }) {
  const agency = bookOf().agencies[0], at = FIELDS.position, now = Date.now();
  const says = (jwt, one = REVOKED, position = at, when = now) => lists.isSet(jwt, agency, one, position, when);
  for (const level of [0, 1, 6, 9]) {
    for (const noise of [0, 60, 9000]) {
      const jwt = listOf('revocation', [0, at, 131_071], { level, noise });
      for (const [position, wanted] of [[0, true], [at, true], [at + 1, false], [131_071, true]]) same(says(jwt, REVOKED, position), wanted, `${position} of a list packed at ${level}`);
    }
  }
  const jwt = listOf('revocation', [at]);
  same(says(jwt, { purpose: 'suspension', path: listPath('suspension') }), null, 'a list for another purpose');
  same(says(jwt, { purpose: 'revocation', path: listPath('revocation', 2) }), null, 'another list');
  same(says(jwt, REVOKED, at, now + 8 * 864e5), null, 'a list that is too old');
  same(says(jwt, REVOKED, at, now - 864e5), null, 'a list of the future');
  same(says(listOf('revocation', [at], { key: keyOf(8) })), null, 'a list signed by somebody else');
  same(says(listOf('revocation', [at], { host: 'other.example.cn' })), null, 'a list of another bank');
  const cut = jwt.split('.'), other = listOf('revocation', []).split('.');
  same(says([cut[0], other[1], cut[2]].join('.')), null, 'a list that was changed');
  for (const text of ['', 'a.b.c', '...', '{}', cut[0]]) same(says(text), null, JSON.stringify(text));
}

function readsTheVectors({ paper, same, wrong }) {
  const all = vectors();
  if (!all.some(one => one.good) || !all.some(one => !one.good)) wrong('no vectors, or of one kind only');
  for (const one of all) {
    const address = paper.addressOf(one.address);
    const key = { bytes: Buffer.from(one.key_hex, 'hex') };
    const found = address && address.code && address.host === all[0].address.split('/')[2].toLowerCase() && paper.verify(address, bookOf(key, { from: '2020-01-01' }));
    same(Boolean(found) && found.answer === 'true', one.good, one.name);
    if (!one.good) continue;
    same(paper.hexOf(found.paper.said), one.payload_hex, `${one.name}: its bytes`);
    same(paper.hexOf(found.paper.signature), one.signature_hex, `${one.name}: its signature`);
    for (const [name, value] of Object.entries(one.fields)) if (name in found.paper) same(String(found.paper[name]), String(value), `${one.name}: ${name}`);
  }
}

// ---------- in the browser

const keptAnswers = page => page.evaluate(async () => {
  const kept = await caches.open('verify-1');
  return (await kept.keys()).map(request => new URL(request.url).pathname);
});

/** Opens the page once while the bank is there, until everything is kept. */
async function opensOnce(page, address) {
  await page.goto(`${address}/v/offline`);
  await page.waitForFunction(async () => {
    const all = await Promise.all(['/v/', '/V/'].map(folder => navigator.serviceWorker.getRegistration(folder)));
    return all.every(one => one && one.active) && await caches.match('/v/keys.json');
  });
}

/** Opens an address anew, and gives the answer that is shown. */
async function answerAt(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
  const shown = page.locator('[data-answer]:visible');
  await shown.first().waitFor();
  const seen = names => page.locator(`[${names}]:visible`).evaluateAll((all, name) => all.map(one => one.getAttribute(name)), names);
  return { answer: (await seen('data-answer')).join(), standing: (await seen('data-standing')).join(), words: await page.locator('main').innerText() };
}

async function verifiesWithoutABank(person) {
  const { context, bank, manner, findings } = person;
  const own = new Map([['/v/keys.json', ['application/json', JSON.stringify(bookOf())]]]);
  const front = await openFront(bank.address, own), page = await context.newPage();
  const expects = (seen, answer, standing, words) => {
    if (seen.answer !== answer || seen.standing !== standing) findings.push(`${words}: ${seen.answer}, ${seen.standing || 'no standing'}`);
    if (/有效/.test(seen.words)) findings.push(`${words}: 有效 is said`);
  };
  const measures = async words => {
    await page.screenshot({ path: `${person.shots}-${words}.png`, fullPage: true });
    findings.push(...(await measure(page, manner)).map(finding => `${words}: ${finding}`));
  };
  const at = (one = paperOf()) => `${front.address}/V/${one.code}#${one.payload}`;
  page.on('pageerror', error => findings.push(`a script fails: ${error.message}`));
  try {
    await opensOnce(page, front.address);
    await measures('offline-first');
    await front.closes();
    expects(await answerAt(page, at()), 'true', 'ask', 'the bank is gone');
    await page.getByText(FIELDS.name).waitFor();
    await measures('offline-true');
    expects(await answerAt(page, at(paperOf({}, keyOf(8)))), 'unknown', '', 'a strange key');
    await measures('offline-unknown');
    const changed = paperOf();
    changed.payload = changed.payload.replace(/.$/, sign => (sign === '0' ? 'G' : '0'));
    const other = paperOf({ credits: 9000 });
    expects(await answerAt(page, at({ code: CODE, payload: paperOf().payload.slice(0, 60) + other.payload.slice(60) })), 'differs', '', 'a paper that was changed');
    await measures('offline-differs');
    expects(await answerAt(page, `${front.address}/v/${CODE}`), 'alone', '', 'a code alone');
    await measures('offline-alone');
    // Lists that were asked for while the bank was there.
    await front.opens();
    for (const purpose of ['revocation', 'suspension']) own.set(listPath(purpose), ['application/vc+jwt', listOf(purpose, purpose === 'suspension' ? [5] : [4])]);
    await page.goto(`${front.address}/v/offline#${encodeURIComponent('x')}`);
    await page.locator('#line').fill(paperOf().address);
    await page.locator('[data-check]').click();
    await page.locator('[data-standing=good]').waitFor();
    await front.closes();
    expects(await answerAt(page, at()), 'true', 'good', 'a list that is kept');
    await page.getByText(/截至 \d{4}-\d\d-\d\d \d\d:\d\d，未被撤销/).waitFor();
    expects(await answerAt(page, at(paperOf({ position: 4 }))), 'true', 'revoked', 'a revoked one');
    await measures('offline-revoked');
    expects(await answerAt(page, at(paperOf({ position: 5 }))), 'true', 'suspended', 'a suspended one');
    // A book that was kept too long says nothing good any more; what was revoked is so all the same.
    await front.opens();
    own.set('/v/keys.json', ['application/json', JSON.stringify({ ...bookOf(), made_at: new Date(Date.now() - 31 * 864e5).toISOString() })]);
    await page.goto(`${front.address}/v/offline#${encodeURIComponent('x')}`);
    await page.locator('#line').fill(paperOf().address);
    await page.locator('[data-check]').click();
    await page.locator('[data-answer=old]').waitFor();
    await front.closes();
    expects(await answerAt(page, at()), 'old', '', 'keys that are a month old');
    await measures('offline-old');
    expects(await answerAt(page, at(paperOf({ position: 4 }))), 'old', 'revoked', 'a revoked one by old keys');
    const kept = await keptAnswers(page);
    if (kept.some(path => /^\/v\//i.test(path) && !['/v/offline', '/v/keys.json'].includes(path))) findings.push(`kept: ${kept}`);
  } finally {
    await page.close();
    await front.closes();
  }
}

const ONCE = [{ size: 'normal', scripts: true }];
const SCRIPTED = ['normal', 'large', 'xlarge'].map(size => ({ size, scripts: true }));
const reckoning = (name, work) => ({ name: `the verifier ${name}`, walk: reckons(work), manners: ONCE });

export default [
  reckoning('knows digests and signatures', knowsDigestsAndSignatures),
  reckoning('says which character of a code is wrong', knowsTheLongCode),
  reckoning('refuses a paper of which any bit was flipped', refusesEveryBit),
  reckoning('reads one form of a paper and no other', readsWhatItMay),
  reckoning('reads lists of what was revoked', readsLists),
  reckoning('reads the published vectors', readsTheVectors),
  { name: 'somebody verifies a certificate where the bank is gone', walk: verifiesWithoutABank, manners: SCRIPTED },
];
