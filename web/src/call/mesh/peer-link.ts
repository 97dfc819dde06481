// The link to one remote participant: perfect negotiation (W3C webrtc-pc §10.7), candidates, channels, and repair up to a fresh connection.
import type { Clock, TimerId } from '../environment';
import type { RoomKind, ServerMessage, TrackMap } from '../protocol';
import { Connection, type OutgoingSignal } from './connection';
import type { LocalTracks } from './local-tracks';
import { PathWatch, type PathSample, type PathVerdict, type Repair } from './path-watch';
import { sessionOf } from './sdp';
import type { SendShape } from './transceivers';

export const DATA_CHANNEL = 'data';

const answerTimeoutMs = 5_000;
const offerTimeoutMs = 6_000;
const channelTimeoutMs = 4_000;
const retiredKept = 16;

export interface RemoteTracks {
  readonly mic: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  readonly screenAudio: MediaStreamTrack | null;
}

export const noRemoteTracks: RemoteTracks = { mic: null, camera: null, screen: null, screenAudio: null };

export interface PeerLinkOptions {
  readonly peerId: string;
  /** The later joiner gives way in glare and takes the first step in repair. */
  readonly polite: boolean;
  readonly kind: RoomKind;
  readonly clock: Clock;
  readonly createConnection: () => RTCPeerConnection;
  readonly local: () => LocalTracks;
  readonly shape: () => SendShape;
  /** Whether both sides can be reached by signaling now. */
  readonly canSignal: () => boolean;
  readonly send: (signal: OutgoingSignal) => void;
  readonly onTracks: (tracks: RemoteTracks) => void;
  /** The `data` channel opened, or a file's was opened by the peer. */
  readonly onChannel: (channel: RTCDataChannel) => void;
  /** Something that may have changed what flows: worth a look at once. */
  readonly onStirred?: () => void;
}

export class PeerLink {
  readonly #options: PeerLinkOptions;
  readonly #watch: PathWatch;
  #connection: Connection | null = null;
  #tracks: RemoteTracks = noRemoteTracks;
  #data: RTCDataChannel | null = null;
  /** `o=` ids of connections that the peer or we have thrown away: what still comes of them is late. */
  #retired: string[] = [];
  #queue: Promise<void> = Promise.resolve();
  #timer: TimerId | undefined;
  #channelTimer: TimerId | undefined;
  #unanswered = 0;
  #closed = false;

  constructor(options: PeerLinkOptions) {
    this.#options = options;
    this.#watch = new PathWatch(options.clock.now(), options.polite);
  }

  get pc(): RTCPeerConnection | null {
    return this.#connection?.pc ?? null;
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  get tracks(): RemoteTracks {
    return this.#tracks;
  }

  /** The open `data` channel, or null. */
  get data(): RTCDataChannel | null {
    return this.#data?.readyState === 'open' ? this.#data : null;
  }

  /** Begins: with an offer, or waiting for the peer's, which is not waited for for ever. */
  start(offer: boolean): void {
    if (offer) {
      this.#enqueue(() => this.#begin());
      return;
    }
    this.#arm(offerTimeoutMs, () => {
      if (this.#connection === null) this.#enqueue(() => this.#begin());
    });
  }

  receive(message: ServerMessage): void {
    if (message.type === 'offer') this.#enqueue(() => this.#offer(message.sdp, message.tracks));
    else if (message.type === 'answer') this.#enqueue(() => this.#answer(message.sdp, message.tracks));
    else if (message.type === 'ice_candidate') this.#enqueue(() => this.#candidate(message.candidate));
  }

