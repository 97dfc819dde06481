// Registers the service worker, and recovers a page whose lazy parts went away with a deploy.
export function registerServiceWorker(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    window.addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
  }
}

const reloadKey = 'parley.reloaded-for';

/** A page from before a deploy asks for parts that are gone: it is loaded anew, once per missing part. */
export function reloadWhenStale(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const missing = event.payload.message;
    try {
      if (sessionStorage.getItem(reloadKey) === missing) return;
      sessionStorage.setItem(reloadKey, missing);
    } catch {
      return;
    }
    event.preventDefault();
    window.location.reload();
  });
}
