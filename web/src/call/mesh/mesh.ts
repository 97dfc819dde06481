// All the links of a room: follows its participants, carries their signaling, watches their paths and keeps the peers' store.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Environment, TimerId } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, ServerMessage } from '../protocol';
import type { Participant, RoomState } from '../room/room-state';
import { samplesOf } from '../stats/report';
import type { SignalingClient } from '../signaling/signaling-client';
import { efficientCodecs } from './codec-preferences';
import type { OutgoingSignal } from './connection';
import { noTracks, type LocalTracks } from './local-tracks';
import { NetworkChange } from './network-change';
import { PeerLink, type RemoteTracks } from './peer-link';
import { initialPeersState, type PeersState, type PeerState } from './peer-state';
import { isSettled, PeerWatch, readingMs } from './peer-watch';
import { iceConfiguration, loadRelayOnly, saveRelayOnly } from './relay-only';
import { SignalPacer } from './signal-pacer';

/** How often one looks while something that should flow does not yet, and for how long after something has stirred. */
const glanceMs = 150;
const glancingMs = 10_000;
const reportMs = 15_000;
const resyncMs = 2_000;

interface Entry {
  readonly link: PeerLink;
  readonly watch: PeerWatch;
  shownHeight: number | null;
  wasConnected: boolean;
  resyncTimer: TimerId | undefined;
}

export interface MeshObserver {
  tracks?(peerId: string, tracks: RemoteTracks | null): void;
  channel?(peerId: string, channel: RTCDataChannel): void;
  gone?(peerId: string): void;
}

export class Mesh {
  readonly store = createStore<PeersState>(() => initialPeersState);
  readonly #environment: Environment;
  readonly #signaling: SignalingClient;
  readonly #room: StoreApi<RoomState>;
  readonly #links = new Map<string, Entry>();
  readonly #pacer: SignalPacer;
  readonly #network: NetworkChange;
  readonly #observers = new Set<MeshObserver>();
  #local: LocalTracks = noTracks;
  #efficient: readonly string[] = [];
  #active = false;
  #settled = false;
  #lookTimer: TimerId | undefined;
  #lookAt = Infinity;
  #glancingUntil = 0;
  #reportedAt = 0;

