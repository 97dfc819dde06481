// The m-lines of one connection and what each carries. Microphone and camera are fixed lines that both sides use, so that muting,
// switching and coming back need no negotiation; a shared screen has lines of its own.
import type { RoomKind, TrackKind, TrackMap } from '../protocol';
import { orderCodecs } from './codec-preferences';
import { applyBudget, cameraBudget, screenBudget } from './ladder';
import type { LocalTracks } from './local-tracks';

type Slot = 'mic' | 'camera' | 'screen' | 'screenAudio';

const micBitrateBps = 40_000;
const screenAudioBitrateBps = 128_000;

export interface SendShape {
  readonly peers: number;
  /** How tall the peer shows our camera, in device pixels; null when it has not said. */
  readonly shownHeight: number | null;
  readonly efficientCodecs: readonly string[];
}

export class Transceivers {
  readonly #pc: RTCPeerConnection;
  readonly #kind: RoomKind;
  /** The lines that we send on. */
  readonly #slots = new Map<Slot, RTCRtpTransceiver>();
  /** What each line carries, by mid: ours and theirs. */
  readonly #labels = new Map<string, TrackKind>();
  #shape: SendShape;

  constructor(pc: RTCPeerConnection, kind: RoomKind, shape: SendShape) {
    this.#pc = pc;
    this.#kind = kind;
    this.#shape = shape;
  }

