// Microphone, camera, screen and speaker of this tab: what is wanted, what is open, and what the UI may say about it.
import { createStore } from 'zustand/vanilla';
import type { Devices } from '../call';
import type { Environment } from '../environment';
import type { LocalTracks } from '../mesh/local-tracks';
import { Camera } from './camera';
import { hintScreen, openScreen, screenFrameRate, type ScreenCapture } from './capture';
import { addedDevices, loadPreferences, readLists, readPermission, savePreferences } from './device-lists';
import {
  initialDeviceState,
  type DeviceNotice,
  type DeviceProblem,
  type DeviceState,
  type DeviceStatus,
  type PermissionView,
  type Processing,
  type ScreenContent,
} from './device-state';
import { Microphone } from './microphone';
import { problemOf } from './problems';

type NoticeBody = DeviceNotice extends infer N ? (N extends DeviceNotice ? Omit<N, 'id' | 'at'> : never) : never;

const keptNotices = 20;

export interface LocalDevicesEvents {
  /** The tracks to send, or what is really open, changed. */
  changed(): void;
}

export class LocalDevices implements Devices {
  readonly store = createStore<DeviceState>(() => initialDeviceState);
  readonly #environment: Environment;
  readonly #media: MediaDevices | null;
  readonly #mic: Microphone | null;
  readonly #camera: Camera | null;
  readonly #listeners = new Set<() => void>();
  #screen: ScreenCapture | null = null;
  #micWanted = false;
  #cameraWanted = false;
  #talking = false;
  #watching = false;
  #testTone: ((deviceId: string | null) => Promise<void>) | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#media = environment.mediaDevices;
    const media = this.#media;
    this.#mic = media === null ? null : new Microphone(media, { changed: () => this.#sync(), lost: (label) => void this.#micLost(label) });
    this.#camera =
      media === null ? null : new Camera(media, { changed: () => this.#sync(), lost: (label) => void this.#cameraLost(label) });
    const preferences = loadPreferences(environment.preferences);
    this.store.setState({
      selected: { mic: preferences.mic, camera: preferences.camera, speaker: preferences.speaker },
      processing: preferences.processing,
      pushToTalk: preferences.pushToTalk,
      canShareScreen: typeof media?.getDisplayMedia === 'function',
      canChooseSpeaker: typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype,
    });
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How a test tone is played is the audio output's business. */
  set testTone(play: (deviceId: string | null) => Promise<void>) {
    this.#testTone = play;
  }

  get tracks(): LocalTracks {
    return {
      mic: this.#mic?.sent ?? null,
      camera: this.#camera?.track ?? null,
      screen: this.#screen?.video ?? null,
      screenAudio: this.#screen?.audio ?? null,
      screenContent: this.store.getState().screenContent,
    };
  }

  /** The microphone before muting, for the meter. */
  get capturedMic(): MediaStreamTrack | null {
    return this.#mic?.captured ?? null;
  }

  async refresh(): Promise<void> {
    if (this.#media === null) return;
    if (!this.#watching) {
      this.#watching = true;
      this.#media.addEventListener('devicechange', () => void this.#devicesChanged());
    }
    const changed = (which: 'mic' | 'camera') => (view: PermissionView) => {
      this.store.setState((state) => ({ permissions: { ...state.permissions, [which]: view } }));
      void this.#readLists();
    };
    const [mic, camera] = await Promise.all([
      readPermission(this.#environment.permissions, 'microphone', changed('mic')),
      readPermission(this.#environment.permissions, 'camera', changed('camera')),
    ]);
    this.store.setState({ permissions: { mic, camera } });
    await this.#readLists();
  }

  async setMic(on: boolean): Promise<void> {
    this.#micWanted = on;
    this.#talking = false;
    if (!on) {
      this.#mic?.setEnabled(false);
      this.#setStatus('mic', { name: 'off' });
      return;
    }
    if (this.#mic === null) {
      this.#failed('mic', 'insecure_context');
      return;
    }
    if (this.#mic.isOpen) {
      this.#mic.setEnabled(true);
      this.#sync();
      return;
    }
    await this.#openMic();
  }

  async setCamera(on: boolean): Promise<void> {
    this.#cameraWanted = on;
    if (!on) {
      this.#camera?.close();
      this.#setStatus('camera', { name: 'off' });
      return;
    }
    if (this.#camera === null) this.#failed('camera', 'insecure_context');
    else if (this.#camera.track === null) await this.#openCamera();
  }

  async shareScreen(content?: ScreenContent): Promise<void> {
    if (content !== undefined) this.store.setState({ screenContent: content });
    if (this.#media === null || typeof this.#media.getDisplayMedia !== 'function') {
      this.#failed('screen', 'insecure_context');
      return;
    }
    if (this.store.getState().screen.name === 'starting') return;
    if (this.#screen === null) this.#setStatus('screen', { name: 'starting' });
    try {
      const capture = await openScreen(this.#media, this.store.getState().screenContent);
      const before = this.#screen;
      this.#screen = capture;
      capture.video.onended = () => {
        if (this.#screen === capture) this.stopScreen();
      };
      this.#setStatus('screen', { name: 'on' });
      if (before !== null) letScreen(before);
    } catch (error) {
      const problem = problemOf(error);
      // a closed picker is a choice, not a failure
      this.#setStatus('screen', this.#screen === null ? { name: 'off' } : { name: 'on' });
      if (problem !== 'permission_denied') this.#notice({ kind: 'device_failed', device: 'screen', problem });
    }
  }

  stopScreen(): void {
    const capture = this.#screen;
    this.#screen = null;
    this.#setStatus('screen', { name: 'off' });
    if (capture !== null) letScreen(capture);
  }

  setScreenContent(content: ScreenContent): void {
    this.store.setState({ screenContent: content });
    if (this.#screen === null) return;
    hintScreen(this.#screen.video, content);
    this.#screen.video.applyConstraints({ frameRate: { ideal: screenFrameRate(content), max: 30 } }).catch(() => undefined);
    this.#emit();
  }

  async selectMic(deviceId: string | null): Promise<void> {
    this.#select('mic', deviceId);
    if (this.#mic?.isOpen === true || this.store.getState().mic.name === 'failed') await this.#openMic();
  }

  async selectCamera(deviceId: string | null): Promise<void> {
    this.#select('camera', deviceId);
    if (this.#cameraWanted) await this.#openCamera();
  }

  selectSpeaker(deviceId: string | null): Promise<void> {
    this.#select('speaker', deviceId);
    return Promise.resolve();
  }

  async setProcessing(change: Partial<Processing>): Promise<void> {
    const processing = { ...this.store.getState().processing, ...change };
    this.store.setState({ processing });
    this.#remember();
    if (this.#mic?.isOpen !== true) return;
    const { selected } = this.store.getState();
    if (await this.#mic.applyProcessing(selected.mic, processing)) return;
    // Chromium gives every track of one device the same processing, so the old one has to go first
    this.#mic.close();
    await this.#openMic();
  }

  setPushToTalk(enabled: boolean): void {
    this.store.setState({ pushToTalk: enabled });
    this.#remember();
    if (enabled) void this.setMic(false);
  }

  pushToTalkDown(): void {
    if (this.#micWanted) return;
    void this.setMic(true);
    this.#talking = true;
  }

  pushToTalkUp(): void {
    if (this.#talking) void this.setMic(false);
  }

  async testSpeaker(): Promise<void> {
    await this.#testTone?.(this.store.getState().selected.speaker);
  }

  release(): void {
    this.#micWanted = this.#cameraWanted = this.#talking = false;
    this.#mic?.close();
    this.#camera?.close();
    if (this.#screen !== null) letScreen(this.#screen);
    this.#screen = null;
    this.store.setState({ mic: { name: 'off' }, camera: { name: 'off' }, screen: { name: 'off' }, micSilent: false });
    this.#sync();
  }

  /** The speaker that was chosen cannot be used. */
  speakerFailed(): void {
    this.#notice({ kind: 'device_failed', device: 'speaker', problem: 'not_found' });
    this.#select('speaker', null);
  }

  setMicSilent(silent: boolean): void {
    if (this.store.getState().micSilent !== silent) this.store.setState({ micSilent: silent });
  }

  talkingWhileMuted(): void {
    this.#notice({ kind: 'talking_while_muted' });
  }

  async #openMic(): Promise<void> {
    const mic = this.#mic;
    if (mic === null) return;
    const { selected, processing } = this.store.getState();
    if (!mic.isOpen) this.#setStatus('mic', { name: 'starting' });
    const problem = await mic.open(selected.mic, processing, this.#micWanted);
    if (problem === 'superseded') return;
    mic.setEnabled(this.#micWanted);
    if (problem === null) this.#opened('mic');
    else if (mic.isOpen) this.#notice({ kind: 'device_failed', device: 'mic', problem });
    else if (this.#micWanted) this.#failed('mic', problem);
  }

  async #openCamera(): Promise<void> {
    const camera = this.#camera;
    if (camera === null) return;
    if (camera.track === null) this.#setStatus('camera', { name: 'starting' });
    const problem = await camera.open(this.store.getState().selected.camera);
    if (problem === 'superseded') return;
    if (problem === null) this.#opened('camera');
    else if (camera.track !== null) this.#notice({ kind: 'device_failed', device: 'camera', problem });
    else if (this.#cameraWanted) this.#failed('camera', problem);
  }

  #opened(device: 'mic' | 'camera'): void {
    this.store.setState((state) => ({ permissions: { ...state.permissions, [device]: 'granted' } }));
    this.#sync();
    // labels are known only after a permission was given
    void this.#readLists();
  }

  #failed(device: 'mic' | 'camera' | 'screen', problem: DeviceProblem): void {
    if (device === 'mic') this.#micWanted = false;
    if (device === 'camera') this.#cameraWanted = false;
    if (problem === 'permission_denied' && device !== 'screen') {
      this.store.setState((state) => ({ permissions: { ...state.permissions, [device]: 'denied' } }));
    }
    this.#setStatus(device, { name: 'failed', problem });
    this.#notice({ kind: 'device_failed', device, problem });
  }

  async #micLost(label: string): Promise<void> {
    const wanted = this.#micWanted;
    this.#sync();
    await this.#replaceLost('mic', label, wanted, () => this.#openDefault('mic'));
  }

  async #cameraLost(label: string): Promise<void> {
    this.#sync();
    await this.#replaceLost('camera', label, this.#cameraWanted, () => this.#openDefault('camera'));
  }

  async #replaceLost(device: 'mic' | 'camera', label: string, wanted: boolean, open: () => Promise<string | null>): Promise<void> {
    if (!wanted) {
      this.#setStatus(device, { name: 'off' });
      return;
    }
    this.#setStatus(device, { name: 'starting' });
    const replacement = await open();
    this.#notice({ kind: 'device_lost', device, label, replacement });
    if (replacement === null) {
      if (device === 'mic') this.#micWanted = false;
      else this.#cameraWanted = false;
      this.#setStatus(device, { name: 'failed', problem: 'lost' });
    } else {
      this.#sync();
    }
  }

  /** The label of what stands in now, or null. */
  async #openDefault(device: 'mic' | 'camera'): Promise<string | null> {
    await this.#readLists();
    if (device === 'mic') {
      const problem = await this.#mic?.open(null, this.store.getState().processing, this.#micWanted);
      return problem === null ? (this.#mic?.captured?.label ?? '') : null;
    }
    const problem = await this.#camera?.open(null);
    return problem === null ? (this.#camera?.track?.label ?? '') : null;
  }

  async #devicesChanged(): Promise<void> {
    const before = this.store.getState();
    await this.#readLists();
    const after = this.store.getState();
    const pairs = [
      ['mic', before.microphones, after.microphones],
      ['camera', before.cameras, after.cameras],
      ['speaker', before.speakers, after.speakers],
    ] as const;
    for (const [device, old, now] of pairs) {
      for (const added of addedDevices(old, now)) {
        this.#notice({ kind: 'device_added', device, label: added.label, deviceId: added.id });
      }
    }
  }

  async #readLists(): Promise<void> {
    if (this.#media === null) return;
    try {
      this.store.setState(await readLists(this.#media));
    } catch {
      // a browser that will not list devices still opens the default ones
    }
  }

  #select(which: 'mic' | 'camera' | 'speaker', deviceId: string | null): void {
    this.store.setState((state) => ({ selected: { ...state.selected, [which]: deviceId } }));
    this.#remember();
  }

  #remember(): void {
    const { selected, processing, pushToTalk } = this.store.getState();
    savePreferences(this.#environment.preferences, { ...selected, processing, pushToTalk });
  }

  /** From what is really open to what is shown and sent. */
  #sync(): void {
    const { mic, camera } = this.store.getState();
    if (this.#mic?.isOpen === true && mic.name !== 'failed') this.#reflect('mic', this.#micWanted, this.#mic.interrupted);
    if (this.#camera?.track != null) this.#reflect('camera', this.#cameraWanted, this.#camera.interrupted);
    else if (camera.name === 'on') this.store.setState({ camera: { name: 'off' } });
    this.#emit();
  }

  #reflect(device: 'mic' | 'camera', wanted: boolean, interrupted: boolean): void {
    const before = this.store.getState()[device].name;
    const name = !wanted ? 'off' : interrupted ? 'interrupted' : 'on';
    if (before === name) return;
    if (name === 'interrupted') this.#notice({ kind: 'interrupted', device });
    if (before === 'interrupted' && name === 'on') this.#notice({ kind: 'recovered', device });
    this.store.setState({ [device]: { name } });
  }

  #setStatus(device: 'mic' | 'camera' | 'screen', status: DeviceStatus): void {
    this.store.setState({ [device]: status });
    this.#emit();
  }

  #emit(): void {
    this.store.setState((state) => {
      const cameraStream = this.#camera?.stream ?? null;
      const video = this.#screen?.video ?? null;
      const screenStream =
        video === null ? null : state.screenStream?.getVideoTracks()[0] === video ? state.screenStream : new MediaStream([video]);
      return { cameraStream, screenStream, screenHasAudio: this.#screen?.audio != null };
    });
    for (const listener of [...this.#listeners]) listener();
  }

  #notice(body: NoticeBody): void {
    const at = this.#environment.clock.now();
    this.store.setState((state) => {
      const notice = { id: (state.notices.at(-1)?.id ?? 0) + 1, at, ...body } as DeviceNotice;
      return { notices: [...state.notices, notice].slice(-keptNotices) };
    });
  }
}

function letScreen(capture: ScreenCapture): void {
  capture.video.onended = null;
  capture.video.stop();
  capture.audio?.stop();
}
