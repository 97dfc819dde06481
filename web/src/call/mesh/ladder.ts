// How much video each peer is sent: a mesh sends every picture once per peer, so the share shrinks as the room grows.

export interface VideoBudget {
  readonly maxBitrateBps: number;
  readonly maxHeight: number;
  readonly maxFramerate: number;
}

interface Step extends VideoBudget {
  readonly upToPeers: number;
}

const steps: readonly Step[] = [
  { upToPeers: 1, maxBitrateBps: 1_700_000, maxHeight: 720, maxFramerate: 30 },
  { upToPeers: 2, maxBitrateBps: 1_000_000, maxHeight: 540, maxFramerate: 30 },
  { upToPeers: 3, maxBitrateBps: 650_000, maxHeight: 360, maxFramerate: 30 },
  { upToPeers: 5, maxBitrateBps: 400_000, maxHeight: 360, maxFramerate: 24 },
  { upToPeers: 8, maxBitrateBps: 220_000, maxHeight: 270, maxFramerate: 20 },
  { upToPeers: Infinity, maxBitrateBps: 120_000, maxHeight: 180, maxFramerate: 15 },
];

// Beside a shared screen the face is an ornament: the screen gets the processor and the line.
const besideScreen: readonly Step[] = [
  { upToPeers: 1, maxBitrateBps: 400_000, maxHeight: 360, maxFramerate: 20 },
  { upToPeers: 5, maxBitrateBps: 150_000, maxHeight: 180, maxFramerate: 15 },
  { upToPeers: Infinity, maxBitrateBps: 80_000, maxHeight: 180, maxFramerate: 8 },
];

const stepFor = (ladder: readonly Step[], peers: number): Step => {
  const step = ladder.find((candidate) => peers <= candidate.upToPeers);
  if (step === undefined) throw new Error('a ladder ends with a step for everybody');
  return step;
};

// Below this a face is not a face; a thumbnail is scaled by the receiver.
const smallestHeight = 120;

/** `shownHeight` is how tall the receiver says it shows us, in device pixels: null for not known, 0 for not at all. */
export function cameraBudget(peers: number, shownHeight: number | null, sharing: boolean): VideoBudget {
  const { maxBitrateBps, maxHeight, maxFramerate } = stepFor(sharing ? besideScreen : steps, peers);
  if (shownHeight === null || shownHeight >= maxHeight) return { maxBitrateBps, maxHeight, maxFramerate };
  const height = Math.max(smallestHeight, shownHeight);
  // bits follow the area, softened: small pictures need more bits a pixel
  const bitrate = Math.round(maxBitrateBps * Math.pow(Math.min(1, height / maxHeight), 1.5));
  return {
    maxBitrateBps: Math.max(60_000, bitrate),
    maxHeight: Math.min(maxHeight, height),
    maxFramerate: shownHeight === 0 ? Math.min(maxFramerate, 5) : maxFramerate,
  };
}

/**
 * A shared screen keeps its resolution, up to what one processor encodes once per peer; text gives up frames, motion gives up sharpness.
 */
export function screenBudget(peers: number, content: 'text' | 'motion'): VideoBudget {
  const share = peers <= 1 ? 1 : peers <= 3 ? 0.7 : 0.45;
  return content === 'text'
    ? { maxBitrateBps: Math.round(2_500_000 * share), maxHeight: peers <= 1 ? Infinity : 1080, maxFramerate: textFramerate(peers) }
    : { maxBitrateBps: Math.round(3_000_000 * share), maxHeight: peers <= 3 ? 1080 : 720, maxFramerate: 30 };
}

function textFramerate(peers: number): number {
  return peers <= 1 ? 15 : peers <= 3 ? 10 : 5;
}

/** Writes a budget into a sender. Rejections are ignored: a sender that is closing needs no budget. */
export async function applyBudget(sender: RTCRtpSender, budget: VideoBudget, degradation: RTCDegradationPreference): Promise<void> {
  const parameters = sender.getParameters();
  const encoding = parameters.encodings[0];
  if (encoding === undefined) return;
  const settings = sender.track?.getSettings();
  // by the short side, so that a phone held upright is not squeezed twice
  const short = Math.min(settings?.height ?? budget.maxHeight, settings?.width ?? Infinity);
  const scale = Number.isFinite(budget.maxHeight) && Number.isFinite(short) ? Math.max(1, short / budget.maxHeight) : 1;
  if (
    encoding.maxBitrate === budget.maxBitrateBps &&
    encoding.maxFramerate === budget.maxFramerate &&
    Math.abs((encoding.scaleResolutionDownBy ?? 1) - scale) < 0.01
  ) {
    return;
  }
  encoding.maxBitrate = budget.maxBitrateBps;
  encoding.maxFramerate = budget.maxFramerate;
  encoding.scaleResolutionDownBy = scale;
  parameters.degradationPreference = degradation;
  await sender.setParameters(parameters).catch(() => undefined);
}