  /** The fixed lines of the side that offers first. */
  addFixed(local: LocalTracks): void {
    if (this.#kind !== 'data' && !this.#slots.has('mic')) this.#add('mic', local.mic, 'audio', 'sendrecv');
    if (this.#kind === 'video' && !this.#slots.has('camera')) this.#add('camera', local.camera, 'video', 'sendrecv');
  }

  /** Puts the local tracks on their lines; adds lines for a screen when it is first shared. */
  async send(local: LocalTracks): Promise<void> {
    // the cameras step down before the screen's first picture, which is the largest, has to find its way
    if (local.screen !== null) await this.#shapeCamera(true);
    if (this.#kind !== 'data' && local.screen !== null && !this.#slots.has('screen')) {
      this.#add('screen', local.screen, 'video', 'sendonly');
    }
    if (this.#kind !== 'data' && local.screenAudio !== null && !this.#slots.has('screenAudio')) {
      this.#add('screenAudio', local.screenAudio, 'audio', 'sendonly');
    }
    await Promise.all((['mic', 'camera', 'screen', 'screenAudio'] as const).map((slot) => this.#replace(slot, local[slot])));
    await this.shape(this.#shape, local);
  }

  /** Fits what is sent to the number of peers and to how large they show it. */
  async shape(shape: SendShape, local: LocalTracks): Promise<void> {
    this.#shape = shape;
    await this.#shapeCamera(local.screen !== null);
    const screen = this.#slots.get('screen')?.sender;
    if (screen?.track != null) {
      const degradation = local.screenContent === 'text' ? 'maintain-resolution' : 'maintain-framerate';
      await applyBudget(screen, screenBudget(shape.peers, local.screenContent), degradation);
    }
  }

  async #shapeCamera(sharing: boolean): Promise<void> {
    const camera = this.#slots.get('camera')?.sender;
    if (camera?.track != null) await applyBudget(camera, cameraBudget(this.#shape.peers, this.#shape.shownHeight, sharing), 'balanced');
  }

  /** Before a remote description is applied: what its lines carry. Lines that nobody names are guessed by kind and order. */
  learn(sdp: string, tracks: TrackMap | null | undefined): void {
    for (const { mid, kind } of linesOf(sdp)) {
      const told = tracks?.[mid];
      if (told !== undefined) this.#labels.set(mid, told);
      else if (!this.#labels.has(mid)) this.#labels.set(mid, this.#guess(kind));
    }
  }

  /** After a remote offer was applied: sends back on the fixed lines that it brought. */
  adopt(): void {
    for (const transceiver of this.#pc.getTransceivers()) {
      if (transceiver.mid === null || this.#isOurs(transceiver)) continue;
      const label = this.#labels.get(transceiver.mid);
      if (label !== 'mic' && label !== 'camera') continue;
      if (this.#slots.has(label) || this.#kind === 'data' || (label === 'camera' && this.#kind !== 'video')) continue;
      this.#slots.set(label, transceiver);
      transceiver.direction = 'sendrecv';
      if (label === 'camera') this.#prefer(transceiver);
    }
  }

  /** For the description that is about to be sent. */
  trackMap(): TrackMap {
    for (const [slot, transceiver] of this.#slots) {
      if (transceiver.mid !== null) this.#labels.set(transceiver.mid, slot === 'screenAudio' ? 'screen' : slot);
    }
    return Object.fromEntries(this.#labels);
  }

  labelOf(transceiver: RTCRtpTransceiver): TrackKind | null {
    for (const [slot, own] of this.#slots) if (own === transceiver) return slot === 'screenAudio' ? 'screen' : slot;
    return transceiver.mid === null ? null : (this.#labels.get(transceiver.mid) ?? null);
  }

  #add(slot: Slot, track: MediaStreamTrack | null, kind: 'audio' | 'video', direction: RTCRtpTransceiverDirection): void {
    const transceiver = this.#pc.addTransceiver(track ?? kind, { direction, sendEncodings: [this.#encoding(slot)] });
    this.#slots.set(slot, transceiver);
    if (kind === 'video') this.#prefer(transceiver);
  }

  #encoding(slot: Slot): RTCRtpEncodingParameters {
    if (slot === 'mic') return { maxBitrate: micBitrateBps, networkPriority: 'high', priority: 'high' };
    if (slot === 'screenAudio') return { maxBitrate: screenAudioBitrateBps };
    if (slot === 'screen') {
      const { maxBitrateBps, maxFramerate } = screenBudget(this.#shape.peers, 'text');
      // of a narrow line the screen gets the larger part
      return { maxBitrate: maxBitrateBps, maxFramerate, priority: 'high' };
    }
    const { maxBitrateBps, maxFramerate } = cameraBudget(this.#shape.peers, null, false);
    return { maxBitrate: maxBitrateBps, maxFramerate };
  }

  #prefer(transceiver: RTCRtpTransceiver): void {
    const codecs = typeof RTCRtpReceiver === 'undefined' ? undefined : RTCRtpReceiver.getCapabilities('video')?.codecs;
    if (codecs === undefined || typeof transceiver.setCodecPreferences !== 'function') return;
    try {
      transceiver.setCodecPreferences(orderCodecs(codecs, this.#shape.efficientCodecs));
    } catch {
      // a browser that disagrees about its own list keeps its own order
    }
  }

  async #replace(slot: Slot, track: MediaStreamTrack | null): Promise<void> {
    const sender = this.#slots.get(slot)?.sender;
    if (sender === undefined || sender.track === track) return;
    await sender.replaceTrack(track).catch(() => undefined);
  }

  #isOurs(transceiver: RTCRtpTransceiver): boolean {
    for (const own of this.#slots.values()) if (own === transceiver) return true;
    return false;
  }

  #guess(kind: 'audio' | 'video'): TrackKind {
    const taken = new Set(this.#labels.values());
    if (kind === 'audio') return taken.has('mic') ? 'screen' : 'mic';
    return taken.has('camera') ? 'screen' : 'camera';
  }
}

function linesOf(sdp: string): { mid: string; kind: 'audio' | 'video' }[] {
  const lines: { mid: string; kind: 'audio' | 'video' }[] = [];
  for (const section of sdp.split(/^(?=m=)/m)) {
    const kind = /^m=(audio|video) /.exec(section)?.[1];
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    if (kind !== undefined && mid !== undefined) lines.push({ mid, kind: kind as 'audio' | 'video' });
  }
  return lines;
}
