// A call whose stores a test fills by hand and whose commands are recorded.
import { vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AudioState,
  Call,
  ConnectionState,
  DeviceState,
  FilesState,
  Participant,
  PeerState,
  PeersState,
  RingState,
  RoomState,
} from '@/call';
import { initialAudioState } from '@/call/audio/audio-state';
import { initialFilesState } from '@/call/channels/file-state';
import { initialDeviceState } from '@/call/devices/device-state';
import { initialPeersState } from '@/call/mesh/peer-state';
import { initialRingState } from '@/call/room/ring-state';
import { initialRoomState } from '@/call/room/room-state';
import { initialConnectionState } from '@/call/signaling/connection-state';

export interface FakeCall extends Call {
  readonly set: {
    readonly connection: StoreApi<ConnectionState>['setState'];
    readonly room: StoreApi<RoomState>['setState'];
    readonly rings: StoreApi<RingState>['setState'];
    readonly peers: StoreApi<PeersState>['setState'];
    readonly audio: StoreApi<AudioState>['setState'];
    readonly devices: StoreApi<DeviceState>['setState'];
    readonly files: StoreApi<FilesState>['setState'];
  };
}

const done = () => vi.fn(() => Promise.resolve());

export function fakeCall(): FakeCall {
  const connection = createStore<ConnectionState>(() => initialConnectionState);
  const room = createStore<RoomState>(() => initialRoomState);
  const rings = createStore<RingState>(() => initialRingState);
  const peers = createStore<PeersState>(() => initialPeersState);
  const audio = createStore<AudioState>(() => initialAudioState);
  const devices = createStore<DeviceState>(() => ({ ...initialDeviceState, canShareScreen: true }));
  const files = createStore<FilesState>(() => initialFilesState);
  return {
    connection,
    room,
    rings,
    peers,
    audio,
    devices: {
      store: devices,
      refresh: done(),
      setMic: done(),
      setCamera: done(),
      shareScreen: done(),
      stopScreen: vi.fn(),
      setScreenContent: vi.fn(),
      selectMic: done(),
      selectCamera: done(),
      selectSpeaker: done(),
      setProcessing: done(),
      setPushToTalk: vi.fn(),
      pushToTalkDown: vi.fn(),
      pushToTalkUp: vi.fn(),
      testSpeaker: done(),
      release: vi.fn(),
    },
    files: { store: files, offer: vi.fn(() => 'file'), accept: done(), decline: vi.fn(), cancel: vi.fn(), dismiss: vi.fn() },
    connect: vi.fn(),
    disconnect: done(),
    join: done(),
    canResume: vi.fn(() => false),
    leave: done(),
    endRoom: done(),
    admit: done(),
    admitAll: done(),
    deny: done(),
    muteParticipant: done(),
    stopVideo: done(),
    removeParticipant: done(),
    setRole: done(),
    lockRoom: done(),
    raiseHand: done(),
    react: done(),
    sendChat: done(),
    retryChat: done(),
    discardChat: vi.fn(),
    chatSeen: vi.fn(),
    sendData: done(),
    onData: vi.fn(() => () => undefined),
    invite: vi.fn(() => Promise.resolve('invitation')),
    acceptInvitation: vi.fn(() => Promise.resolve('abc-defg-hij')),
    declineInvitation: done(),
    cancelInvitation: done(),
    dismissInvitation: vi.fn(),
    setTileHeight: vi.fn(),
    setRelayOnly: vi.fn(),
    resumeAudio: done(),
    set: {
      connection: connection.setState,
      room: room.setState,
      rings: rings.setState,
      peers: peers.setState,
      audio: audio.setState,
      devices: devices.setState,
      files: files.setState,
    },
  } as FakeCall;
}

export function person(id: string, name: string, more: Partial<Participant> = {}): Participant {
  return {
    id,
    userId: `user-${id}`,
    name,
    role: 'participant',
    guest: false,
    mic: true,
    camera: true,
    screen: false,
    handRaisedAt: null,
    connection: 'connected',
    joinedAt: 1_000,
    isMe: false,
    ...more,
  };
}

export const healthyPeer: PeerState = {
  path: 'connected',
  camera: null,
  screen: null,
  cameraFlowing: false,
  screenFlowing: false,
  micSilent: false,
  quality: { level: 'good', reason: null },
  stats: null,
};

/** Puts `me` and the others into a running room. */
export function enterRoom(call: FakeCall, me: Participant, others: readonly Participant[], more: Partial<RoomState> = {}): void {
  const everybody = [{ ...me, isMe: true }, ...others];
  call.set.room({
    phase: { name: 'in_room' },
    room: {
      code: 'abc-defg-hij',
      title: 'Weekly team meeting',
      kind: 'video',
      hostId: me.id,
      locked: false,
      lobby: true,
      mode: 'mesh',
      epoch: 1,
      startedAt: 1_000,
    },
    me: me.id,
    participants: Object.fromEntries(everybody.map((each) => [each.id, each])),
    order: everybody.map((each) => each.id),
    ...more,
  });
  call.set.peers({ peers: Object.fromEntries(others.map((each) => [each.id, healthyPeer])) });
}
