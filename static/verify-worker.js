// Keeps on a telephone what verifying needs: the page for where there is no network, its scripts and style, the agencies' keys, and the last
// answer of each list that was asked for. Whoever opens a certificate's address then gets that page where the bank does not answer, with the
// address as it is. Nothing of any certificate is kept. It stands twice, at /v/worker.js and /V/worker.js: one keeps for both.
'use strict';
const CACHE = 'verify-1';
const PAGE = '/v/offline';
const KEYS = '/v/keys.json';
const WAIT_MS = 5000;
const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_LISTS = 100;

const isList = path => /^\/issuers\/[^/]+\/status\/[^/]+\/[^/]+$/.test(path);
const isFile = path => path.startsWith('/static/');
const keptAt = path => caches.open(CACHE).then(cache => cache.match(path, { ignoreVary: true }));
const fresh = path => fetch(path, { cache: 'no-cache', credentials: 'same-origin' });

const inTime = request => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error('slow')), WAIT_MS);
  fetch(request).then(answer => { clearTimeout(timer); resolve(answer); }, error => { clearTimeout(timer); reject(error); });
});

/** Takes the page anew, with all that it names; what no page names any more goes. */
async function keepsPage() {
  const cache = await caches.open(CACHE);
  const page = await fresh(PAGE);
  if (!page.ok || page.redirected) throw new Error(`the page is answered with ${page.status}`);
  const files = (await page.clone().text()).match(/\/static\/[\w.-]+/g) || [];
  await Promise.all(files.map(async file => { if (!await keptAt(file)) await cache.add(file); }));
  await cache.put(PAGE, page);
  const keys = await fresh(KEYS);
  if (keys.ok) await cache.put(KEYS, keys);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (isFile(pathname) && !files.includes(pathname)) await cache.delete(request);
  }
}

/** Once a day, whenever somebody is here with a network. */
async function keepsAgain() {
  const kept = await keptAt(PAGE);
  if (!kept || !(Date.now() - Date.parse(kept.headers.get('date')) < DAY_MS)) await keepsPage();
}

self.addEventListener('install', event => event.waitUntil(keepsPage().then(() => self.skipWaiting())));
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

/** A page: the bank's own, or the one that is kept where it does not answer, cannot now, or takes too long. */
async function pageFor(event) {
  const kept = await keptAt(PAGE);
  let answer;
  try {
    answer = await (kept ? inTime(event.request) : fetch(event.request));
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
  if (answer.status >= 500 && kept) return kept;
  // Whoever opens the page itself may have another size of letters by now.
  const again = new URL(event.request.url).pathname === PAGE ? keepsPage : keepsAgain;
  event.waitUntil(again().catch(() => {}));
  return answer;
}

/** Keys and lists: the bank's own, kept; else what is kept. */
async function newestOf(event) {
  const key = new URL(event.request.url).pathname;
  const cache = await caches.open(CACHE);
  const kept = await keptAt(key);
  let answer;
  try {
    answer = await (kept ? inTime(event.request) : fetch(event.request));
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
  if (!answer.ok) return answer.status >= 500 && kept ? kept : answer;
  // What finds no room here is answered all the same.
  await keeps(cache, key, answer.clone()).catch(() => {});
  return answer;
}

async function keeps(cache, key, answer) {
  await cache.put(key, answer);
  const lists = (await cache.keys()).filter(request => isList(new URL(request.url).pathname));
  // The ones that were asked for longest ago stand first.
  for (const request of lists.slice(0, Math.max(0, lists.length - MOST_LISTS))) await cache.delete(request);
}

/** A file never changes under its name. */
const fileFor = async request => await keptAt(new URL(request.url).pathname) || fetch(request);

self.addEventListener('fetch', event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageFor(event));
  else if (url.pathname === KEYS || isList(url.pathname)) event.respondWith(newestOf(event));
  else if (isFile(url.pathname)) event.respondWith(fileFor(request));
});
