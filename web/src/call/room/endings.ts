// How a presence in a room ends: what the last screen shows, and what whoever waits for an answer is told.
import { CallError } from '../errors';
import type { ServerMessage } from '../protocol';
import type { RoomPhase } from './room-state';

export interface Ending {
  readonly phase: RoomPhase;
  readonly error: CallError;
}

type EndingMessage = Extract<ServerMessage, { type: 'declined_from_room' | 'removed_from_room' | 'room_ended' }>;

/** The server's word. */
export function endingOf(message: EndingMessage, code: string, durationMs: number | null): Ending {
  const reason = message.reason ?? null;
  switch (message.type) {
    case 'declined_from_room':
      return { phase: { name: 'declined', code, reason }, error: new CallError('forbidden') };
    case 'removed_from_room':
      return { phase: { name: 'removed', code, reason }, error: new CallError('removed') };
    case 'room_ended':
      return { phase: { name: 'ended', code, reason, durationMs }, error: new CallError('meeting_ended') };
  }
}

/** A refusal to come in or back. */
export function endingByRefusal(error: CallError, code: string, durationMs: number | null): Ending {
  if (error.code === 'removed') return { phase: { name: 'removed', code, reason: null }, error };
  if (error.code === 'meeting_ended') return { phase: { name: 'ended', code, reason: null, durationMs }, error };
  return { phase: { name: 'failed', code: error.code, message: error.message, meetingCode: code }, error };
}
