// Keeps the pages of the class on a volunteer's phone, its tests among them, with what they need to be drawn: shown from here where there is no
// network. Nothing else is kept, nothing for more than a week, and all of it goes when whoever was signed in signs out (hall.js) or somebody
// else signs in. A session that ends by itself takes nothing away from a class that is going on.
'use strict';
const CACHE = 'hall-1';
const PAGE = '/staff/hall/phone';
const WAIT_MS = 5000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

const isPage = path => path === PAGE || path.startsWith(`${PAGE}/`);
// With `?now` the script asks what the bank says at this moment, and nobody else.
const keeps = url => url.origin === self.location.origin && url.search !== '?now' && (isPage(url.pathname) || url.pathname.startsWith('/static/'));

const inTime = request => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error('slow')), WAIT_MS);
  fetch(request).then(answer => { clearTimeout(timer); resolve(answer); }, error => { clearTimeout(timer); reject(error); });
});

/** Pages of more than a week ago go. Files say nothing about anybody, and may be old by right. */
async function clears() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const kept = isPage(new URL(request.url).pathname) && await cache.match(request);
    if (kept && Date.now() - Date.parse(kept.headers.get('date')) > WEEK_MS) await cache.delete(request);
  }
}

/** What the bank has answered about a page decides what stays here. */
async function heeds(key, answer) {
  const kept = await caches.match(PAGE);
  const isLedAway = answer.redirected || answer.type === 'opaqueredirect' || answer.status === 401;
  // Nobody is signed in any more: a class that is on, or was over just now, is still held with what is here.
  const isOver = !kept || !(Number(kept.headers.get('hall-until')) > Date.now());
  const isOthers = key === PAGE && answer.ok && !isLedAway && kept && kept.headers.get('hall-of') !== answer.headers.get('hall-of');
  if (isOthers || answer.status === 403 || (isLedAway && isOver)) await caches.delete(CACHE);
  if (!isLedAway) await putsBy(key, answer);
}

async function putsBy(key, answer) {
  const cache = await caches.open(CACHE);
  if (answer.ok) await cache.put(key, answer.clone());
  else if (answer.status === 404) await cache.delete(key);
}

async function answerTo(request) {
  const key = new URL(request.url).pathname;
  if (key === PAGE) await clears().catch(() => {});
  const kept = await (await caches.open(CACHE)).match(key);
  let answer;
  try {
    answer = await inTime(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
  // A bank that cannot answer now is like none.
  if ((answer.status >= 500 || answer.status === 429) && kept) return kept;
  // What finds no room here is shown all the same.
  await (isPage(key) ? heeds : putsBy)(key, answer).catch(() => {});
  return answer;
}

self.addEventListener('fetch', event => {
  if (event.request.method === 'GET' && keeps(new URL(event.request.url))) event.respondWith(answerTo(event.request));
});
