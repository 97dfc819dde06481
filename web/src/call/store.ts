// The read side of a store: what the UI gets. Writing stays inside call/.
import type { StoreApi } from 'zustand/vanilla';

export type ReadonlyStore<T> = Pick<StoreApi<T>, 'getState' | 'getInitialState' | 'subscribe'>;
