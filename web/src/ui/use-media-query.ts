// Whether a media query holds, followed.
import { useSyncExternalStore } from 'react';

export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Wide enough for a panel beside the stage and for every control on the bar. */
export const useIsWide = () => useMediaQuery('(min-width: 900px)');
