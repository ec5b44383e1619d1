// What a volunteer's phone holds without a network: a chain of claims (src/hall/pack.rs says how), until they were uploaded. The forms of the
// class's pages write into it (claims.js). On every page it keeps whoever has something left from being signed out, and sees to it that nothing
// else of them stays.
(() => {
  'use strict';
  const who = document.currentScript.dataset.who;
  const PAGES = 'hall-1';
  if (!window.indexedDB || !window.crypto || !crypto.subtle || typeof fetch !== 'function') return;
  const MOST_AT_ONCE = 200;

  let opening;
  const opened = () => (opening = opening || new Promise((resolve, reject) => {
    const request = indexedDB.open('hall', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('meta');
      request.result.createObjectStore('entries', { keyPath: 'seq' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }));
  const ask = async (store, mode, work) => {
    const db = await opened();
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

  // Leaving with something that was not uploaded would leave it behind. What somebody else has left here keeps nobody.
  const leaves = () => Promise.all([
    window.caches && caches.delete(PAGES),
    ask('meta', 'readwrite', store => store.delete(IDBKeyRange.bound('draft:', 'draft:\uffff'))),
  ]);
  document.querySelectorAll('form[action="/sign-out"]').forEach(form => form.addEventListener('submit', event => {
    // Without a network nobody is signed out, and the pages are needed.
    if (form.dataset.free || navigator.onLine === false) return;
    event.preventDefault();
    const goes = () => {
      form.dataset.free = 'yes';
      if (form.requestSubmit) form.requestSubmit(); else form.submit();
    };
    waiting().then(entries => {
      if (entries.some(entry => entry.by === who)) location.href = '/staff/hall/phone#first';
      else return leaves().then(goes);
    }).catch(goes);
  }));
  // Pages of somebody whose session has ended go when somebody else is signed in.
  if (window.caches) {
    caches.match('/staff/hall/phone').then(kept => kept && kept.headers.get('hall-of') !== who && caches.delete(PAGES)).catch(() => {});
  }

  // One after the other, in all windows: each entry carries the hash of the one before.
  let turn = Promise.resolve();
  const inTurn = work => (navigator.locks ? navigator.locks.request('hall', work) : (turn = turn.then(work, work)));

  /** An error that says in words of ours what is to be done. */
  const refusal = words => Object.assign(new Error(words), { words });

  /** The chain of this phone for whoever is signed in. Somebody else's has to be uploaded by them first: then `other` is said. One that was
   *  given up goes on only while something of it is left. */
  const chainOf = async ({ operator, other, givenUp }) => {
    const known = await chain();
    const isLeft = known && (await waiting()).length > 0;
    if (known && known.by === operator && (isLeft || !givenUp.includes(known.device))) return known;
    if (isLeft) throw refusal(other);
    const device = uuid7();
    const fresh = { device, by: operator, seq: 0, head: await sha256(`credit-bank device v1\n${device}\n`) };
    await ask('meta', 'readwrite', store => store.put(fresh, 'chain'));
    return fresh;
  };

  /** Writes claims down, all or none of them; `id`, `kind` and `body` of each are given. Gone with them is the draft of that name. */
  const writes = (whose, claims, draft) => inTurn(async () => {
    const known = await chainOf(whose);
    let { seq, head } = known;
    const held = await waiting();
    const entries = [];
    for (const { id, kind, body } of claims) {
      const text = JSON.stringify(body);
      // Two people may have one name and one year; whoever is here is here once.
      if (kind !== 'enrolment' && held.some(entry => entry.kind === kind && entry.body === text)) continue;
      const entry = { seq: ++seq, id, kind, at: Date.now(), by: known.by, prev: head, body: text };
      head = await hashOf(known.device, entry);
      entries.push(entry);
    }
    const db = await opened();
    await new Promise((resolve, reject) => {
      const tx = db.transaction(['meta', 'entries'], 'readwrite');
      entries.forEach(entry => tx.objectStore('entries').put(entry));
      tx.objectStore('meta').put(Object.assign({}, known, { seq, head }), 'chain');
      if (draft) tx.objectStore('meta').delete(draft);
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error);
    });
  });

  /** The pack of those that `choose` picks of what waits; nothing, where none does. From here on they count as sent, whatever becomes of it. */
  const pack = choose => inTurn(async () => {
    const known = await chain();
    const entries = choose(await waiting()).slice(0, MOST_AT_ONCE);
    if (!entries.length) return null;
    const last = entries[entries.length - 1];
    await ask('meta', 'readwrite', store => store.put(Object.assign({}, known, { sent: Math.max(known.sent || 0, last.seq) }), 'chain'));
    const head = await hashOf(known.device, last);
    return { entries, text: JSON.stringify({ format: 1, pack: uuid7(), device: known.device, made_at: Date.now(), entries, head }) };
  });

  /** Those of `entries` that never left this phone: only they can be taken back. */
  const unsent = async entries => {
    const { sent = 0 } = await chain() || {};
    return entries.filter(entry => entry.seq > sent);
  };

  /** Takes entries back that never left this phone, chains anew what was written after them, and gives them. Had the bank seen but one of these
   *  numbers before, it would find another story under it, and believe this phone no more. */
  const takesBack = isWrong => inTurn(async () => {
    const known = await chain();
    const free = await unsent(await waiting());
    const from = free.findIndex(isWrong);
    if (from < 0) return [];
    const later = free.slice(from);
    let { seq, prev: head } = later[0];
    const kept = [];
    for (const entry of later.filter(one => !isWrong(one))) {
      kept.push(Object.assign({}, entry, { seq: seq++, prev: head }));
      head = await hashOf(known.device, kept[kept.length - 1]);
    }
    const db = await opened();
    await new Promise((resolve, reject) => {
      const tx = db.transaction(['meta', 'entries'], 'readwrite');
      later.forEach(entry => tx.objectStore('entries').delete(entry.seq));
      kept.forEach(entry => tx.objectStore('entries').put(entry));
      tx.objectStore('meta').put(Object.assign({}, known, { seq: seq - 1, head }), 'chain');
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error);
    });
    return later.filter(isWrong);
  });

  window.hall = {
    writes, pack, unsent, takesBack, waiting, uuid7, refusal,
    /** What this phone calls itself. */
    device: whose => inTurn(async () => (await chainOf(whose)).device),
    /** What was acknowledged stays here no longer. */
    forgets: seq => ask('entries', 'readwrite', store => store.delete(seq)),
    draft: name => ask('meta', 'readonly', store => store.get(name)),
    keepsDraft: (name, fields) => ask('meta', 'readwrite', store => store.put(fields, name)),
  };
})();
