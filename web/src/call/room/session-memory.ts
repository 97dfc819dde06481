// What a tab remembers of a room, so that a reload of the page is one more drop.
import type { KeyValueStorage } from '../environment';
import type { RoomKind } from '../protocol';

/** Sent again under the same client_id, so that it is stored once whether or not the server had it. */
export interface RememberedDraft {
  readonly clientId: string;
  readonly text: string;
  readonly to?: string | undefined;
}

export interface RememberedRoom {
  readonly code: string;
  readonly kind: RoomKind;
  readonly clientId: string;
  readonly resumeToken: string | null;
  readonly lastSeq: number;
  /** Milliseconds since the epoch; null while waiting. */
  readonly enteredAt: number | null;
  /** What the person had open; a reload never opens more. */
  readonly mic: boolean;
  readonly camera: boolean;
  /** Chat without an answer, in the order of writing. */
  readonly drafts: readonly RememberedDraft[];
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
      if (!isRemembered(value) || value.code !== code) return null;
      return {
        ...value,
        enteredAt: typeof value.enteredAt === 'number' ? value.enteredAt : null,
        drafts: Array.isArray(value.drafts) ? value.drafts.filter(isDraft) : [],
      };
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

function isDraft(value: unknown): value is RememberedDraft {
  if (typeof value !== 'object' || value === null) return false;
  const draft = value as Partial<Record<keyof RememberedDraft, unknown>>;
  return typeof draft.clientId === 'string' && typeof draft.text === 'string' && (draft.to === undefined || typeof draft.to === 'string');
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
