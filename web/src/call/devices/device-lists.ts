// What is plugged in, what may be used, and what the person chose last time.
import type { KeyValueStorage } from '../environment';
import { defaultProcessing, type DeviceChoice, type DeviceState, type PermissionView, type Processing } from './device-state';

export interface DeviceLists {
  readonly lists: Pick<DeviceState, 'microphones' | 'cameras' | 'speakers'>;
  /** There is something that the browser will not name before a permission was given. */
  readonly hidden: boolean;
}

export async function readLists(devices: MediaDevices): Promise<DeviceLists> {
  const all = await devices.enumerateDevices();
  const of = (kind: MediaDeviceKind): DeviceChoice[] =>
    all.filter((device) => device.kind === kind && device.deviceId !== '').map((device) => ({ id: device.deviceId, label: device.label }));
  const lists = { microphones: of('audioinput'), cameras: of('videoinput'), speakers: of('audiooutput') };
  return { lists, hidden: all.some((device) => device.deviceId === '') };
}

/** Those of `after` that `before` does not have. */
export function addedDevices(before: readonly DeviceChoice[], after: readonly DeviceChoice[]): DeviceChoice[] {
  const known = new Set(before.map((device) => device.id));
  return after.filter((device) => !known.has(device.id) && device.id !== 'default' && device.id !== 'communications');
}

export async function readPermission(
  permissions: Permissions | null,
  name: 'microphone' | 'camera',
  changed: (view: PermissionView) => void,
): Promise<PermissionView> {
  try {
    const status = await permissions?.query({ name: name as PermissionName });
    if (status === undefined) return 'unknown';
    status.onchange = () => changed(status.state);
    return status.state;
  } catch {
    // Firefox knows no such names
    return 'unknown';
  }
}

export interface DevicePreferences {
  readonly mic: string | null;
  readonly camera: string | null;
  readonly speaker: string | null;
  readonly processing: Processing;
  readonly pushToTalk: boolean;
}

const key = 'parley.devices';

export function loadPreferences(storage: KeyValueStorage): DevicePreferences {
  const fallback: DevicePreferences = { mic: null, camera: null, speaker: null, processing: defaultProcessing, pushToTalk: false };
  try {
    const stored = JSON.parse(storage.getItem(key) ?? '{}') as Partial<DevicePreferences>;
    const id = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
    return {
      mic: id(stored.mic),
      camera: id(stored.camera),
      speaker: id(stored.speaker),
      processing: { ...fallback.processing, ...stored.processing },
      pushToTalk: stored.pushToTalk === true,
    };
  } catch {
    return fallback;
  }
}

export function savePreferences(storage: KeyValueStorage, preferences: DevicePreferences): void {
  try {
    storage.setItem(key, JSON.stringify(preferences));
  } catch {
    // a full storage costs the memory of a choice
  }
}
