// Microphone, camera, screen and speaker of this tab: what is wanted, what is open, and what stands in when a device goes away.
import type { Devices } from '../call';
import type { Environment } from '../environment';
import type { LocalTracks } from '../mesh/local-tracks';
import { Camera } from './camera';
import { DeviceBoard } from './device-board';
import { DeviceInventory } from './device-inventory';
import type { DeviceProblem, DeviceStatus, Processing, ScreenContent } from './device-state';
import { Microphone } from './microphone';
import { ScreenShare } from './screen-share';

export class LocalDevices implements Devices {
  readonly #board: DeviceBoard;
  readonly #inventory: DeviceInventory;
  readonly #mic: Microphone | null;
  readonly #camera: Camera | null;
  readonly #screen: ScreenShare;
  #micWanted = false;
  #cameraWanted = false;
  /** The person wanted to be seen and the camera failed: another that they choose is opened. */
  #cameraMissed = false;
  #talking = false;
  #testTone: ((deviceId: string | null) => Promise<void>) | null = null;

  constructor(environment: Environment) {
    const media = environment.mediaDevices;
    this.#mic =
      media === null ? null : new Microphone(media, { changed: () => this.#sync(), lost: (label) => void this.#lost('mic', label) });
    this.#camera =
      media === null ? null : new Camera(media, { changed: () => this.#sync(), lost: (label) => void this.#lost('camera', label) });
    this.#screen = new ScreenShare(media, () => this.#board);
    this.#board = new DeviceBoard(environment.clock, () => ({
      cameraStream: this.#camera?.stream ?? null,
      screenStream: this.#screen.stream,
      screenHasAudio: this.#screen.audio !== null,
    }));
    this.#inventory = new DeviceInventory(environment, this.#board, () => this.#noLongerMissing());
  }

  get store() {
    return this.#board.store;
  }

  onChange(listener: () => void): () => void {
    return this.#board.onChange(listener);
  }

  /** How a test tone is played is the audio output's business. */
  set testTone(play: (deviceId: string | null) => Promise<void>) {
    this.#testTone = play;
  }

  get tracks(): LocalTracks {
    return {
      mic: this.#mic?.sent ?? null,
      camera: this.#camera?.track ?? null,
      screen: this.#screen.video,
      screenAudio: this.#screen.audio,
      screenContent: this.#board.state.screenContent,
    };
  }

  /** The microphone before muting, for the meter. */
  get capturedMic(): MediaStreamTrack | null {
    return this.#mic?.captured ?? null;
  }

  refresh(): Promise<void> {
    return this.#inventory.refresh();
  }

  async setMic(on: boolean): Promise<void> {
    this.#micWanted = on;
    this.#talking = false;
    if (!on) {
      this.#mic?.setEnabled(false);
      this.#board.setStatus('mic', { name: 'off' });
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
    this.#cameraMissed = false;
    if (!on) {
      this.#camera?.close();
      this.#board.setStatus('camera', { name: 'off' });
      return;
    }
    if (this.#camera === null) this.#failed('camera', 'insecure_context');
    else if (this.#camera.track === null) await this.#openCamera();
  }

  shareScreen(content?: ScreenContent): Promise<void> {
    return this.#screen.share(content);
  }

  stopScreen(): void {
    this.#screen.stop();
  }

  setScreenContent(content: ScreenContent): void {
    this.#screen.setContent(content);
  }

  async selectMic(deviceId: string | null): Promise<void> {
    this.#inventory.select('mic', deviceId);
    if (this.#mic?.isOpen === true || this.#board.state.mic.name === 'failed') await this.#openMic();
  }

  async selectCamera(deviceId: string | null): Promise<void> {
    this.#inventory.select('camera', deviceId);
    if (this.#cameraMissed) await this.setCamera(true);
    else if (this.#cameraWanted) await this.#openCamera();
  }

  selectSpeaker(deviceId: string | null): Promise<void> {
    this.#inventory.select('speaker', deviceId);
    return Promise.resolve();
  }

  async setProcessing(change: Partial<Processing>): Promise<void> {
    const processing = { ...this.#board.state.processing, ...change };
    this.#board.store.setState({ processing });
    this.#inventory.remember();
    if (this.#mic?.isOpen !== true) return;
    if (await this.#mic.applyProcessing(this.#board.state.selected.mic, processing)) return;
    // Chromium gives every track of one device the same processing, so the old one has to go first
    this.#mic.close();
    await this.#openMic();
  }

  setPushToTalk(enabled: boolean): void {
    this.#board.store.setState({ pushToTalk: enabled });
    this.#inventory.remember();
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
    await this.#testTone?.(this.#board.state.selected.speaker);
  }

  release(): void {
    this.#micWanted = this.#cameraWanted = this.#cameraMissed = this.#talking = false;
    this.#mic?.close();
    this.#camera?.close();
    this.#board.store.setState({ mic: { name: 'off' }, camera: { name: 'off' }, micSilent: false });
    this.#screen.stop();
  }

  /** The speaker that was chosen cannot be used. */
  speakerFailed(): void {
    this.#board.notice({ kind: 'device_failed', device: 'speaker', problem: 'not_found' });
    this.#inventory.select('speaker', null);
  }

  setMicSilent(silent: boolean): void {
    if (this.#board.state.micSilent !== silent) this.#board.store.setState({ micSilent: silent });
  }

  talkingWhileMuted(): void {
    this.#board.notice({ kind: 'talking_while_muted' });
  }

  async #openMic(): Promise<void> {
    const mic = this.#mic;
    if (mic === null) return;
    const { selected, processing } = this.#board.state;
    if (!mic.isOpen) this.#board.setStatus('mic', { name: 'starting' });
    const problem = await mic.open(selected.mic, processing, () => this.#micWanted);
    if (problem === 'superseded') return;
    if (problem === null) this.#opened('mic');
    else if (mic.isOpen) this.#board.notice({ kind: 'device_failed', device: 'mic', problem });
    else if (this.#micWanted) this.#failed('mic', problem);
  }

  async #openCamera(): Promise<void> {
    const camera = this.#camera;
    if (camera === null) return;
    if (camera.track === null) this.#board.setStatus('camera', { name: 'starting' });
    const problem = await camera.open(this.#board.state.selected.camera);
    if (problem === 'superseded') return;
    if (problem === null) this.#opened('camera');
    else if (camera.track !== null) this.#board.notice({ kind: 'device_failed', device: 'camera', problem });
    else if (this.#cameraWanted) this.#failed('camera', problem);
  }

  #opened(device: 'mic' | 'camera'): void {
    this.#board.store.setState((state) => ({ permissions: { ...state.permissions, [device]: 'granted' } }));
    this.#sync();
    // labels are known only after a permission was given
    void this.#inventory.readLists();
  }

  #failed(device: 'mic' | 'camera', problem: DeviceProblem): void {
    this.#unwant(device);
    this.#board.failed(device, problem);
  }

  #unwant(device: 'mic' | 'camera'): void {
    if (device === 'mic') {
      this.#micWanted = false;
    } else {
      this.#cameraWanted = false;
      this.#cameraMissed = true;
    }
  }

  /** What was missing is there again: off, but no longer a failure. */
  #noLongerMissing(): void {
    const { mic, camera, microphones, cameras } = this.#board.state;
    if (isMissing(mic) && microphones.length > 0) this.#board.setStatus('mic', { name: 'off' });
    if (isMissing(camera) && cameras.length > 0) this.#board.setStatus('camera', { name: 'off' });
  }

  #wants(device: 'mic' | 'camera'): boolean {
    return device === 'mic' ? this.#micWanted : this.#cameraWanted;
  }

  async #lost(device: 'mic' | 'camera', label: string): Promise<void> {
    const wanted = this.#wants(device);
    this.#sync();
    if (!wanted) {
      this.#board.setStatus(device, { name: 'off' });
      return;
    }
    this.#board.setStatus(device, { name: 'starting' });
    const replacement = await this.#openDefault(device);
    // closed by the person while the other one opened
    if (!this.#wants(device)) return;
    this.#board.notice({ kind: 'device_lost', device, label, replacement });
    if (replacement === null) {
      this.#unwant(device);
      this.#board.setStatus(device, { name: 'failed', problem: 'lost' });
    } else {
      this.#sync();
    }
  }

  /** The label of what stands in now, or null. */
  async #openDefault(device: 'mic' | 'camera'): Promise<string | null> {
    await this.#inventory.readLists();
    if (device === 'mic') {
      const problem = await this.#mic?.open(null, this.#board.state.processing, () => this.#micWanted);
      return problem === null ? (this.#mic?.captured?.label ?? '') : null;
    }
    const problem = await this.#camera?.open(null);
    return problem === null ? (this.#camera?.track?.label ?? '') : null;
  }

  /** From what is really open to what is shown and sent. */
  #sync(): void {
    const { mic, camera } = this.#board.state;
    if (this.#mic?.isOpen === true && mic.name !== 'failed') this.#board.reflect('mic', this.#micWanted, this.#mic.interrupted);
    if (this.#camera?.track != null) this.#board.reflect('camera', this.#cameraWanted, this.#camera.interrupted);
    else if (camera.name === 'on') this.#board.store.setState({ camera: { name: 'off' } });
    this.#board.changed();
  }
}

function isMissing(status: DeviceStatus): boolean {
  return status.name === 'failed' && (status.problem === 'not_found' || status.problem === 'lost');
}
