// The door to the call layer: screens import from here and nowhere deeper.
export type { Call, CallOptions, DataMessage, Devices, Files, JoinOptions, TokenProvider } from './call';
export { createCall } from './create-call';
export { CallError, type CallErrorCode } from './errors';
export { browserEnvironment, type Environment } from './environment';
export type { ReadonlyStore } from './store';
export type { ConnectionPhase, ConnectionState, DropCause } from './signaling/connection-state';
export type { ChatMessage, Notice, NoticeBody, Participant, Reaction, RoomInfo, RoomPhase, RoomState } from './room/room-state';
export type { IncomingInvitation, OutgoingInvitation, RingState } from './room/ring-state';
export type {
  DeviceChoice,
  DeviceNotice,
  DeviceProblem,
  DeviceState,
  DeviceStatus,
  PermissionView,
  Processing,
  ScreenContent,
} from './devices/device-state';
export { hasRelay } from './mesh/relay-only';
export type { PathState, PeersState, PeerState } from './mesh/peer-state';
export type { CandidatePath, PeerStats, Quality, QualityLevel, QualityReason, VideoStats } from './stats/peer-stats';
export type { AudioState } from './audio/audio-state';
export type { FilesState, FileTransfer, TransferProblem, TransferStatus } from './channels/file-state';
export type { ChatHistoryItem, Role, RoomKind, TrackKind, UserRef } from './protocol';
export * from './layout';
