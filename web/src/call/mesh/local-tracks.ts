// What this side sends, as the mesh sees it. Null means nothing of that kind is open.
import type { ScreenContent } from '../devices/device-state';

export interface LocalTracks {
  readonly mic: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  readonly screenAudio: MediaStreamTrack | null;
  readonly screenContent: ScreenContent;
}

export const noTracks: LocalTracks = { mic: null, camera: null, screen: null, screenAudio: null, screenContent: 'text' };
