// What the UI knows about microphones, cameras, speakers and the shared screen.

export type PermissionView = 'unknown' | 'prompt' | 'granted' | 'denied';

/** Why a device does not work, in terms that a person can act on. */
export type DeviceProblem =
  /** The browser or the person said no. */
  | 'permission_denied'
  /** The operating system said no although the browser would. */
  | 'blocked_by_system'
  | 'not_found'
  /** Another program holds it, or it does not start. */
  | 'busy'
  /** It went away while in use and nothing could stand in. */
  | 'lost'
  /** No media devices at all: the page is not on HTTPS or localhost. */
  | 'insecure_context'
  | 'unknown';

export type DeviceStatus =
  | { readonly name: 'off' }
  | { readonly name: 'starting' }
  | { readonly name: 'on' }
  /** Opened by the person, but the system holds it back (a phone call, a hardware switch). */
  | { readonly name: 'interrupted' }
  | { readonly name: 'failed'; readonly problem: DeviceProblem };

export interface DeviceChoice {
  readonly id: string;
  /** Empty until permission was given once. */
  readonly label: string;
}

export interface Processing {
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
}

export type ScreenContent = 'text' | 'motion';

export type DeviceNotice = { readonly id: number; readonly at: number } & (
  | { readonly kind: 'device_lost'; readonly device: 'mic' | 'camera'; readonly label: string; readonly replacement: string | null }
  | { readonly kind: 'device_failed'; readonly device: 'mic' | 'camera' | 'screen' | 'speaker'; readonly problem: DeviceProblem }
  | { readonly kind: 'device_added'; readonly device: 'mic' | 'camera' | 'speaker'; readonly label: string; readonly deviceId: string }
  | { readonly kind: 'interrupted' | 'recovered'; readonly device: 'mic' | 'camera' }
  | { readonly kind: 'talking_while_muted' }
);

export interface DeviceState {
  readonly permissions: { readonly mic: PermissionView; readonly camera: PermissionView };
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  /** Whether this browser can choose where sound goes. */
  readonly canChooseSpeaker: boolean;
  readonly canShareScreen: boolean;
  readonly selected: { readonly mic: string | null; readonly camera: string | null; readonly speaker: string | null };
  readonly mic: DeviceStatus;
  readonly camera: DeviceStatus;
  readonly screen: DeviceStatus;
  /** The open microphone gives exact silence: unplugged, or switched off in hardware. */
  readonly micSilent: boolean;
  readonly pushToTalk: boolean;
  readonly processing: Processing;
  readonly screenContent: ScreenContent;
  readonly screenHasAudio: boolean;
  /** For the self view; a new object whenever the picture's source changes. */
  readonly cameraStream: MediaStream | null;
  readonly screenStream: MediaStream | null;
  /** The latest notices, at most 20, ids rising. */
  readonly notices: readonly DeviceNotice[];
}

export const defaultProcessing: Processing = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export const initialDeviceState: DeviceState = {
  permissions: { mic: 'unknown', camera: 'unknown' },
  microphones: [],
  cameras: [],
  speakers: [],
  canChooseSpeaker: false,
  canShareScreen: false,
  selected: { mic: null, camera: null, speaker: null },
  mic: { name: 'off' },
  camera: { name: 'off' },
  screen: { name: 'off' },
  micSilent: false,
  pushToTalk: false,
  processing: defaultProcessing,
  screenContent: 'text',
  screenHasAudio: false,
  cameraStream: null,
  screenStream: null,
  notices: [],
};
