// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memory, testEnvironment } from '../testing/test-environment';
import { FakeMediaDevices, FakeStream, type FakeTrack } from '../testing/fake-media';
import { LocalDevices } from './local-devices';

let media: FakeMediaDevices;
let preferences = memory();
let devices: LocalDevices;

function create(mediaDevices: FakeMediaDevices | null = media): LocalDevices {
  return new LocalDevices(testEnvironment({ mediaDevices: mediaDevices as unknown as MediaDevices, preferences }));
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  media = new FakeMediaDevices();
  preferences = memory();
  devices = create();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const state = () => devices.store.getState();
const notices = () => state().notices.map((notice) => notice.kind);
const camera = () => devices.tracks.camera as unknown as FakeTrack | null;
const mic = () => devices.tracks.mic as unknown as FakeTrack | null;
const error = (name: string, message = '') => new DOMException(message, name);
const settled = () => vi.waitFor(() => expect(['starting']).not.toContain(state().mic.name));

describe('the camera', () => {
  it('is really let go when it is turned off', async () => {
    await devices.setCamera(true);
    expect(state().camera.name).toBe('on');
    expect(state().cameraStream).not.toBeNull();
    await devices.setCamera(false);
    expect(media.live).toHaveLength(0);
    expect(state()).toMatchObject({ camera: { name: 'off' }, cameraStream: null });
    expect(devices.tracks.camera).toBeNull();
  });

  it('stays off when it is turned off while it starts', async () => {
    const starting = devices.setCamera(true);
    await devices.setCamera(false);
    await starting;
    expect(state().camera.name).toBe('off');
    expect(media.live).toHaveLength(0);
  });

  it('switches without a gap', async () => {
    await devices.setCamera(true);
    const before = camera();
    await devices.selectCamera('cam2');
    expect(camera()?.label).toBe('Back');
    expect(before?.readyState).toBe('ended');
    expect(media.live).toHaveLength(1);
  });

  it('is switched one after the other where only one opens at a time', async () => {
    media.refuse = (kind) => (kind === 'video' && media.live.length > 0 ? error('NotReadableError') : null);
    await devices.setCamera(true);
    await devices.selectCamera('cam2');
    expect(camera()?.label).toBe('Back');
    expect(state().camera.name).toBe('on');
  });

  it.each([
    ['NotAllowedError', 'Permission denied', 'permission_denied'],
    ['NotAllowedError', 'Permission denied by system', 'blocked_by_system'],
    ['NotReadableError', '', 'busy'],
    ['NotFoundError', '', 'not_found'],
  ])('%s %s is told as what it is', async (name, message, problem) => {
    media.refuse = () => error(name, message);
    await devices.setCamera(true);
    expect(state().camera).toEqual({ name: 'failed', problem });
    expect(notices()).toEqual(['device_failed']);
  });

  it('works again after a refusal was mended', async () => {
    media.refuse = () => error('NotReadableError');
    await devices.setCamera(true);
    media.refuse = () => null;
    await devices.setCamera(true);
    expect(state().camera.name).toBe('on');
  });

  it('takes another when the chosen one is gone', async () => {
    await devices.selectCamera('no-more');
    await devices.setCamera(true);
    expect(camera()?.label).toBe('Front');
  });

  it('falls back to another when it is unplugged, and says so', async () => {
    await devices.selectCamera('cam2');
    await devices.setCamera(true);
    media.unplug('cam2');
    await vi.waitFor(() => expect(state().camera.name).toBe('on'));
    expect(camera()?.label).toBe('Front');
    expect(state().notices.at(-1)).toMatchObject({ kind: 'device_lost', device: 'camera', label: 'Back', replacement: 'Front' });
  });

  it('is off with its reason when nothing can stand in', async () => {
    media.devices = media.devices.filter((device) => device.deviceId === 'cam1');
    await devices.setCamera(true);
    media.unplug('cam1');
    await vi.waitFor(() => expect(state().camera).toEqual({ name: 'failed', problem: 'lost' }));
    expect(devices.tracks.camera).toBeNull();
  });

  it('comes back with another that is chosen after it was lost', async () => {
    media.devices = media.devices.filter((device) => device.deviceId === 'cam1');
    await devices.setCamera(true);
    media.unplug('cam1');
    await vi.waitFor(() => expect(state().camera.name).toBe('failed'));
    await devices.refresh();
    media.plug({ kind: 'videoinput', deviceId: 'cam3', label: 'New' });
    await vi.waitFor(() => expect(state().notices.at(-1)).toMatchObject({ kind: 'device_added', label: 'New' }));
    expect(state().camera.name).toBe('off');
    await devices.selectCamera('cam3');
    expect(state().camera.name).toBe('on');
    expect(camera()?.label).toBe('New');
  });

  it('is told as interrupted while the system holds it', async () => {
    await devices.setCamera(true);
    camera()?.hold(true);
    expect(state().camera.name).toBe('interrupted');
    camera()?.hold(false);
    expect(state().camera.name).toBe('on');
    expect(notices()).toEqual(['interrupted', 'recovered']);
  });
});

describe('the microphone', () => {
  it('stays open when muted, but nothing of it is sent', async () => {
    await devices.setMic(true);
    const sent = mic();
    await devices.setMic(false);
    expect(state().mic.name).toBe('off');
    expect(sent?.enabled).toBe(false);
    expect((devices.capturedMic as unknown as FakeTrack).enabled).toBe(true);
    await devices.setMic(true);
    expect(mic()).toBe(sent);
    expect(sent?.enabled).toBe(true);
    expect(media.opened).toHaveLength(1);
  });

  it('keeps its mute when the device is switched', async () => {
    await devices.setMic(true);
    await devices.setMic(false);
    await devices.selectMic('mic2');
    expect(mic()?.label).toBe('Headset');
    expect(mic()?.enabled).toBe(false);
    expect(state().mic.name).toBe('off');
  });

  it('that is unplugged while muted opens nothing', async () => {
    await devices.setMic(true);
    await devices.setMic(false);
    media.unplug('mic1');
    await settled();
    expect(state().mic.name).toBe('off');
    expect(media.live).toHaveLength(0);
  });

  it('that is unplugged while open is replaced', async () => {
    await devices.setMic(true);
    media.unplug('mic1');
    await vi.waitFor(() => expect(state().mic.name).toBe('on'));
    expect(mic()?.label).toBe('Headset');
    expect(notices()).toContain('device_lost');
  });

  it('that is muted while another stands in for a lost one sends nothing', async () => {
    await devices.setMic(true);
    media.unplug('mic1');
    await devices.setMic(false);
    await vi.waitFor(() => expect(mic()?.label).toBe('Headset'));
    expect(mic()?.enabled).toBe(false);
    expect(state().mic.name).toBe('off');
  });

  it('is opened only while the key is held', async () => {
    devices.setPushToTalk(true);
    devices.pushToTalkDown();
    await vi.waitFor(() => expect(state().mic.name).toBe('on'));
    devices.pushToTalkUp();
    expect(state().mic.name).toBe('off');
    expect(mic()?.enabled).toBe(false);
  });

  it('that was open before the key stays open after it', async () => {
    await devices.setMic(true);
    devices.pushToTalkDown();
    devices.pushToTalkUp();
    expect(state().mic.name).toBe('on');
  });

  it.each([true, false])('changes its processing (live in this browser: %s)', async (live) => {
    media.liveProcessing = live;
    await devices.setMic(true);
    await devices.setProcessing({ noiseSuppression: false });
    expect(devices.capturedMic?.getSettings()).toMatchObject({ noiseSuppression: false, echoCancellation: true });
    expect(media.opened).toHaveLength(live ? 1 : 2);
    expect(media.live).toHaveLength(1);
    expect(state().mic.name).toBe('on');
    expect(mic()?.enabled).toBe(true);
  });
});

describe('the screen', () => {
  it('is shared with its sound and the hint for its content', async () => {
    await devices.shareScreen('text');
    expect(state()).toMatchObject({ screen: { name: 'on' }, screenHasAudio: true });
    expect((devices.tracks.screen as unknown as FakeTrack).contentHint).toBe('text');
    devices.setScreenContent('motion');
    expect((devices.tracks.screen as unknown as FakeTrack).contentHint).toBe('motion');
    devices.stopScreen();
    expect(media.live).toHaveLength(0);
    expect(state().screen.name).toBe('off');
  });

  it('stays as it was, in silence, when the picker is closed', async () => {
    media.refuse = () => error('NotAllowedError', 'Permission denied');
    await devices.shareScreen('text');
    expect(state().screen.name).toBe('off');
    expect(notices()).toEqual([]);
  });

  it('ends when the browser ends it', async () => {
    await devices.shareScreen('text');
    (devices.tracks.screen as unknown as FakeTrack).lose();
    expect(state().screen.name).toBe('off');
    expect(devices.tracks.screen).toBeNull();
  });
});

describe('what is remembered and noticed', () => {
  it('keeps choices beyond the tab', async () => {
    await devices.selectMic('mic2');
    await devices.setProcessing({ echoCancellation: false });
    const next = create();
    expect(next.store.getState().selected.mic).toBe('mic2');
    expect(next.store.getState().processing.echoCancellation).toBe(false);
  });

  it('tells about a device that is plugged in', async () => {
    await devices.refresh();
    media.plug({ kind: 'audioinput', deviceId: 'mic3', label: 'New' });
    await vi.waitFor(() => expect(state().notices.at(-1)).toMatchObject({ kind: 'device_added', device: 'mic', label: 'New' }));
    expect(state().microphones).toHaveLength(3);
  });

  it('does not call devices new whose names were hidden before', async () => {
    const named = media.devices;
    media.devices = named.map((device) => ({ ...device, deviceId: '', label: '' }));
    await devices.refresh();
    media.devices = named;
    media.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(state().cameras).toHaveLength(2));
    expect(notices()).toEqual([]);
  });

  it('says that there can be no devices on an insecure page', async () => {
    devices = create(null);
    await devices.setMic(true);
    expect(state().mic).toEqual({ name: 'failed', problem: 'insecure_context' });
  });

  it('lets go of everything', async () => {
    await devices.setMic(true);
    await devices.setCamera(true);
    await devices.shareScreen();
    devices.release();
    expect(media.live).toHaveLength(0);
    expect(state()).toMatchObject({ mic: { name: 'off' }, camera: { name: 'off' }, screen: { name: 'off' } });
  });
});
