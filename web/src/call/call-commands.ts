// The commands of a call, each a line from the screen to the part that does it.
import type { AudioWatch } from './audio/audio-watch';
import type { RemoteAudio } from './audio/remote-audio';
import type { Call, DataMessage, JoinOptions } from './call';
import type { DataRouter } from './channels/data-router';
import type { FileTransfers } from './channels/file-transfers';
import type { ViewHints } from './channels/view-hints';
import type { LocalDevices } from './devices/local-devices';
import { CallError } from './errors';
import type { Mesh } from './mesh/mesh';
import { MAX_CHAT_CHARACTERS, type ClientMessage, type Role, type RoomKind } from './protocol';
import type { Rings } from './room/rings';
import { waitingRemoved } from './room/room-reducer';
import type { RoomSession } from './room/room-session';
import type { CommandOptions } from './room/command-queue';
import type { SignalingClient } from './signaling/signaling-client';

export interface CallParts {
  readonly signaling: SignalingClient;
  readonly session: RoomSession;
  readonly rings: Rings;
  readonly devices: LocalDevices;
  readonly files: FileTransfers;
  readonly mesh: Mesh;
  readonly audio: AudioWatch;
  readonly remoteAudio: RemoteAudio;
  readonly router: DataRouter;
  readonly views: ViewHints;
}

export class CallCommands implements Call {
  readonly connection;
  readonly room;
  readonly rings;
  readonly peers;
  readonly audio;
  readonly devices;
  readonly files;
  readonly #parts: CallParts;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.connection = parts.signaling.store;
    this.room = parts.session.store;
    this.rings = parts.rings.store;
    this.peers = parts.mesh.store;
    this.audio = parts.audio.store;
    this.devices = parts.devices;
    this.files = parts.files;
  }

  connect(): void {
    this.#parts.signaling.connect();
  }

  async disconnect(): Promise<void> {
    await this.leave();
    this.#parts.devices.release();
    this.#parts.rings.clear();
    this.#parts.signaling.disconnect();
  }

  join(options: JoinOptions): Promise<void> {
    return this.#parts.session.join(options);
  }

  canResume(code: string): boolean {
    return this.#parts.session.canResume(code);
  }

  leave(): Promise<void> {
    return this.#parts.session.leave();
  }

  async endRoom(): Promise<void> {
    await this.#command({ type: 'end_room' }, { doneIf: ['meeting_ended', 'not_in_room'] });
  }

  async admit(participantId: string): Promise<void> {
    await this.#command({ type: 'accept_participant', participant_id: participantId }, { doneIf: ['peer_not_found'] });
  }

  admitAll(): Promise<void> {
    return this.admit('all');
  }

  async deny(participantId: string, reason?: string): Promise<void> {
    await this.#command({ type: 'decline_participant', participant_id: participantId, reason }, { doneIf: ['peer_not_found'] });
    // acknowledged, so it is the server's word
    this.#parts.session.store.setState((state) => waitingRemoved(state, participantId, null));
  }

  async muteParticipant(participantId: string): Promise<void> {
    await this.#command({ type: 'mute_participant', participant_id: participantId });
  }

  async stopVideo(participantId: string): Promise<void> {
    await this.#command({ type: 'stop_video', participant_id: participantId });
  }

  async removeParticipant(participantId: string): Promise<void> {
    await this.#command({ type: 'remove_participant', participant_id: participantId }, { doneIf: ['peer_not_found'] });
  }

  async setRole(participantId: string, role: Role): Promise<void> {
    // handing the room over a second time is refused because it is handed over
    await this.#command(
      { type: 'set_role', participant_id: participantId, role },
      { key: `role/${participantId}`, ...(role === 'host' ? { doneIf: ['not_host'] } : {}) },
    );
  }

  async lockRoom(locked: boolean): Promise<void> {
    await this.#command({ type: 'lock_room', locked }, { key: 'lock' });
  }

  async raiseHand(raised: boolean): Promise<void> {
    await this.#command({ type: 'raise_hand', raised }, { key: 'hand' });
  }

  async react(emoji: string): Promise<void> {
    await this.#parts.session.commands.run({ type: 'reaction', emoji }, { repeatable: false });
  }

  async sendChat(text: string, to?: string): Promise<void> {
    const length = [...text].length;
    if (length === 0) throw new CallError('bad_message');
    if (length > MAX_CHAT_CHARACTERS) throw new CallError('too_large');
    if (!this.#parts.session.isPresent) throw new CallError('not_in_room');
    await this.#parts.session.chat.send(text, to);
  }

  retryChat(key: string): Promise<void> {
    return this.#parts.session.chat.retry(key);
  }

  discardChat(key: string): void {
    this.#parts.session.chat.discard(key);
  }

  chatSeen(visible: boolean): void {
    this.#parts.session.chatSeen(visible);
  }

  sendData(payload: unknown, to?: string): Promise<void> {
    return this.#parts.router.send(payload, to);
  }

  onData(listener: (message: DataMessage) => void): () => void {
    return this.#parts.router.onData(listener);
  }

  invite(userId: string, name: string, kind?: RoomKind): Promise<string> {
    this.connect();
    return this.#parts.rings.invite(userId, name, kind);
  }

  async acceptInvitation(invitationId: string): Promise<string> {
    const { session, rings } = this.#parts;
    if (session.isPresent) await session.leave();
    session.adoptNextRoom(true);
    try {
      const answer = await rings.accept(invitationId);
      if (answer.type === 'joined_room' || answer.type === 'host_joined_room' || answer.type === 'accepted_into_room')
        return answer.room.code;
      if (answer.type === 'waiting_room') return answer.code;
      throw new CallError('unknown', `unexpected ${answer.type}`);
    } finally {
      session.adoptNextRoom(false);
    }
  }

  declineInvitation(invitationId: string): Promise<void> {
    return this.#parts.rings.decline(invitationId);
  }

  cancelInvitation(invitationId: string): Promise<void> {
    return this.#parts.rings.cancel(invitationId);
  }

  dismissInvitation(invitationId: string): void {
    this.#parts.rings.dismiss(invitationId);
  }

  setTileHeight(participantId: string, heightPx: number): void {
    this.#parts.views.set(participantId, heightPx);
  }

  setRelayOnly(relayOnly: boolean): void {
    this.#parts.mesh.setRelayOnly(relayOnly);
  }

  async resumeAudio(): Promise<void> {
    await Promise.all([this.#parts.remoteAudio.resume(), this.#parts.audio.resume()]);
  }

  #command(message: ClientMessage, options: Partial<CommandOptions> = {}): Promise<unknown> {
    if (!this.#parts.session.isPresent) return Promise.reject(new CallError('not_in_room'));
    return this.#parts.session.commands.run(message, { repeatable: true, ...options });
  }
}
