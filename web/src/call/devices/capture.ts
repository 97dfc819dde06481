// Opens microphones, cameras and screens, stepping down when what was asked for cannot be had.
import type { Processing, ScreenContent } from './device-state';
import { problemOf } from './problems';

export function micConstraints(deviceId: string | null, processing: Processing): MediaTrackConstraints {
  return {
    ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }),
    echoCancellation: processing.echoCancellation,
    noiseSuppression: processing.noiseSuppression,
    autoGainControl: processing.autoGainControl,
  };
}

export function cameraConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    ...(deviceId === null ? { facingMode: 'user' } : { deviceId: { exact: deviceId } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

/** The chosen microphone; if that one is gone, the default. */
export async function openMic(devices: MediaDevices, deviceId: string | null, processing: Processing): Promise<MediaStreamTrack> {
  const attempts = [micConstraints(deviceId, processing), ...(deviceId === null ? [] : [micConstraints(null, processing)])];
  return firstThatOpens(attempts, async (audio) => (await devices.getUserMedia({ audio })).getAudioTracks()[0]);
}

/** The chosen camera at 720p30; else whatever it gives; else another one. */
export async function openCamera(devices: MediaDevices, deviceId: string | null): Promise<MediaStreamTrack> {
  const attempts: (MediaTrackConstraints | true)[] = [cameraConstraints(deviceId)];
  if (deviceId !== null) attempts.push({ deviceId: { exact: deviceId } }, cameraConstraints(null));
  attempts.push(true);
  return firstThatOpens(attempts, async (video) => (await devices.getUserMedia({ video })).getVideoTracks()[0]);
}

export interface ScreenCapture {
  readonly video: MediaStreamTrack;
  readonly audio: MediaStreamTrack | null;
}

export async function openScreen(devices: MediaDevices, content: ScreenContent): Promise<ScreenCapture> {
  const stream = await devices.getDisplayMedia({
    video: { frameRate: { ideal: screenFrameRate(content), max: 30 } },
    // music and films want the sound as it is
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const video = stream.getVideoTracks()[0];
  if (video === undefined) throw new DOMException('no picture', 'NotFoundError');
  hintScreen(video, content);
  return { video, audio: stream.getAudioTracks()[0] ?? null };
}

export function hintScreen(track: MediaStreamTrack, content: ScreenContent): void {
  track.contentHint = content;
}

export function screenFrameRate(content: ScreenContent): number {
  return content === 'text' ? 15 : 30;
}

async function firstThatOpens<C>(
  attempts: readonly C[],
  open: (constraints: C) => Promise<MediaStreamTrack | undefined>,
): Promise<MediaStreamTrack> {
  let failure: unknown = new DOMException('no device', 'NotFoundError');
  for (const constraints of attempts) {
    try {
      const track = await open(constraints);
      if (track !== undefined) return track;
    } catch (error) {
      // the first refusal says most; who said no is not asked again in other words
      if (constraints === attempts[0]) failure = error;
      const problem = problemOf(error);
      if (problem === 'permission_denied' || problem === 'blocked_by_system') throw error;
    }
  }
  throw failure;
}
