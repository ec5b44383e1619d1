// The pages that verify a certificate. On every one of them: keeps the page for where there is no network (verify-worker.js). On
// /v/offline: reads a code, says what it proves, shows every field. On /v/{code}: holds what the paper says against what the bank says.
// All words stand in the page; nothing that is read is sent anywhere.
(() => {
  'use strict';
  const { paper, lists } = self;
  const page = document.querySelector('[data-offline]');
  const compare = document.querySelector('[data-compare]');
  const workers = navigator.serviceWorker;

  // A worker reaches no further up than where it stands, and codes are written in capitals too. Where it cannot be kept, all else works.
  if (workers) for (const folder of ['/v/', '/V/']) workers.register(`${folder}worker.js`, { scope: folder }).catch(() => {});
  if (!paper || !(page || compare) || typeof TextDecoder !== 'function') return;

  const root = page || compare;
  const within = name => root.querySelector(`[data-${name}]`);
  const shows = (name, value) => { for (const one of root.querySelectorAll(`[data-${name}]`)) one.hidden = one.getAttribute(`data-${name}`) !== value; };

  const book = () => fetch(root.dataset.keys).then(answer => {
    if (!answer.ok) throw new Error(`keys: ${answer.status}`);
    return answer.json();
  }).then(found => {
    if (found.format !== 'credit-bank/keys/1' || !(Date.parse(found.made_at) > 0)) throw new Error('keys: of another form');
    return found;
  });

  // A key that nobody is to believe any more stands in an older book as if it was believed.
  const KEPT_DAYS = 30;
  const madeOn = keys => minuteOf(Date.parse(keys.made_at)).slice(0, 10);
  /** Whether a book is too old to say anything good of a paper: from before its day, or a month old. */
  const isOld = (keys, read) => madeOn(keys) < read.day || Date.now() - Date.parse(keys.made_at) > KEPT_DAYS * 864e5;

  /** What the agency's lists say of a paper: {state: 'good' | 'revoked' | 'suspended', when}; null where no list is at hand. */
  async function standingOf(read, agency) {
    let when = Infinity;
    const set = [];
    for (const one of lists.pathsOf(agency, read.list)) {
      const answer = await fetch(one.path, { headers: { accept: 'application/vc+jwt' } });
      const isIn = answer.ok ? lists.isSet(await answer.text(), agency, one, read.position, Date.now()) : null;
      if (isIn === null) return null;
      if (isIn) set.push(one.purpose);
      // The hour at which the bank answered; a kept answer has its own.
      when = Math.min(when, Date.parse(answer.headers.get('date')));
    }
    if (!Number.isFinite(when)) return null;
    return { when, state: set.includes('revocation') ? 'revoked' : set.includes('suspension') ? 'suspended' : 'good' };
  }

  const payload = () => location.hash.slice(1);
  const codeHere = () => (/^\/v\/([^/]+)$/i.exec(location.pathname) || [])[1] || '';

  // ---------- /v/{code}: the paper beside the bank
  /** The fields of a paper, as the attributes of the page have them. */
  const fieldsOf = read => ({
    number: read.number, kind: String(read.kind), version: String(read.version), day: read.day, name: read.name,
    identity: String(read.identity), supervision: String(read.supervision), ways: read.ways.slice().sort().join(' '),
    credits: String(read.credits), hours: String(read.hours), units: read.units.join(' '), document: read.document,
    status: `${read.list} ${read.position}`,
  });

  /** Whether the page says the same of a field. A masked name fits every name of its shape; what the page does not say is not compared. */
  function isSame(name, own) {
    const theirs = compare.dataset[name];
    if (theirs === undefined || theirs === '') return true;
    if (name !== 'name' || !theirs.includes('*')) return own === theirs;
    const shape = theirs.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
    return new RegExp(`^${shape}$`).test(own);
  }

  async function compares() {
    if (!payload()) return;
    const keys = await book();
    const found = paper.verify({ host: keys.host, code: compare.dataset.code, payload: payload() }, keys);
    if (found.answer === 'unreadable' || found.answer === 'newer') { shows('says', 'unread'); return; }
    if (found.answer !== 'true') { shows('says', found.answer); return; }
    const own = fieldsOf(found.paper), isOlder = Number(compare.dataset.version) > found.paper.version;
    // A newer version is another document, of another day, in another place: that says nothing of what was changed in it.
    const passed = isOlder ? ['version', 'day', 'document', 'status'] : [];
    const other = Object.keys(own).filter(name => !passed.includes(name) && !isSame(name, own[name]));
    const labels = other.map(name => within(`field="${name}"`).textContent).join(compare.dataset.between);
    for (const one of compare.querySelectorAll('[data-fields]')) {
      one.textContent = labels;
      one.parentNode.hidden = !labels;
    }
    shows('says', isOlder ? 'older' : labels ? 'other' : 'same');
    // For where there is no network next time.
    await standingOf(found.paper, found.agency);
  }

  // ---------- /v/offline: a code by itself
  const says = (answer, why = '', standing = '') => {
    shows('answer', answer);
    shows('why', why);
    shows('standing', standing);
    for (const name of ['result', 'more']) within(name).hidden = false;
  };
  const fill = (name, value) => { for (const one of root.querySelectorAll(`[data-fill="${name}"]`)) one.textContent = value; };
  /** The words of the page with the one blank in them filled. */
  const filled = (name, value) => { for (const one of root.querySelectorAll(`[data-blank="${name}"]`)) one.textContent = one.dataset.words.replace('%', value); };
  const minuteOf = ms => new Date(ms + 8 * 36e5).toISOString().slice(0, 16).replace('T', ' ');
  const dayWords = text => {
    const [year, month, day] = text.split('-').map(Number);
    return root.dataset.day.replace('%y', year).replace('%m', month).replace('%d', day);
  };
  const wordOf = name => { const words = within(`word="${name}"`); return words ? words.textContent : ''; };

  function showFacts(read, agency, keys) {
    const kind = keys.kinds.find(one => one.paper_code === read.kind);
    const unit = code => { const known = keys.units.find(one => one.code === code); return known ? `${code} ${known.title}` : code; };
    fill('name', read.name);
    fill('number', read.number.replace(/(....)(?=.)/g, '$1\u00a0'));
    fill('kind', kind ? kind.title : String(read.kind));
    fill('footer', kind ? kind.footer : '');
    fill('day', dayWords(read.day));
    fill('hours', String(read.hours));
    fill('credits', String(read.credits / 1000));
    fill('identity', wordOf(`identity-${read.identity}`));
    fill('supervision', wordOf(`supervision-${read.supervision}`));
    fill('ways', read.ways.map(way => wordOf(`way-${way}`)).join(root.dataset.between));
    fill('agency', agency.name);
    fill('credit-code', agency.credit_code);
    fill('version', String(read.version));
    fill('document', read.document);
    fill('key', read.key);
    const all = within('units');
    all.textContent = '';
    for (const code of read.units) all.appendChild(document.createElement('li')).textContent = unit(code);
    within('closed').hidden = !agency.closed;
  }

  async function answers(address) {
    let keys;
    try {
      keys = await book();
    } catch (error) {
      says('no-keys');
      return;
    }
    if (address.host && address.host !== keys.host) {
      filled('host', address.host);
      says('elsewhere');
      return;
    }
    const found = paper.verify({ host: keys.host, code: address.code, payload: address.payload }, keys);
    const isTrue = found.answer === 'true';
    within('facts').hidden = !isTrue;
    if (!isTrue) {
      says(found.answer, found.why);
      return;
    }
    showFacts(found.paper, found.agency, keys);
    const standing = await standingOf(found.paper, found.agency).catch(() => null);
    if (standing) filled('when', minuteOf(standing.when));
    filled('made', dayWords(madeOn(keys)));
    if (!isOld(keys, found.paper)) {
      says('true', '', standing ? standing.state : 'ask');
      return;
    }
    // What was taken back is so all the same.
    within('facts').hidden = true;
    says('old', '', standing && standing.state !== 'good' ? standing.state : '');
  }

  /** What was typed, scanned or opened. */
  async function checks(text) {
    const address = paper.addressOf(text);
    within('facts').hidden = true;
    if (address && address.code) {
      await answers(address);
    } else {
      filled('place', address ? address.at : '');
      says(address ? address.wrong : 'unreadable');
    }
    within('result').focus();
  }

  /** The address that this page was opened with, if it is a certificate's. */
  async function opens() {
    const isPage = location.pathname === root.dataset.offline;
    within('cut-off').hidden = isPage;
    if (isPage && !payload()) return;
    const read = isPage ? null : paper.codeOf(decodeURIComponent(codeHere()));
    if (isPage) await checks(payload());
    else if (payload() && read.code) await answers({ code: read.code, payload: payload() });
    else if (payload() && read.wrong) { filled('place', read.at); says(read.wrong); }
    else says('alone');
  }

  // ---------- a photograph
  const pictureOf = file => new Promise((resolve, reject) => {
    const reader = new FileReader(), image = new Image();
    reader.onerror = image.onerror = () => reject(new Error('no picture'));
    image.onload = () => resolve(image);
    reader.onload = () => { image.src = reader.result; };
    reader.readAsDataURL(file);
  });

  function pointsOf(image, longest) {
    const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
    return drawing.getImageData(0, 0, canvas.width, canvas.height);
  }

  let reader = null;
  /** The text of the code in these points, or null. */
  const decoded = points => new Promise((resolve, reject) => {
    reader = reader || new Worker(root.dataset.reader);
    reader.onmessage = event => resolve(event.data.data);
    reader.onerror = () => { reader = null; reject(new Error('no reader')); };
    reader.postMessage({ id: 0, type: 'decode', data: points }, [points.data.buffer]);
  });

  async function reads(file) {
    within('result').hidden = true;
    within('busy').hidden = false;
    try {
      const image = await pictureOf(file);
      let text = null;
      // A code may fill the picture or lie in a corner of it: smaller ones are quicker, larger ones see more.
      for (const longest of [900, 1600, 2600]) {
        text = text || await decoded(pointsOf(image, longest));
      }
      if (text) await checks(text);
      else says('no-code');
    } catch (error) {
      says(error.message === 'no reader' ? 'no-reader' : 'no-code');
    }
    within('busy').hidden = true;
  }

  // ---------- the page
  if (compare) {
    compares().catch(() => {});
    return;
  }
  within('no-script').hidden = true;
  within('tools').hidden = false;
  const line = document.getElementById('line'), photo = document.getElementById('photo');
  within('check').addEventListener('click', () => checks(line.value));
  photo.addEventListener('change', () => { if (photo.files.length) reads(photo.files[0]); });
  within('anew').addEventListener('click', () => location.reload());
  addEventListener('hashchange', opens);
  // Without a network the bank cannot change the size of the letters, and this page may be an older one.
  for (const size of document.querySelectorAll('[data-size]')) {
    size.addEventListener('click', event => {
      if (navigator.onLine) return;
      event.preventDefault();
      document.documentElement.dataset.font = size.dataset.size;
      for (const one of document.querySelectorAll('[data-size]')) one.removeAttribute('aria-current');
      size.setAttribute('aria-current', 'true');
    });
  }
  opens();
})();
