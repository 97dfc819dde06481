// One RTCPeerConnection with its lines, its candidates and its side of the negotiation. When it can no longer be mended it is thrown
// away as a whole and PeerLink makes the next.
import type { RoomKind, TrackMap } from '../protocol';
import type { LocalTracks } from './local-tracks';
import {
  isOlder,
  preferSpeechDtx,
  referenceOf,
  sameSession,
  sessionOf,
  ufragOfCandidate,
  ufragsOf,
  withReference,
  type SdpSession,
} from './sdp';
import { Transceivers, type SendShape } from './transceivers';

export type OutgoingSignal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string; readonly tracks: TrackMap }
  | { readonly type: 'ice_candidate'; readonly candidate: RTCIceCandidateInit | null };

export interface ConnectionEvents {
  send(signal: OutgoingSignal): void;
  negotiationNeeded(): void;
  track(event: RTCTrackEvent): void;
  channel(channel: RTCDataChannel): void;
  stateChanged(): void;
}

const keptCandidates = 200;

/** What became of a remote description: `foreign` means that it belongs to a connection that we do not talk to. */
export type OfferOutcome = 'answered' | 'ignored' | 'yield' | 'foreign' | 'stale';
export type AnswerOutcome = 'applied' | 'foreign' | 'stale';

export class Connection {
  readonly pc: RTCPeerConnection;
  readonly lines: Transceivers;
  readonly #polite: boolean;
  readonly #events: ConnectionEvents;
  #remote: SdpSession | null = null;
  #answered: SdpSession | null = null;
  #lastAnswer: OutgoingSignal | null = null;
  #early: RTCIceCandidateInit[] = [];
  #sent: (RTCIceCandidateInit | null)[] = [];
  #closed = false;

  constructor(options: { pc: RTCPeerConnection; polite: boolean; kind: RoomKind; shape: SendShape; events: ConnectionEvents }) {
    this.pc = options.pc;
    this.#polite = options.polite;
    this.#events = options.events;
    this.lines = new Transceivers(options.pc, options.kind, options.shape);
    this.pc.onnegotiationneeded = () => this.#events.negotiationNeeded();
    this.pc.ontrack = (event) => this.#events.track(event);
    this.pc.ondatachannel = (event) => this.#events.channel(event.channel);
    this.pc.onconnectionstatechange = () => this.#events.stateChanged();
    this.pc.onicecandidate = (event) => this.#trickle(event.candidate);
  }

  /** The `o=` id of the peer's connection, once a description of it was applied. */
  get remoteId(): string | null {
    return this.#remote?.id ?? null;
  }

  get awaitsAnswer(): boolean {
    return this.pc.signalingState === 'have-local-offer';
  }

  async makeOffer(): Promise<void> {
    if (this.#closed || this.pc.signalingState !== 'stable') return;
    await this.pc.setLocalDescription();
    if (this.pc.localDescription?.type === 'offer') this.repeatOffer();
  }

  /** Sends the pending offer as it is now, with the candidates found meanwhile. Repeating it is harmless. */
  repeatOffer(): void {
    const sdp = this.pc.localDescription?.sdp;
    if (this.awaitsAnswer && sdp !== undefined) {
      this.#events.send({ type: 'offer', sdp: preferSpeechDtx(sdp), tracks: this.lines.trackMap() });
    }
  }

  /** After a drop: whatever of ours may have been lost on the way. */
  repeat(): void {
    if (this.awaitsAnswer) {
      this.repeatOffer();
    } else if (this.pc.connectionState !== 'connected') {
      if (this.#lastAnswer !== null) this.#events.send(this.#lastAnswer);
      for (const candidate of this.#sent) this.#events.send({ type: 'ice_candidate', candidate });
    }
  }

  async acceptOffer(sdp: string, tracks: TrackMap | null | undefined, local: () => LocalTracks): Promise<OfferOutcome> {
    const session = sessionOf(sdp);
    if (session !== null && this.#remote !== null && session.id !== this.#remote.id) return 'foreign';
    if (this.pc.signalingState === 'stable' && sameSession(session, this.#answered) && this.#lastAnswer !== null) {
      // our answer was lost, or theirs crossed it: the same question has the same answer
      this.#events.send(this.#lastAnswer);
      return 'answered';
    }
    if (session !== null && this.#answered !== null && isOlder(session, this.#answered)) return 'stale';
    if (this.awaitsAnswer) {
      if (!this.#polite) return 'ignored';
      // Nothing was agreed yet, so rolling back would leave unused lines behind: the peer's offer gets a new connection.
      if (this.pc.remoteDescription === null) return 'yield';
    }
    this.lines.learn(sdp, tracks);
    await this.pc.setRemoteDescription({ type: 'offer', sdp });
    this.#remote = session;
    this.lines.adopt();
    await this.lines.send(local());
    await this.#flushEarly();
    await this.pc.setLocalDescription();
    const answer = this.pc.localDescription;
    if (answer === null || this.#closed) return 'stale';
    this.#answered = session;
    this.#lastAnswer = { type: 'answer', sdp: withReference(preferSpeechDtx(answer.sdp), session), tracks: this.lines.trackMap() };
    this.#events.send(this.#lastAnswer);
    return 'answered';
  }

  async acceptAnswer(sdp: string, tracks: TrackMap | null | undefined): Promise<AnswerOutcome> {
    if (!this.awaitsAnswer) return 'stale';
    const reference = referenceOf(sdp);
    const own = sessionOf(this.pc.localDescription?.sdp ?? '');
    if (reference !== null && own !== null && !sameSession(reference, own)) return 'stale';
    const session = sessionOf(sdp);
    // the peer answers from a connection that never saw what this one had agreed
    if (this.#remote !== null && session !== null && session.id !== this.#remote.id) return 'foreign';
    this.lines.learn(sdp, tracks);
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    this.#remote = session;
    await this.#flushEarly();
    return 'applied';
  }

  /** Candidates come in any order relative to descriptions; each waits for the one whose ICE credentials it names. */
  async addCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    const description = this.pc.remoteDescription;
    if (candidate === null || candidate.candidate === '') {
      if (description !== null) await this.pc.addIceCandidate().catch(() => undefined);
      return;
    }
    const ufrag = ufragOfCandidate(candidate);
    if (description === null || (ufrag !== null && !ufragsOf(description.sdp).has(ufrag))) {
      this.#early = [...this.#early, candidate].slice(-keptCandidates);
      return;
    }
    // a candidate that the browser does not like (mDNS, unknown transport) costs that candidate only
    await this.pc.addIceCandidate(candidate).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    const { pc } = this;
    pc.onnegotiationneeded = pc.ontrack = pc.ondatachannel = pc.onconnectionstatechange = pc.onicecandidate = null;
    pc.close();
  }

  async #flushEarly(): Promise<void> {
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) await this.addCandidate(candidate);
  }

  #trickle(found: RTCIceCandidate | null): void {
    const candidate = found === null || found.candidate === '' ? null : found.toJSON();
    const ufrag = candidate === null ? null : ufragOfCandidate(candidate);
    if (ufrag !== null) {
      // those of before an ICE restart are of no use to anybody
      this.#sent = this.#sent.filter((other) => other !== null && ufragOfCandidate(other) === ufrag);
    }
    this.#sent.push(candidate);
    this.#events.send({ type: 'ice_candidate', candidate });
  }
}
