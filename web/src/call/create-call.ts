// Puts a call together from its parts.
import { createStore } from 'zustand/vanilla';
import { initialAudioState, type AudioState } from './audio/audio-state';
import type { Call, CallOptions } from './call';
import { initialFilesState, type FilesState } from './channels/file-state';
import { initialDeviceState, type DeviceState } from './devices/device-state';
import { CallError } from './errors';
import { initialPeersState, type PeersState } from './mesh/peer-state';
import { initialRingState, type RingState } from './room/ring-state';
import { initialRoomState, type RoomState } from './room/room-state';
import { initialConnectionState, type ConnectionState } from './signaling/connection-state';

/** One per page: it owns the socket, the devices and the peer connections. */
export function createCall(_options: CallOptions): Call {
  const unsupported = () => Promise.reject(new CallError('unsupported'));
  const nothing = () => undefined;
  const done = () => Promise.resolve();
  return {
    connection: createStore<ConnectionState>(() => initialConnectionState),
    room: createStore<RoomState>(() => initialRoomState),
    rings: createStore<RingState>(() => initialRingState),
    peers: createStore<PeersState>(() => initialPeersState),
    audio: createStore<AudioState>(() => initialAudioState),
    devices: {
      store: createStore<DeviceState>(() => initialDeviceState),
      refresh: done, setMic: done, setCamera: done, shareScreen: done, stopScreen: nothing, setScreenContent: nothing,
      selectMic: done, selectCamera: done, selectSpeaker: done, setProcessing: done, setPushToTalk: nothing,
      pushToTalkDown: nothing, pushToTalkUp: nothing, testSpeaker: done, release: nothing,
    },
    files: {
      store: createStore<FilesState>(() => initialFilesState),
      offer: () => '', accept: done, decline: nothing, cancel: nothing, dismiss: nothing,
    },
    connect: nothing, disconnect: done, join: unsupported, canResume: () => false, leave: done, endRoom: unsupported,
    admit: unsupported, admitAll: unsupported, deny: unsupported, muteParticipant: unsupported, stopVideo: unsupported,
    removeParticipant: unsupported, setRole: unsupported, lockRoom: unsupported, raiseHand: unsupported, react: unsupported,
    sendChat: unsupported, retryChat: unsupported, discardChat: nothing, chatSeen: nothing, sendData: unsupported,
    onData: () => nothing, invite: unsupported, acceptInvitation: unsupported, declineInvitation: unsupported,
    cancelInvitation: unsupported, dismissInvitation: nothing, setTileHeight: nothing, resumeAudio: done,
  };
}
