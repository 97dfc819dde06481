// Turns two RTCStatsReports, a second apart, into one PeerStats and the counters that the path watch goes by (W3C webrtc-stats).
import type { TrackKind } from '../protocol';
import type { CandidatePath, PeerStats, VideoStats } from './peer-stats';

export interface FlowCounters {
  /** Rises with whatever arrives on the path. */
  readonly received: number;
  readonly micPackets: number;
  readonly cameraFrames: number;
  readonly screenFrames: number;
}

export interface Digest {
  readonly stats: PeerStats;
  readonly flow: FlowCounters;
}

const narrowBps = 300_000;

type Entry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const num = (entry: Entry | undefined, name: string): number => {
  const value = entry?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
};
const text = (entry: Entry | undefined, name: string): string | null => {
  const value = entry?.[name];
  return typeof value === 'string' ? value : null;
};

/** Says what the m-line of a mid carries. */
export type LabelOf = (mid: string | null, kind: string) => TrackKind | null;

export class StatsDigest {
  #before = new Map<string, Entry>();
  #beforeAt = 0;

  /** A second's worth of figures, compared with the reading before. */
  read(report: RTCStatsReport, now: number, labelOf: LabelOf): Digest {
    const entries = entriesOf(report);
    const digest = new Reading(entries, this.#before, now, this.#beforeAt, labelOf).digest();
    this.#before = entries;
    this.#beforeAt = now;
    return digest;
  }

  /** The counters alone, between two readings. */
  glance(report: RTCStatsReport, labelOf: LabelOf): FlowCounters {
    return new Reading(entriesOf(report), new Map(), 0, 0, labelOf).flow();
  }
}

function entriesOf(report: RTCStatsReport): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  report.forEach((entry: Entry) => entries.set(entry.id, entry));
  return entries;
}

class Reading {
  readonly #entries: Map<string, Entry>;
  readonly #before: Map<string, Entry>;
  readonly #seconds: number;
  readonly #now: number;
  readonly #labelOf: LabelOf;

  constructor(entries: Map<string, Entry>, before: Map<string, Entry>, now: number, beforeAt: number, labelOf: LabelOf) {
    this.#entries = entries;
    this.#before = before;
    this.#now = now;
    this.#seconds = beforeAt === 0 ? 0 : Math.max(0.1, (now - beforeAt) / 1_000);
    this.#labelOf = labelOf;
  }

  digest(): Digest {
    const inbound = this.#all('inbound-rtp');
    const outbound = this.#all('outbound-rtp').filter((entry) => entry['active'] !== false);
    const remoteInbound = this.#all('remote-inbound-rtp');
    const pair = this.#selectedPair();
    const mic = this.#labelled(inbound, 'audio', 'mic');
    const camera = this.#labelled(inbound, 'video', 'camera');
    const screen = this.#labelled(inbound, 'video', 'screen');
    const sent = outbound
      .filter((entry) => text(entry, 'kind') === 'video')
      .sort((a, b) => this.#delta(b, 'bytesSent') - this.#delta(a, 'bytesSent'))[0];
    const limited = this.#limit(outbound, pair);
    const rttSeconds = num(pair, 'currentRoundTripTime') || num(remoteInbound[0], 'roundTripTime');
    const stats: PeerStats = {
      at: this.#now,
      bitrateInBps: this.#rate(sum(inbound.map((entry) => this.#delta(entry, 'bytesReceived')))),
      bitrateOutBps: this.#rate(sum(outbound.map((entry) => this.#delta(entry, 'bytesSent')))),
      lossIn: this.#lossIn(inbound),
      lossOut: Math.max(0, ...remoteInbound.map((entry) => Math.min(1, num(entry, 'fractionLost')))),
      rttMs: rttSeconds > 0 ? Math.round(rttSeconds * 1_000) : null,
      jitterMs: inbound.length === 0 ? null : Math.round(Math.max(...inbound.map((entry) => num(entry, 'jitter'))) * 1_000),
      camera: this.#video(camera, 'bytesReceived'),
      screen: this.#video(screen, 'bytesReceived'),
      sentVideo: this.#video(sent, 'bytesSent'),
      audioCodec: this.#codec(mic),
      limitedBy: limited,
      path: this.#path(pair),
    };
    return { stats, flow: this.flow() };
  }

  flow(): FlowCounters {
    const inbound = this.#all('inbound-rtp');
    const pair = this.#selectedPair();
    const mic = this.#labelled(inbound, 'audio', 'mic');
    const camera = this.#labelled(inbound, 'video', 'camera');
    const screen = this.#labelled(inbound, 'video', 'screen');
    return {
      received:
        sum(inbound.map((entry) => num(entry, 'bytesReceived'))) +
        num(pair, 'bytesReceived') +
        num(pair, 'responsesReceived') +
        num(pair, 'requestsReceived'),
      micPackets: num(mic, 'packetsReceived'),
      cameraFrames: num(camera, 'framesReceived') || num(camera, 'framesDecoded'),
      screenFrames: num(screen, 'framesReceived') || num(screen, 'framesDecoded'),
    };
  }

  #all(type: string): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.type === type);
  }

