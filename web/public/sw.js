// Service worker: the app's shell for when the network is gone. Pages always come from the network first, so a deploy is seen at once;
// assets carry their content's hash in the name, so a cached one is never stale. Nothing of /api, /ws or /health is ever kept.
const shell = 'parley-shell-1';
const assets = 'parley-assets-1';
const mostAssets = 120;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(shell)
      .then((cache) => cache.add(new Request('/', { cache: 'reload' })))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== shell && name !== assets).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const isServerPath = (path) => /^\/(api|ws|health|metrics|openapi)(\/|$)/.test(path);

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || isServerPath(url.pathname)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request));
});

async function page(request) {
  try {
    const answer = await fetch(request);
    // Every page is the same shell; an error page must not take its place.
    if (answer.ok && answer.headers.get('content-type')?.includes('text/html')) {
      const copy = answer.clone();
      caches.open(shell).then((cache) => cache.put('/', copy));
    }
    return answer;
  } catch (error) {
    const kept = await caches.match('/', { cacheName: shell });
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const cache = await caches.open(assets);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  // An index page in place of a missing script must not be kept under the script's name.
  if (answer.ok && !answer.headers.get('content-type')?.includes('text/html')) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - mostAssets)).map((key) => cache.delete(key)));
  }
  return answer;
}