  /** Signaling is back, on this side or the other: says again what may have been lost. */
  resync(): void {
    this.#enqueue(async () => {
      if (this.#connection === null) await this.#begin();
      else this.#connection.repeat();
    });
  }

  applyLocal(): void {
    this.#enqueue(async () => this.#connection?.lines.send(this.#options.local()));
  }

  applyShape(): void {
    this.#enqueue(async () => this.#connection?.lines.shape(this.#options.shape(), this.#options.local()));
  }

  setConfiguration(configuration: RTCConfiguration): void {
    try {
      this.#connection?.pc.setConfiguration(configuration);
    } catch {
      // some fields may not change on a living connection; the next one takes them
    }
  }

  restartIce(): void {
    this.#connection?.pc.restartIce();
  }

  suspect(): void {
    this.#watch.suspect();
  }

  /** A whole new connection in place of the present one; the peer recognises it by its `o=` id. */
  reconnect(): void {
    this.#enqueue(() => this.#begin());
  }

  observe(sample: PathSample, now: number): PathVerdict {
    const verdict = this.#watch.observe(sample, now);
    if (verdict.repair !== null) this.#repair(verdict.repair);
    return verdict;
  }

  openChannel(label: string): RTCDataChannel | null {
    const pc = this.pc;
    if (pc === null || pc.signalingState === 'closed') return null;
    return pc.createDataChannel(label, { ordered: true });
  }

  close(): void {
    this.#closed = true;
    this.#disarm();
    if (this.#channelTimer !== undefined) this.#options.clock.clearTimeout(this.#channelTimer);
    this.#connection?.close();
    this.#connection = null;
    this.#data = null;
  }

  #repair(repair: Repair): void {
    // nothing to restart on a connection that is closed or that waits for an answer which may never come
    const stuck = this.pc?.signalingState !== 'stable';
    if (repair === 'restart_ice' && !stuck) this.restartIce();
    else this.reconnect();
  }

  async #begin(): Promise<void> {
    const connection = this.#replace();
    connection.lines.addFixed(this.#options.local());
    await connection.lines.send(this.#options.local());
    this.#adoptData(connection.pc.createDataChannel(DATA_CHANNEL, { ordered: true }));
    await this.#makeOffer(connection);
  }

  async #makeOffer(connection: Connection): Promise<void> {
    await connection.makeOffer();
    if (connection === this.#connection && connection.awaitsAnswer) this.#awaitAnswer();
  }

  /** An offer or its answer may be lost without anybody noticing: it is repeated, and then begun anew. */
  #awaitAnswer(): void {
    this.#arm(answerTimeoutMs, () => {
      const connection = this.#connection;
      if (connection?.awaitsAnswer !== true) return;
      if (!this.#options.canSignal()) {
        this.#awaitAnswer();
        return;
      }
      this.#unanswered++;
      if (this.#unanswered > 3) {
        this.#unanswered = 0;
        this.reconnect();
      } else {
        connection.repeatOffer();
        this.#awaitAnswer();
      }
    });
  }

  async #offer(sdp: string, tracks: TrackMap | null | undefined): Promise<void> {
    const session = sessionOf(sdp);
    if (session !== null && this.#retired.includes(session.id)) return;
    const connection = this.#connection ?? this.#replace();
    const outcome = await connection.acceptOffer(sdp, tracks, this.#options.local);
    if (connection !== this.#connection) return;
    if (outcome === 'foreign' || outcome === 'yield') {
      await this.#replace().acceptOffer(sdp, tracks, this.#options.local);
    }
    if (outcome === 'ignored') return;
    if (this.#connection?.awaitsAnswer !== true) this.#disarm();
    this.#afterNegotiation();
  }

  async #answer(sdp: string, tracks: TrackMap | null | undefined): Promise<void> {
    const session = sessionOf(sdp);
    if (session !== null && this.#retired.includes(session.id)) return;
    const connection = this.#connection;
    if (connection === null) return;
    const outcome = await connection.acceptAnswer(sdp, tracks);
    if (connection !== this.#connection) return;
    if (outcome === 'foreign') {
      await this.#begin();
    } else if (outcome === 'applied') {
      this.#unanswered = 0;
      this.#disarm();
      this.#afterNegotiation();
    }
  }

  async #candidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    const connection = this.#connection ?? this.#replace();
    await connection.addCandidate(candidate);
  }

  /** An offer of another program may lack lines or the channel: they are added once it is in place. */
  #afterNegotiation(): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.lines.addFixed(this.#options.local());
    void connection.lines.send(this.#options.local());
    if (this.#data !== null || this.#channelTimer !== undefined) return;
    this.#channelTimer = this.#options.clock.setTimeout(() => {
      this.#channelTimer = undefined;
      if (this.#data === null && connection === this.#connection) {
        this.#adoptData(connection.pc.createDataChannel(DATA_CHANNEL, { ordered: true }));
      }
    }, channelTimeoutMs);
  }

  #replace(): Connection {
    const before = this.#connection;
    if (before !== null) {
      const remote = before.remoteId;
      if (remote !== null) this.#retired = [...this.#retired, remote].slice(-retiredKept);
      before.close();
      this.#data = null;
      this.#tracks = noRemoteTracks;
    }
    if (this.#channelTimer !== undefined) this.#options.clock.clearTimeout(this.#channelTimer);
    this.#channelTimer = undefined;
    this.#disarm();
    this.#watch.reset(this.#options.clock.now());
    const connection: Connection = new Connection({
      pc: this.#options.createConnection(),
      polite: this.#options.polite,
      kind: this.#options.kind,
      shape: this.#options.shape(),
      events: {
        send: (signal) => {
          if (connection === this.#connection) this.#options.send(signal);
        },
        negotiationNeeded: () => {
          this.#enqueue(async () => {
            if (connection === this.#connection) await this.#makeOffer(connection);
          });
        },
        track: (event) => {
          if (connection === this.#connection) this.#track(connection, event);
        },
        channel: (channel) => {
          if (connection !== this.#connection) return;
          if (channel.label === DATA_CHANNEL) this.#adoptData(channel);
          else this.#options.onChannel(channel);
        },
        stateChanged: () => this.#options.onStirred?.(),
      },
    });
    this.#connection = connection;
    return connection;
  }

  #adoptData(channel: RTCDataChannel): void {
    this.#data = channel;
    if (channel.readyState === 'open') this.#options.onChannel(channel);
    else channel.addEventListener('open', () => this.#options.onChannel(channel), { once: true });
    channel.addEventListener('close', () => {
      if (this.#data === channel) this.#data = null;
    });
  }

  #track(connection: Connection, event: RTCTrackEvent): void {
    const label = connection.lines.labelOf(event.transceiver);
    if (label === null) return;
    const slot = label === 'screen' && event.track.kind === 'audio' ? 'screenAudio' : label;
    this.#tracks = { ...this.#tracks, [slot]: event.track };
    // a track that is unmuted has got its first packet
    event.track.addEventListener('unmute', () => this.#options.onStirred?.());
    this.#options.onTracks(this.#tracks);
  }

  #arm(delayMs: number, callback: () => void): void {
    this.#disarm();
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      callback();
    }, delayMs);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Everything that touches the connection runs one after the other; what fails is repaired by the watch, not here. */
  #enqueue(step: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      try {
        await step();
      } catch {
        // A description that the browser refuses, or a connection closed meanwhile. If the path is not there in the end, it is made anew.
      }
    });
  }
}
