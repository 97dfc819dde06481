// Microphones, cameras and screens without hardware, for tests.

export class FakeTrack extends EventTarget {
  enabled = true;
  muted = false;
  readyState: MediaStreamTrackState = 'live';
  contentHint = '';
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  onended: (() => void) | null = null;
  settings: MediaTrackSettings;
  readonly clones: FakeTrack[] = [];
  readonly kind: 'audio' | 'video';
  readonly label: string;
  /** Whether processing can be changed while it is open. */
  live = true;

  constructor(kind: 'audio' | 'video', label: string, settings: MediaTrackSettings = {}) {
    super();
    this.kind = kind;
    this.label = label;
    this.settings = settings;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind, this.label, this.settings);
    this.clones.push(copy);
    return copy;
  }

  getSettings(): MediaTrackSettings {
    return this.settings;
  }

  applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
    if (this.live) {
      const { echoCancellation, noiseSuppression, autoGainControl } = constraints as MediaTrackSettings;
      this.settings = { ...this.settings, echoCancellation, noiseSuppression, autoGainControl } as MediaTrackSettings;
    }
    return Promise.resolve();
  }

  /** Unplugged. */
  lose(): void {
    this.readyState = 'ended';
    this.onended?.();
  }

  /** A phone call, a hardware switch. */
  hold(held: boolean): void {
    this.muted = held;
    if (held) this.onmute?.();
    else this.onunmute?.();
  }
}

export class FakeStream {
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'audio');
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'video');
  }
}

interface FakeDevice {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly label: string;
}

export class FakeMediaDevices extends EventTarget {
  devices: FakeDevice[] = [
    { kind: 'audioinput', deviceId: 'mic1', label: 'Desk mic' },
    { kind: 'audioinput', deviceId: 'mic2', label: 'Headset' },
    { kind: 'videoinput', deviceId: 'cam1', label: 'Front' },
    { kind: 'videoinput', deviceId: 'cam2', label: 'Back' },
    { kind: 'audiooutput', deviceId: 'out1', label: 'Speakers' },
  ];
  /** Decides over each request: an error refuses it. */
  refuse: (kind: 'audio' | 'video' | 'screen', deviceId: string | null) => DOMException | null = () => null;
  readonly opened: FakeTrack[] = [];
  liveProcessing = true;

  get live(): FakeTrack[] {
    return this.opened.filter((track) => track.readyState === 'live');
  }

  enumerateDevices(): Promise<FakeDevice[]> {
    return Promise.resolve(this.devices);
  }

  async getUserMedia(constraints: { audio?: MediaTrackConstraints | true; video?: MediaTrackConstraints | true }): Promise<FakeStream> {
    await Promise.resolve();
    const kind = constraints.audio === undefined ? 'video' : 'audio';
    const wanted = constraints.audio ?? constraints.video;
    const exact = typeof wanted === 'object' ? ((wanted.deviceId as { exact?: string } | undefined)?.exact ?? null) : null;
    const refusal = this.refuse(kind, exact);
    if (refusal !== null) throw refusal;
    const type = kind === 'audio' ? 'audioinput' : 'videoinput';
    const device = this.devices.find((one) => one.kind === type && (exact === null || one.deviceId === exact));
    if (device === undefined) throw new DOMException('', exact === null ? 'NotFoundError' : 'OverconstrainedError');
    const track = new FakeTrack(kind, device.label, {
      deviceId: device.deviceId,
      ...(typeof wanted === 'object' && kind === 'audio' ? pick(wanted) : {}),
    });
    track.live = this.liveProcessing;
    this.opened.push(track);
    return new FakeStream([track]);
  }

  async getDisplayMedia(): Promise<FakeStream> {
    await Promise.resolve();
    const refusal = this.refuse('screen', null);
    if (refusal !== null) throw refusal;
    const tracks = [new FakeTrack('video', 'screen'), new FakeTrack('audio', 'system')];
    this.opened.push(...tracks);
    return new FakeStream(tracks);
  }

  plug(device: FakeDevice): void {
    this.devices = [...this.devices, device];
    this.dispatchEvent(new Event('devicechange'));
  }

  /** Takes a device away, as pulling its cable does. */
  unplug(deviceId: string): void {
    this.devices = this.devices.filter((device) => device.deviceId !== deviceId);
    for (const track of this.live) if (track.settings.deviceId === deviceId) track.lose();
    this.dispatchEvent(new Event('devicechange'));
  }
}

function pick(constraints: MediaTrackConstraints): MediaTrackSettings {
  const { echoCancellation, noiseSuppression, autoGainControl } = constraints as MediaTrackSettings;
  return { echoCancellation, noiseSuppression, autoGainControl } as MediaTrackSettings;
}
