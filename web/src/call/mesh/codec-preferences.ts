// The order of video codecs: what the hardware encodes cheaply first, VP8 as the floor that everybody has.

const hardwareOrder = ['video/AV1', 'video/VP9', 'video/H264'];
const floor = 'video/VP8';

interface Probe {
  encodingInfo(configuration: MediaEncodingConfiguration): Promise<{ supported: boolean; smooth: boolean; powerEfficient: boolean }>;
}

/** Codecs that this machine encodes in hardware, best first. Empty where the browser does not say. */
export async function efficientCodecs(probe: Probe | null): Promise<readonly string[]> {
  if (probe === null) return [];
  const answers = await Promise.all(
    hardwareOrder.map(async (contentType) => {
      try {
        const info = await probe.encodingInfo({
          type: 'webrtc',
          video: { contentType, width: 1280, height: 720, bitrate: 1_700_000, framerate: 30 },
        });
        return info.supported && info.smooth && info.powerEfficient;
      } catch {
        return false;
      }
    }),
  );
  return hardwareOrder.filter((_, index) => answers[index] === true);
}

/** Reorders capabilities; the order within one codec, and helpers such as rtx and fec, stay as they were. */
export function orderCodecs<T extends { readonly mimeType: string }>(codecs: readonly T[], efficient: readonly string[]): T[] {
  const order = [...efficient, floor].map((name) => name.toLowerCase());
  const rank = (codec: T): number => {
    const at = order.indexOf(codec.mimeType.toLowerCase());
    return at < 0 ? order.length : at;
  };
  return codecs
    .map((codec, index) => ({ codec, index }))
    .sort((a, b) => rank(a.codec) - rank(b.codec) || a.index - b.index)
    .map((entry) => entry.codec);
}
