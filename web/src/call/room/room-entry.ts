// The way into a room and back: resumes where the server once gave a token, else joins, and repeats what got lost.
import type { JoinOptions } from '../call';
import type { Clock } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, ServerMessage } from '../protocol';
import type { SignalingClient } from '../signaling/signaling-client';
import type { MediaFlags } from './media-truth';

const entryTimeoutMs = 8_000;
const retryMs = 1_000;
const mostRetries = 4;

export interface EntryTarget {
  readonly code: string;
  readonly options: JoinOptions;
  readonly clientId: string;
  resumeToken: string | null;
  /** Has been in the room or its waiting room, so failures now are those of coming back. */
  entered: boolean;
}

export interface RoomEntryOptions {
  readonly signaling: SignalingClient;
  readonly clock: Clock;
  readonly openMedia: () => MediaFlags;
  readonly lastSeq: () => number;
  /** No further try can mend it. */
  readonly refused: (target: EntryTarget, error: CallError) => void;
}

export class RoomEntry {
  readonly #options: RoomEntryOptions;
  #attempt = 0;
  /** Events that overtake the answer to a resume: applied after what was missed before them. Null while nothing is awaited. */
  #early: ServerMessage[] | null = null;

  constructor(options: RoomEntryOptions) {
    this.#options = options;
  }

  /** Ends when in, refused, or when another attempt took over. */
  async enter(target: EntryTarget): Promise<void> {
    const { signaling, refused } = this.#options;
    const attempt = ++this.#attempt;
    let leftFirst = false;
    let retries = 0;
    while (attempt === this.#attempt) {
      try {
        this.#early = target.resumeToken === null ? null : [];
        await signaling.request(this.#message(target), entryTimeoutMs);
        this.#early = null;
        return;
      } catch (error) {
        if (attempt !== this.#attempt) return;
        const failure = error instanceof CallError ? error : new CallError('unknown', String(error));
        if (failure.code === 'offline') return;
        if (failure.code === 'timeout') {
          signaling.restart();
          return;
        }
        if (isPassing(failure, target) && ++retries <= mostRetries) {
          await this.#pause(retryMs * retries);
        } else if (failure.code === 'already_in_room' && !leftFirst) {
          leftFirst = true;
          await signaling.request({ type: 'leave_room' }).catch(() => undefined);
        } else if (target.resumeToken !== null && !isFinal(failure)) {
          // the room forgot us; the same client_id makes us the same participant if it did not quite
          target.resumeToken = null;
        } else {
          refused(target, failure);
          return;
        }
      }
    }
  }

  /** The connection or the target is gone: whatever is under way counts no more. */
  abandon(): void {
    this.#attempt++;
    this.#early = null;
  }

  /** Keeps an event that came before the answer to a resume; false when it can be applied at once. */
  hold(message: ServerMessage): boolean {
    if (this.#early === null || message.seq == null) return false;
    this.#early.push(message);
    return true;
  }

  /** The answer to the resume is here: what overtook it. */
  release(): readonly ServerMessage[] {
    const early = this.#early ?? [];
    this.#early = null;
    return early;
  }

  #message(target: EntryTarget): ClientMessage {
    if (target.resumeToken !== null) {
      return { type: 'resume_room', code: target.code, resume_token: target.resumeToken, last_seq: this.#options.lastSeq() };
    }
    const { mic, camera } = this.#options.openMedia();
    const { kind, password, displayName } = target.options;
    return {
      type: 'join_room',
      code: target.code,
      password,
      client_id: target.clientId,
      media: { mic: mic && kind !== 'data', camera: camera && kind === 'video' },
      display_name: displayName,
    };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.setTimeout(resolve, ms));
  }
}

function isPassing(error: CallError, target: EntryTarget): boolean {
  return error.code === 'internal' || (error.code === 'rate_limited' && target.entered);
}

/** Refusals that no second try with a join can mend. */
function isFinal(error: CallError): boolean {
  return error.code === 'removed' || error.code === 'meeting_ended';
}
