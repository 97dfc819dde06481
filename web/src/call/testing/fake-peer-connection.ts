// RTCPeerConnection without a network, for tests of negotiation: the signaling state machine, session ids and ICE credentials are real, media
// is a counter that rises while both ends agree about each other.

export class FakeTransceiver {
  mid: string | null = null;
  direction: RTCRtpTransceiverDirection;
  readonly kind: string;
  readonly sender: {
    track: unknown;
    replaceTrack(track: unknown): Promise<void>;
    getParameters(): unknown;
    setParameters(): Promise<void>;
  };
  readonly receiver: { track: EventTarget & { kind: string; id: string } };

  constructor(track: unknown, direction: RTCRtpTransceiverDirection, kind: string) {
    this.kind = kind;
    this.direction = direction;
    const sender = {
      track: typeof track === 'string' ? null : track,
      replaceTrack: (next: unknown) => {
        sender.track = next;
        return Promise.resolve();
      },
      getParameters: () => ({ encodings: [] }),
      setParameters: () => Promise.resolve(),
    };
    this.sender = sender;
    this.receiver = { track: Object.assign(new EventTarget(), { kind, id: `remote-${kind}` }) };
  }
}

export class FakeWorld {
  readonly connections: FakePeerConnection[] = [];
  #ids = 1_000;

  nextId(): number {
    return (this.#ids += 7);
  }

  readonly create = (configuration: RTCConfiguration = {}): RTCPeerConnection => {
    const pc = new FakePeerConnection(this, configuration);
    this.connections.push(pc);
    return pc as unknown as RTCPeerConnection;
  };

  /** Both have applied each other's present descriptions, of one and the same negotiation. */
  meet(pc: FakePeerConnection): void {
    for (const other of this.connections) {
      if (other === pc || other.signalingState !== 'stable' || pc.signalingState !== 'stable') continue;
      if (pc.remoteUfrag === other.ufrag && other.remoteUfrag === pc.ufrag) {
        pc.become('connected');
        other.become('connected');
      }
    }
  }
}

type Handler = ((event: never) => void) | null;

export class FakePeerConnection {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  onnegotiationneeded: Handler = null;
  ontrack: Handler = null;
  ondatachannel: Handler = null;
  onconnectionstatechange: Handler = null;
  onicecandidate: Handler = null;
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly id: number;
  readonly configuration: RTCConfiguration;
  readonly #world: FakeWorld;
  readonly #transceivers: FakeTransceiver[] = [];
  readonly #agreed = new Set<FakeTransceiver>();
  #consent = 0;
  #version = 1;
  #generation = 1;
  #stable: { local: FakePeerConnection['localDescription']; remote: FakePeerConnection['remoteDescription'] } = {
    local: null,
    remote: null,
  };
  #needed = false;
  #restart = false;
  #channels = 0;

  constructor(world: FakeWorld, configuration: RTCConfiguration = {}) {
    this.#world = world;
    this.configuration = configuration;
    this.id = world.nextId();
  }

  get ufrag(): string {
    return `u${this.id}g${this.#generation}`;
  }

  get remoteUfrag(): string | null {
    return /ice-ufrag:(\S+)/.exec(this.remoteDescription?.sdp ?? '')?.[1] ?? null;
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    (this.onconnectionstatechange as (() => void) | null)?.();
  }

