// The public surface of a call: what the screens are written against.
import type { AudioState } from './audio/audio-state';
import type { FilesState } from './channels/file-state';
import type { DeviceState, Processing, ScreenContent } from './devices/device-state';
import type { Environment } from './environment';
import type { PeersState } from './mesh/peer-state';
import type { Role, RoomKind } from './protocol';
import type { RingState } from './room/ring-state';
import type { RoomState } from './room/room-state';
import type { ConnectionState } from './signaling/connection-state';
import type { ReadonlyStore } from './store';

export interface TokenProvider {
  /** A token that is good now, refreshed first if it is about to expire. */
  get(): Promise<string>;
  /**
   * A new token although the present one looked good: the server refused it. Rejects with `CallError('unauthenticated')` when signed
   * out for good; any other rejection counts as network trouble and is tried again.
   */
  refresh(): Promise<string>;
}

export interface CallOptions {
  readonly tokens: TokenProvider;
  /** Where the server is; default the page's own origin. */
  readonly origin?: string;
  readonly environment?: Environment;
}

export interface JoinOptions {
  readonly code: string;
  readonly kind: RoomKind;
  readonly password?: string | undefined;
  /** Guests only. */
  readonly displayName?: string | undefined;
}

/** A data message that came from another participant, over a data channel or the server. */
export interface DataMessage {
  readonly from: string;
  readonly payload: unknown;
}

/** Microphone, camera, speaker and screen, in and out of rooms. Methods do not reject: failures are in the store. */
export interface Devices {
  readonly store: ReadonlyStore<DeviceState>;
  /** Reads permissions and lists; call it once when a screen with devices opens. Asks for nothing. */
  refresh(): Promise<void>;
  setMic(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Asks for what to share first; closing the picker leaves everything as it was. */
  shareScreen(content?: ScreenContent): Promise<void>;
  stopScreen(): void;
  setScreenContent(content: ScreenContent): void;
  selectMic(deviceId: string | null): Promise<void>;
  selectCamera(deviceId: string | null): Promise<void>;
  selectSpeaker(deviceId: string | null): Promise<void>;
  setProcessing(processing: Partial<Processing>): Promise<void>;
  /** While on, the microphone is open only between `pushToTalkDown` and `pushToTalkUp`. */
  setPushToTalk(enabled: boolean): void;
  pushToTalkDown(): void;
  pushToTalkUp(): void;
  /** Plays a short tone on the chosen speaker. */
  testSpeaker(): Promise<void>;
  /** Lets go of every device: the lights go out. */
  release(): void;
}

/** Files between browsers. */
export interface Files {
  readonly store: ReadonlyStore<FilesState>;
  /** Offers a file to one participant or, with null, to everybody who is in. Returns the file's id. */
  offer(file: File, to: string | null): string;
  /** Call it from the press itself: browsers open the save dialogue only then. */
  accept(key: string): Promise<void>;
  decline(key: string): void;
  cancel(key: string): void;
  dismiss(key: string): void;
}

export interface Call {
  readonly connection: ReadonlyStore<ConnectionState>;
  readonly room: ReadonlyStore<RoomState>;
  readonly rings: ReadonlyStore<RingState>;
  readonly peers: ReadonlyStore<PeersState>;
  readonly audio: ReadonlyStore<AudioState>;
  readonly devices: Devices;
  readonly files: Files;

  /** Presence: connects and stays connected until `disconnect`. Joining does it by itself. */
  connect(): void;
  /** Signs off: leaves the room and closes the socket. */
  disconnect(): Promise<void>;

  /**
   * Joins or, when this tab was in that room before (a reload), resumes. Microphone and camera go in as the devices are now.
   * Resolves when in the room or in its waiting room; rejects with `CallError` (`wrong_password`, `room_full`, ...).
   */
  join(options: JoinOptions): Promise<void>;
  /** Whether this tab was in that room and `join` would resume without asking again. */
  canResume(code: string): boolean;
  /** From the room or the waiting room. Never rejects: gone is gone. */
  leave(): Promise<void>;
  endRoom(): Promise<void>;

  admit(participantId: string): Promise<void>;
  admitAll(): Promise<void>;
  deny(participantId: string, reason?: string): Promise<void>;
  muteParticipant(participantId: string): Promise<void>;
  stopVideo(participantId: string): Promise<void>;
  removeParticipant(participantId: string): Promise<void>;
  setRole(participantId: string, role: Role): Promise<void>;
  lockRoom(locked: boolean): Promise<void>;

  raiseHand(raised: boolean): Promise<void>;
  react(emoji: string): Promise<void>;
  /** Shows at once as pending, survives drops, is stored once. Rejects when refused for good; `retryChat` tries again. */
  sendChat(text: string, to?: string): Promise<void>;
  retryChat(key: string): Promise<void>;
  discardChat(key: string): void;
  /** The chat is in view: clears `unread`, and keeps it at 0 while true. */
  chatSeen(visible: boolean): void;
  sendData(payload: unknown, to?: string): Promise<void>;
  onData(listener: (message: DataMessage) => void): () => void;

  /** Rings a user. Returns the invitation's id. */
  invite(userId: string, name: string, kind?: RoomKind): Promise<string>;
  /** Accepts and enters; resolves with the code of the room when in it or in its waiting room. */
  acceptInvitation(invitationId: string): Promise<string>;
  declineInvitation(invitationId: string): Promise<void>;
  cancelInvitation(invitationId: string): Promise<void>;
  dismissInvitation(invitationId: string): void;

  /**
   * Tells how large a participant's picture is shown (CSS pixels × device pixel ratio; 0 for not at all). What we send is
   * fitted to the number of peers; what others send follows their own count.
   */
  setTileHeight(participantId: string, heightPx: number): void;
  /** Sends and receives media through the server's relay alone, so that others do not learn this network's address. Remembered. */
  setRelayOnly(relayOnly: boolean): void;
  /** Plays sound after the browser blocked it; call it from a press. */
  resumeAudio(): Promise<void>;
}
