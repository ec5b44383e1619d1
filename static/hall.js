// A class on a volunteer's phone without a network: what is tapped is written into a chain on the phone (src/hall/pack.rs says how) and
// uploaded when there is a network, on opening, or by the button. Without this script the page's forms do the same with a network.
(() => {
  'use strict';
  if (!window.indexedDB || !window.crypto || !crypto.subtle || typeof fetch !== 'function') return;
  const root = document.querySelector('[data-hall]');
  const ways = document.querySelectorAll('form[action="/sign-out"]');
  if (!root && !ways.length) return;
  const AT_ONCE = 50;

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open('hall', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('meta');
      request.result.createObjectStore('entries', { keyPath: 'seq' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const ask = async (store, mode, work) => {
    const db = await opened;
    return new Promise((resolve, reject) => {
      const tx = db.transaction(store, mode);
      const request = work(tx.objectStore(store));
      tx.oncomplete = () => resolve(request.result);
      tx.onabort = tx.onerror = () => reject(tx.error);
    });
  };
  const chain = () => ask('meta', 'readonly', store => store.get('chain'));
  const waiting = () => ask('entries', 'readonly', store => store.getAll());

  const sha256 = async text => {
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  };
  const uuid7 = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let ms = Date.now();
    for (let at = 5; at >= 0; at--) { bytes[at] = ms % 256; ms = Math.floor(ms / 256); }
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  const hashOf = async (device, entry) => {
    const body = await sha256(entry.body);
    return sha256(['credit-bank claim v1', device, entry.seq, entry.id, entry.kind, entry.at, entry.by, entry.prev, body, ''].join('\n'));
  };

  // Leaving with something that was not uploaded would leave it behind.
  ways.forEach(form => form.addEventListener('submit', event => {
    if (form.dataset.free) {
      if (navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage('forget');
      return;
    }
    event.preventDefault();
    waiting().then(entries => {
      if (entries.length) { location.href = '/staff/hall/phone#first'; return; }
      form.dataset.free = 'yes';
      if (form.requestSubmit) form.requestSubmit(); else form.submit();
    }, () => form.submit());
  }));
  if (!root) return;

  const operator = root.dataset.hall;
  const says = root.querySelector('[data-says]');
  const button = root.querySelector('[data-upload]');
  const forms = Array.from(root.querySelectorAll('form[data-claim]'));
  const mark = (person, of, words) => forms
    .filter(form => form.dataset.person === person && form.dataset.class === of)
    .forEach(form => { form.querySelector('[data-state]').textContent = words; });

  const shows = async () => {
    const entries = await waiting();
    button.textContent = `${button.dataset.words} (${entries.length})`;
    root.querySelector('[data-queue]').hidden = false;
    entries.forEach(entry => { const body = JSON.parse(entry.body); mark(body.person, body.class, root.dataset.written); });
    return entries;
  };

  /** The chain of this phone for whoever is signed in. Somebody else's has to be uploaded by them first. */
  const own = async () => {
    const known = await chain();
    if (known && known.by === operator) return known;
    if (known && (await waiting()).length) throw new Error(root.dataset.other);
    const device = uuid7();
    const fresh = { device, by: operator, seq: 0, head: await sha256(`credit-bank device v1\n${device}\n`) };
    await ask('meta', 'readwrite', store => store.put(fresh, 'chain'));
    return fresh;
  };

  // One after the other: each entry carries the hash of the one before.
  let turn = Promise.resolve();
  const inTurn = work => (turn = turn.then(work, work));

  const writes = form => inTurn(async () => {
    const known = await own();
    const body = JSON.stringify({ class: form.dataset.class, person: form.dataset.person });
    if ((await waiting()).some(entry => entry.body === body && entry.kind === form.dataset.claim)) return;
    const entry = { seq: known.seq + 1, id: uuid7(), kind: form.dataset.claim, at: Date.now(), by: operator, prev: known.head, body };
    const head = await hashOf(known.device, entry);
    const db = await opened;
    await new Promise((resolve, reject) => {
      const tx = db.transaction(['meta', 'entries'], 'readwrite');
      tx.objectStore('entries').put(entry);
      tx.objectStore('meta').put(Object.assign({}, known, { seq: entry.seq, head }), 'chain');
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error);
    });
  });

  const packOf = async entries => {
    const known = await chain();
    const last = entries[entries.length - 1];
    return JSON.stringify({ format: 1, pack: uuid7(), device: known.device, made_at: Date.now(), entries, head: await hashOf(known.device, last) });
  };

  const uploads = () => inTurn(async () => {
    for (let entries = await waiting(); entries.length; entries = await waiting()) {
      const some = entries.slice(0, AT_ONCE);
      if (some[0].by !== operator) throw new Error(root.dataset.other);
      // The page anew: its token is the one of whoever is signed in now.
      const page = await fetch('/staff/hall/phone', { credentials: 'same-origin' });
      const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
      const token = fresh.querySelector('input[name=csrf]');
      const whose = fresh.querySelector('[data-hall]');
      if (!token || !whose) { location.href = '/staff/hall/phone'; return; }
      if (whose.dataset.hall !== some[0].by) throw new Error(root.dataset.other);
      const fields = new URLSearchParams({ csrf: token.value, pack: await packOf(some) });
      const answer = await fetch('/staff/hall/queue', { method: 'POST', credentials: 'same-origin', body: fields });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.refused || root.dataset.noNetwork);
      for (const row of told.rows) {
        const entry = some.find(one => one.seq === row.seq);
        if (!entry) continue;
        const body = JSON.parse(entry.body);
        mark(body.person, body.class, row.state === 'needs_look' ? root.dataset.look : root.dataset.sent);
        await ask('entries', 'readwrite', store => store.delete(row.seq));
      }
      if (!told.rows.length) throw new Error(root.dataset.look);
    }
  }).then(() => { says.textContent = ''; }, error => { says.textContent = error instanceof TypeError ? root.dataset.noNetwork : error.message; }).then(shows);

  forms.forEach(form => form.addEventListener('submit', event => {
    event.preventDefault();
    writes(form).then(shows).then(() => { if (navigator.onLine !== false) return uploads(); }, error => { says.textContent = error.message; });
  }));
  button.addEventListener('click', uploads);
  window.addEventListener('online', uploads);
  root.querySelector('[data-export]').addEventListener('click', async () => {
    const entries = await waiting();
    if (!entries.length) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([await packOf(entries.slice(0, 200))], { type: 'application/octet-stream' }));
    link.download = `hall-${entries[0].seq}.pack`;
    link.click();
  });
  if (navigator.serviceWorker) navigator.serviceWorker.register('/staff/worker.js', { scope: '/staff/' }).catch(() => {});
  shows().then(entries => {
    if (location.hash === '#first' && entries.length) says.textContent = root.dataset.first;
    if (entries.length && navigator.onLine !== false) uploads();
  });
})();