  constructor(options: { environment: Environment; signaling: SignalingClient; room: StoreApi<RoomState> }) {
    this.#environment = options.environment;
    this.#signaling = options.signaling;
    this.#room = options.room;
    this.#pacer = new SignalPacer(options.environment.clock);
    this.#network = new NetworkChange(options.environment.clock, () => {
      for (const { link } of this.#links.values()) link.restartIce();
    });
    this.store.setState({ relayOnly: loadRelayOnly(options.environment.preferences) });
    this.#room.subscribe((state, before) => {
      if (!this.#active || state.participants === before.participants) return;
      this.#followParticipants();
      this.#stirred();
    });
    this.#signaling.store.subscribe((state, before) => {
      if (state.iceServers !== before.iceServers) {
        for (const entry of this.#links.values()) entry.link.setConfiguration(this.#configuration());
      }
    });
    options.environment.onHostSignal((signal) => {
      if (!this.#active) return;
      if (signal === 'online') this.#network.now();
      if (signal !== 'network_changed') return;
      this.#network.changed();
      // what is dead already need not wait for that
      for (const { link } of this.#links.values()) link.suspect();
    });
    const probe = typeof navigator === 'undefined' ? null : (navigator as { mediaCapabilities?: MediaCapabilities }).mediaCapabilities;
    void efficientCodecs(probe ?? null).then((codecs) => (this.#efficient = codecs));
  }

  observe(observer: MeshObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  link(peerId: string): PeerLink | null {
    return this.#links.get(peerId)?.link ?? null;
  }

  get peerIds(): readonly string[] {
    return [...this.#links.keys()];
  }

  /** In the room: the first time (whom to offer to is asked), or again (only what was lost is repeated). */
  async entered(fresh: boolean): Promise<void> {
    if (!this.#active) {
      this.#active = true;
      this.#reportedAt = this.#environment.clock.now();
      this.#lookIn(readingMs);
    }
    const targets = fresh ? await this.#targets() : null;
    if (!this.#active) return;
    for (const participant of this.#remote()) {
      const existing = this.#links.get(participant.id);
      if (existing !== undefined) existing.link.resync();
      else this.#add(participant, this.#offersFirst(participant, fresh, targets));
    }
    this.#settled = true;
    this.#followParticipants();
  }

  exited(): void {
    this.#active = this.#settled = false;
    this.#pacer.clear();
    this.#network.cancel();
    this.#lookIn(null);
    for (const id of [...this.#links.keys()]) this.#remove(id);
    this.store.setState({ peers: {} });
  }

  receive(message: ServerMessage): void {
    if (!this.#active || !('from' in message) || typeof message.from !== 'string') return;
    const participant = this.#room.getState().participants[message.from];
    if (participant === undefined || participant.isMe) return;
    const entry = this.#links.get(message.from) ?? this.#add(participant, null);
    entry.link.receive(message);
  }

  setLocal(local: LocalTracks): void {
    this.#local = local;
    for (const { link } of this.#links.values()) link.applyLocal();
  }

  /** A peer says how tall it shows our camera. */
  setShownHeight(peerId: string, height: number): void {
    const entry = this.#links.get(peerId);
    if (entry === undefined || entry.shownHeight === height) return;
    entry.shownHeight = height;
    entry.link.applyShape();
  }

  /** Privacy: no path but through the relay. Present paths are made anew, so that the addresses told before serve no more. */
  setRelayOnly(relayOnly: boolean): void {
    if (this.store.getState().relayOnly === relayOnly) return;
    this.store.setState({ relayOnly });
    saveRelayOnly(this.#environment.preferences, relayOnly);
    for (const { link } of this.#links.values()) link.reconnect();
  }

  #remote(): Participant[] {
    return Object.values(this.#room.getState().participants).filter((participant) => !participant.isMe);
  }

  #offersFirst(participant: Participant, fresh: boolean, targets: ReadonlySet<string> | null): boolean {
    const later = this.#joinedAfterMe(participant);
    if (!fresh) return !later;
    // after a reload every old connection of ours is dead, also those that others had begun
    return this.#cameBack() || (targets === null ? !later : targets.has(participant.id));
  }

  #cameBack(): boolean {
    const { me, participants } = this.#room.getState();
    const mine = me === null ? undefined : participants[me];
    return mine !== undefined && this.#remote().some((other) => joinedLater(other, mine));
  }

  async #targets(): Promise<ReadonlySet<string> | null> {
    try {
      const answer = await this.#signaling.request({ type: 'get_initiator' });
      return answer.type === 'initiator_res' ? new Set(answer.targets) : null;
    } catch {
      return null;
    }
  }

  #followParticipants(): void {
    const remote = this.#remote();
    const present = new Set(remote.map((participant) => participant.id));
    for (const id of [...this.#links.keys()]) if (!present.has(id)) this.#remove(id);
    for (const participant of remote) {
      const entry = this.#links.get(participant.id);
      const connected = participant.connection === 'connected';
      if (entry === undefined) {
        // whoever comes later offers; until our own entry is settled it is not known who is late
        if (this.#settled) this.#add(participant, false);
      } else if (connected && !entry.wasConnected) {
        entry.wasConnected = true;
        entry.link.resync();
      } else {
        entry.wasConnected = connected;
      }
    }
  }

  #joinedAfterMe(participant: Participant): boolean {
    const { me, participants } = this.#room.getState();
    const mine = me === null ? undefined : participants[me];
    return mine !== undefined && joinedLater(participant, mine);
  }

  /** `offer` null: the peer's message is already here. */
  #add(participant: Participant, offer: boolean | null): Entry {
    const id = participant.id;
    const link = new PeerLink({
      peerId: id,
      polite: !this.#joinedAfterMe(participant),
      kind: this.#room.getState().room?.kind ?? 'video',
      clock: this.#environment.clock,
      createConnection: () => this.#environment.createPeerConnection(this.#configuration()),
      local: () => this.#local,
      shape: () => ({
        peers: this.#links.size,
        shownHeight: this.#links.get(id)?.shownHeight ?? null,
        efficientCodecs: this.#efficient,
      }),
      canSignal: () => this.#canReach(id),
      send: (signal) => this.#send(id, signal),
      onTracks: (tracks) => this.#tracksChanged(id, tracks),
      onStirred: () => this.#stirred(),
      onChannel: (channel) => {
        for (const observer of [...this.#observers]) observer.channel?.(id, channel);
      },
    });
    const entry: Entry = {
      link,
      watch: new PeerWatch(link),
      shownHeight: null,
      wasConnected: participant.connection === 'connected',
      resyncTimer: undefined,
    };
    this.#links.set(id, entry);
    this.#setPeer(id, initialPeer);
    if (offer !== null) link.start(offer);
    for (const other of this.#links.values()) other.link.applyShape();
    return entry;
  }

  #remove(id: string): void {
    const entry = this.#links.get(id);
    if (entry === undefined) return;
    this.#links.delete(id);
    if (entry.resyncTimer !== undefined) this.#environment.clock.clearTimeout(entry.resyncTimer);
    entry.link.close();
    this.store.setState((state) => ({ peers: Object.fromEntries(Object.entries(state.peers).filter(([key]) => key !== id)) }));
    for (const observer of [...this.#observers]) {
      observer.tracks?.(id, null);
      observer.gone?.(id);
    }
    for (const other of this.#links.values()) other.link.applyShape();
  }

  #configuration(): RTCConfiguration {
    return iceConfiguration(this.#signaling.store.getState().iceServers, this.store.getState().relayOnly);
  }

  #canReach(id: string): boolean {
    const { phase, participants } = this.#room.getState();
    return this.#signaling.isOnline && phase.name === 'in_room' && participants[id]?.connection === 'connected';
  }

  #send(to: string, signal: OutgoingSignal): void {
    this.#pacer.run(() => {
      if (!this.#links.has(to)) return;
      const message: ClientMessage = { ...signal, to };
      this.#signaling.request(message).catch((error: unknown) => this.#sendFailed(to, error));
    });
  }

  // While one side is away nothing needs doing: coming back repeats. Otherwise it is repeated soon.
  #sendFailed(to: string, error: unknown): void {
    const entry = this.#links.get(to);
    if (entry === undefined || entry.resyncTimer !== undefined) return;
    if (error instanceof CallError && (error.code === 'offline' || error.code === 'forbidden' || error.code === 'too_large')) return;
    entry.resyncTimer = this.#environment.clock.setTimeout(() => {
      entry.resyncTimer = undefined;
      if (this.#canReach(to)) entry.link.resync();
    }, resyncMs);
  }

  #tracksChanged(id: string, tracks: RemoteTracks): void {
    const before = this.store.getState().peers[id] ?? initialPeer;
    this.#setPeer(id, {
      ...before,
      camera: streamOf(before.camera, tracks.camera),
      screen: streamOf(before.screen, tracks.screen),
    });
    for (const observer of [...this.#observers]) observer.tracks?.(id, tracks);
  }

  #setPeer(id: string, peer: PeerState): void {
    this.store.setState((state) => ({ peers: { ...state.peers, [id]: peer } }));
  }

  /** Looks at the links after so long, or sooner if that was settled already; null: no more. */
  #lookIn(ms: number | null): void {
    const { clock } = this.#environment;
    const at = ms === null ? Infinity : Math.min(this.#lookAt, clock.now() + ms);
    if (this.#lookTimer !== undefined) clock.clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#lookAt = at;
    if (at === Infinity) return;
    this.#lookTimer = clock.setTimeout(
      () => {
        this.#lookTimer = undefined;
        this.#lookAt = Infinity;
        void this.#look();
      },
      Math.max(0, at - clock.now()),
    );
  }

  /** Somebody came, a camera was turned on, a path or a track came alive: what flows is read at once and more often for a while. */
  #stirred(): void {
    this.#glancingUntil = this.#environment.clock.now() + glancingMs;
    if (this.#lookTimer !== undefined) this.#lookIn(glanceMs);
  }

  async #look(): Promise<void> {
    const until = this.#glancingUntil;
    // one reading that fails must not stop the watch over the others
    const settled = await Promise.all([...this.#links].map(([id, entry]) => this.#observeLink(id, entry).catch(() => true)));
    if (!this.#active) return;
    this.#report();
    const stirredMeanwhile = this.#glancingUntil !== until;
    const glances = stirredMeanwhile || (this.#environment.clock.now() < until && settled.includes(false));
    this.#lookIn(glances ? glanceMs : readingMs);
  }

  /** Whether everything that should flow from that peer does. */
  async #observeLink(id: string, entry: Entry): Promise<boolean> {
    const now = this.#environment.clock.now();
    const participant = this.#room.getState().participants[id];
    const before = this.store.getState().peers[id];
    if (participant === undefined || before === undefined) return true;
    if (!entry.watch.isDue(now) && isSettled(before, participant)) return true;
    const kind = this.#room.getState().room?.kind ?? 'video';
    const seen = await entry.watch.look(before, { participant, kind, canRepair: this.#canReach(id) }, now);
    const present = this.store.getState().peers[id];
    if (seen === null || present === undefined || this.#links.get(id) !== entry) return false;
    const after: PeerState = { ...present, ...seen };
    this.#setPeer(id, after);
    return isSettled(after, participant);
  }

  #report(): void {
    const now = this.#environment.clock.now();
    if (now - this.#reportedAt < reportMs) return;
    this.#reportedAt = now;
    const samples = samplesOf(this.store.getState().peers);
    if (samples.length > 0) this.#signaling.request({ type: 'report_stats', samples }).catch(() => undefined);
  }
}

const initialPeer: PeerState = {
  path: 'connecting',
  camera: null,
  screen: null,
  cameraFlowing: false,
  screenFlowing: false,
  micSilent: false,
  quality: { level: 'unknown', reason: null },
  stats: null,
};

/** The order of joining, the same on both sides; ids decide between equal times. */
export function joinedLater(a: Participant, b: Participant): boolean {
  return a.joinedAt === b.joinedAt ? a.id > b.id : a.joinedAt > b.joinedAt;
}

// The same stream object while the track is the same, so that a video element is not started over.
function streamOf(before: MediaStream | null, track: MediaStreamTrack | null): MediaStream | null {
  if (track === null) return null;
  return before?.getVideoTracks()[0] === track ? before : new MediaStream([track]);
}
