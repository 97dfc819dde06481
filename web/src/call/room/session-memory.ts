// What a tab remembers of a room, so that a reload of the page is one more drop.
import type { KeyValueStorage } from '../environment';
import type { RoomKind } from '../protocol';

export interface RememberedRoom {
  readonly code: string;
  readonly kind: RoomKind;
  readonly clientId: string;
  readonly resumeToken: string | null;
  readonly lastSeq: number;
  /** What the person had open; a reload never opens more. */
  readonly mic: boolean;
  readonly camera: boolean;
}

const keyOf = (code: string): string => `parley.room.${code}`;

export class SessionMemory {
  readonly #storage: KeyValueStorage;

  constructor(storage: KeyValueStorage) {
    this.#storage = storage;
  }

  load(code: string): RememberedRoom | null {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(keyOf(code)) ?? 'null');
      return isRemembered(value) && value.code === code ? value : null;
    } catch {
      return null;
    }
  }

  save(room: RememberedRoom): void {
    try {
      this.#storage.setItem(keyOf(room.code), JSON.stringify(room));
    } catch {
      // a full storage costs the resume after a reload, not the call
    }
  }

  forget(code: string): void {
    this.#storage.removeItem(keyOf(code));
  }
}

function isRemembered(value: unknown): value is RememberedRoom {
  if (typeof value !== 'object' || value === null) return false;
  const room = value as Partial<Record<keyof RememberedRoom, unknown>>;
  return (
    typeof room.code === 'string' &&
    typeof room.clientId === 'string' &&
    (room.resumeToken === null || typeof room.resumeToken === 'string') &&
    typeof room.lastSeq === 'number'
  );
}
