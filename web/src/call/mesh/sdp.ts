// The few things that a mesh reads from and adds to session descriptions (RFC 8866, RFC 8829 §5.2.1).

/** The `o=` line: the id is constant through the life of one RTCPeerConnection, the version rises with every description. */
export interface SdpSession {
  readonly id: string;
  readonly version: string;
}

const reference = 'a=x-parley-answers:';

export function sessionOf(sdp: string): SdpSession | null {
  const match = /^o=\S+ (\d+) (\d+) /m.exec(sdp);
  return match?.[1] === undefined || match[2] === undefined ? null : { id: match[1], version: match[2] };
}

export function sameSession(a: SdpSession | null, b: SdpSession | null): boolean {
  return a !== null && b !== null && a.id === b.id && a.version === b.version;
}

/** True when `a` was made before `b` by the same connection. */
export function isOlder(a: SdpSession, b: SdpSession): boolean {
  return a.id === b.id && BigInt(a.version) < BigInt(b.version);
}

/**
 * Marks an answer with the offer that it answers, as a session-level attribute that other programs ignore (RFC 8866 §5.13),
 * so that an answer which comes late is never taken for that of a newer offer.
 */
export function withReference(sdp: string, offer: SdpSession | null): string {
  if (offer === null) return sdp;
  const line = `${reference}${offer.id} ${offer.version}\r\n`;
  const media = sdp.indexOf('m=');
  return media < 0 ? sdp + line : sdp.slice(0, media) + line + sdp.slice(media);
}

export function referenceOf(sdp: string): SdpSession | null {
  const match = /^a=x-parley-answers:(\d+) (\d+)/m.exec(sdp);
  return match?.[1] === undefined || match[2] === undefined ? null : { id: match[1], version: match[2] };
}

export function ufragsOf(sdp: string): ReadonlySet<string> {
  return new Set([...sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map((match) => match[1] ?? ''));
}

export function ufragOfCandidate(candidate: RTCIceCandidateInit): string | null {
  if (candidate.usernameFragment != null && candidate.usernameFragment !== '') return candidate.usernameFragment;
  return / ufrag (\S+)/.exec(candidate.candidate ?? '')?.[1] ?? null;
}

/**
 * Asks the other side to send speech with DTX (RFC 7587 §6.1: `usedtx` is the receiver's wish). Only the first audio line, the
 * microphone: music in a shared screen would suffer.
 */
export function preferSpeechDtx(sdp: string): string {
  const start = sdp.indexOf('m=audio');
  if (start < 0) return sdp;
  const next = sdp.indexOf('\nm=', start);
  const end = next < 0 ? sdp.length : next + 1;
  const section = sdp.slice(start, end);
  const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(section)?.[1];
  if (payload === undefined) return sdp;
  const format = new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, 'm');
  const changed = section.replace(format, (line, head: string, parameters: string) =>
    parameters.includes('usedtx=') ? line : `${head}${parameters};usedtx=1`,
  );
  return sdp.slice(0, start) + changed + sdp.slice(end);
}
