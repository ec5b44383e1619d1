// Keeps the pages of the class on a volunteer's phone, its tests among them, with what they need to be drawn: shown from here where there is no
// network. Nothing else is kept, and all of it goes when whoever was signed in signs out.
'use strict';
const CACHE = 'hall-1';
const PAGE = '/staff/hall/phone';
const WAIT_MS = 5000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('message', event => {
  if (event.data === 'forget') event.waitUntil(caches.delete(CACHE));
});

const isPage = path => path === PAGE || path.startsWith(`${PAGE}/`);
const keeps = url => url.origin === self.location.origin && (isPage(url.pathname) || url.pathname.startsWith('/static/'));

const inTime = request => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error('slow')), WAIT_MS);
  fetch(request).then(answer => { clearTimeout(timer); resolve(answer); }, error => { clearTimeout(timer); reject(error); });
});

async function answerTo(request) {
  const cache = await caches.open(CACHE);
  const key = new URL(request.url).pathname;
  try {
    const answer = await inTime(request);
    // A bank that cannot answer now is like none.
    const kept = answer.status >= 500 && await cache.match(key);
    if (kept) return kept;
    // Whoever is led to the door is signed in no more: then nobody's names stay here.
    const isLedAway = answer.redirected || answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403;
    if (isPage(key) && isLedAway) await caches.delete(CACHE);
    else if (answer.ok) await cache.put(key, answer.clone());
    else if (answer.status === 404) await cache.delete(key);
    return answer;
  } catch (error) {
    const kept = await cache.match(key);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', event => {
  if (event.request.method === 'GET' && keeps(new URL(event.request.url))) event.respondWith(answerTo(event.request));
});
