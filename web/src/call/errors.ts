// The one error type that a call's commands reject with.

/** Codes of the protocol, and those that arise on this side of the wire. */
export type CallErrorCode =
  | 'bad_message'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_in_room'
  | 'already_in_room'
  | 'peer_not_found'
  | 'meeting_not_found'
  | 'wrong_password'
  | 'room_full'
  | 'room_locked'
  | 'meeting_ended'
  | 'not_host'
  | 'removed'
  | 'rate_limited'
  | 'too_large'
  | 'user_offline'
  | 'invitation_not_found'
  | 'internal'
  // this side
  | 'offline'
  | 'timeout'
  | 'cancelled'
  | 'account_disabled'
  | 'replaced'
  | 'unsupported'
  | 'unknown';

const known: ReadonlySet<string> = new Set<CallErrorCode>([
  'bad_message',
  'unauthenticated',
  'forbidden',
  'not_in_room',
  'already_in_room',
  'peer_not_found',
  'meeting_not_found',
  'wrong_password',
  'room_full',
  'room_locked',
  'meeting_ended',
  'not_host',
  'removed',
  'rate_limited',
  'too_large',
  'user_offline',
  'invitation_not_found',
  'internal',
  'offline',
  'timeout',
  'cancelled',
  'account_disabled',
  'replaced',
  'unsupported',
  'unknown',
]);

/** A command that failed. `code` is stable and is what the UI chooses its words by; `message` is for logs. */
export class CallError extends Error {
  readonly code: CallErrorCode;

  constructor(code: CallErrorCode, message?: string) {
    super(message ?? code);
    this.name = 'CallError';
    this.code = code;
  }

  /** Makes an error from a code that came over the wire; codes of a newer server become `unknown`. */
  static fromWire(code: string, message: string): CallError {
    return new CallError(known.has(code) ? (code as CallErrorCode) : 'unknown', `${code}: ${message}`);
  }
}