  addTransceiver(track: unknown, init: { direction: RTCRtpTransceiverDirection }): FakeTransceiver {
    const kind = typeof track === 'string' ? track : (track as { kind: string }).kind;
    const transceiver = new FakeTransceiver(track, init.direction, kind);
    this.#transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  createDataChannel(label: string): object {
    if (this.#channels++ === 0) this.#need();
    return { label, readyState: 'connecting', addEventListener: () => undefined };
  }

  setConfiguration(): void {}

  /** Consent is answered once a reading while the path lives. */
  getStats(): Promise<RTCStatsReport> {
    if (this.connectionState === 'connected') this.#consent++;
    const pair = { id: 'P', type: 'candidate-pair', nominated: true, state: 'succeeded', responsesReceived: this.#consent };
    return Promise.resolve(new Map([['P', pair]]) as unknown as RTCStatsReport);
  }

  restartIce(): void {
    this.#restart = true;
    this.#need();
  }

  async setLocalDescription(): Promise<void> {
    this.#open();
    await Promise.resolve();
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = { type: 'answer', sdp: this.#sdp() };
      this.#settle();
    } else {
      if (this.#restart) this.#generation++;
      this.#restart = this.#needed = false;
      this.#assignMids();
      this.localDescription = { type: 'offer', sdp: this.#sdp() };
      this.signalingState = 'have-local-offer';
    }
    const { ufrag } = this;
    queueMicrotask(() => {
      const candidate = { candidate: `candidate:1 1 udp 1 h 9 typ host ufrag ${ufrag}`, usernameFragment: ufrag };
      (this.onicecandidate as ((event: object) => void) | null)?.({ candidate: { ...candidate, toJSON: () => candidate } });
      (this.onicecandidate as ((event: object) => void) | null)?.({ candidate: null });
    });
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    this.#open();
    await Promise.resolve();
    if (description.type === 'offer') {
      if (this.signalingState === 'have-local-offer') {
        // rolling back takes the mids of what was new in the offer
        for (const transceiver of this.#transceivers) if (!this.#agreed.has(transceiver)) transceiver.mid = null;
        this.localDescription = this.#stable.local;
        this.#needed = true;
      }
      this.remoteDescription = description;
      this.signalingState = 'have-remote-offer';
      this.#adopt(description.sdp);
    } else {
      if (this.signalingState !== 'have-local-offer') throw new DOMException('wrong state', 'InvalidStateError');
      this.remoteDescription = description;
      this.#settle();
    }
  }

  addIceCandidate(candidate?: RTCIceCandidateInit): Promise<void> {
    if (this.remoteDescription === null) return Promise.reject(new DOMException('early', 'InvalidStateError'));
    if (candidate !== undefined) {
      if (candidate.usernameFragment !== this.remoteUfrag) return Promise.reject(new DOMException('unknown ufrag', 'OperationError'));
      this.candidates.push(candidate);
    }
    return Promise.resolve();
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  #open(): void {
    if (this.signalingState === 'closed') throw new DOMException('closed', 'InvalidStateError');
  }

  #settle(): void {
    this.signalingState = 'stable';
    for (const transceiver of this.#transceivers) if (transceiver.mid !== null) this.#agreed.add(transceiver);
    this.#stable = { local: this.localDescription, remote: this.remoteDescription };
    queueMicrotask(() => this.#world.meet(this));
    if (this.#needed) this.#need();
  }

  #assignMids(): void {
    for (const transceiver of this.#transceivers) {
      if (transceiver.mid !== null) continue;
      const taken = new Set(this.#transceivers.map((one) => one.mid));
      let next = 0;
      while (taken.has(String(next))) next++;
      transceiver.mid = String(next);
    }
  }

  #need(): void {
    this.#needed = true;
    queueMicrotask(() => {
      if (this.#needed && this.signalingState === 'stable') (this.onnegotiationneeded as (() => void) | null)?.();
    });
  }

  #adopt(sdp: string): void {
    for (const match of sdp.matchAll(/m=(audio|video) [^]*?a=mid:(\S+)/g)) {
      const [, kind, mid] = match;
      if (kind === undefined || mid === undefined || this.#transceivers.some((one) => one.mid === mid)) continue;
      const transceiver = new FakeTransceiver(kind, 'recvonly', kind);
      transceiver.mid = mid;
      this.#transceivers.push(transceiver);
      (this.ontrack as ((event: object) => void) | null)?.({ transceiver, track: transceiver.receiver.track });
    }
  }

  #sdp(): string {
    const lines = this.#transceivers
      .filter((one) => one.mid !== null)
      .map((one) => `m=${one.kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:${one.mid}\r\n`);
    return `v=0\r\no=- ${this.id} ${++this.#version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:${this.ufrag}\r\n${lines.join('')}`;
  }
}