  #labelled(inbound: readonly Entry[], kind: 'audio' | 'video', label: TrackKind): Entry | undefined {
    return inbound.find((entry) => text(entry, 'kind') === kind && this.#labelOf(text(entry, 'mid'), kind) === label);
  }

  #delta(entry: Entry, name: string): number {
    const before = this.#before.get(entry.id);
    return before === undefined ? 0 : Math.max(0, num(entry, name) - num(before, name));
  }

  #rate(bytes: number): number {
    return this.#seconds === 0 ? 0 : Math.round((bytes * 8) / this.#seconds);
  }

  #lossIn(inbound: readonly Entry[]): number {
    const lost = sum(inbound.map((entry) => this.#delta(entry, 'packetsLost')));
    const received = sum(inbound.map((entry) => this.#delta(entry, 'packetsReceived')));
    return lost + received === 0 ? 0 : lost / (lost + received);
  }

  // The encoder also says "bandwidth" when it meets the limit that we set ourselves; only a truly narrow path counts.
  #limit(outbound: readonly Entry[], pair: Entry | undefined): 'cpu' | 'bandwidth' | null {
    const reasons = outbound.map((entry) => text(entry, 'qualityLimitationReason'));
    if (reasons.includes('cpu')) return 'cpu';
    const available = num(pair, 'availableOutgoingBitrate');
    return reasons.includes('bandwidth') && available > 0 && available < narrowBps ? 'bandwidth' : null;
  }

  #video(entry: Entry | undefined, bytes: 'bytesReceived' | 'bytesSent'): VideoStats | null {
    if (entry === undefined) return null;
    return {
      width: num(entry, 'frameWidth'),
      height: num(entry, 'frameHeight'),
      fps: Math.round(num(entry, 'framesPerSecond')),
      codec: this.#codec(entry),
      bitrateBps: this.#rate(this.#delta(entry, bytes)),
      framesDropped: this.#delta(entry, 'framesDropped'),
    };
  }

  #codec(entry: Entry | undefined): string | null {
    const id = text(entry, 'codecId');
    const mime = id === null ? null : text(this.#entries.get(id), 'mimeType');
    return mime === null ? null : mime.replace(/^(audio|video)\//, '');
  }

  #selectedPair(): Entry | undefined {
    const id = text(this.#all('transport')[0], 'selectedCandidatePairId');
    if (id !== null) return this.#entries.get(id);
    return this.#all('candidate-pair').find((pair) => pair['nominated'] === true && text(pair, 'state') === 'succeeded');
  }

  #path(pair: Entry | undefined): CandidatePath | null {
    const local = this.#entries.get(text(pair, 'localCandidateId') ?? '');
    const remote = this.#entries.get(text(pair, 'remoteCandidateId') ?? '');
    if (local === undefined || remote === undefined) return null;
    const localType = text(local, 'candidateType') ?? 'unknown';
    const remoteType = text(remote, 'candidateType') ?? 'unknown';
    const relayed = localType === 'relay' || remoteType === 'relay';
    const protocol = (localType === 'relay' ? text(local, 'relayProtocol') : null) ?? text(local, 'protocol') ?? 'udp';
    return { kind: relayed ? 'relayed' : 'direct', protocol, localType, remoteType };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
