// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { orderCodecs, efficientCodecs } from './codec-preferences';
import { cameraBudget, screenBudget } from './ladder';
import { isOlder, preferSpeechDtx, referenceOf, sessionOf, ufragOfCandidate, ufragsOf, withReference } from './sdp';

const sdp = [
  'v=0',
  'o=- 4611731400430051336 3 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:abcd',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  '',
].join('\r\n');

describe('session descriptions', () => {
  it('tell whose they are and which is older', () => {
    const session = sessionOf(sdp);
    expect(session).toEqual({ id: '4611731400430051336', version: '3' });
    expect(isOlder({ id: '1', version: '9' }, { id: '1', version: '10' })).toBe(true);
    expect(isOlder({ id: '1', version: '9' }, { id: '2', version: '10' })).toBe(false);
    expect(sessionOf('v=0\r\n')).toBeNull();
    expect(sessionOf('v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 72 0 IN IP4 0.0.0.0\r\n')).toEqual({ id: '72', version: '0' });
  });

  it('carry a reference before the first media line', () => {
    const marked = withReference(sdp, { id: '5', version: '6' });
    expect(marked.indexOf('x-parley-answers')).toBeLessThan(marked.indexOf('m='));
    expect(referenceOf(marked)).toEqual({ id: '5', version: '6' });
    expect(referenceOf(sdp)).toBeNull();
  });

  it('ask for DTX on the microphone alone', () => {
    const lines = preferSpeechDtx(sdp)
      .split('\r\n')
      .filter((line) => line.startsWith('a=fmtp'));
    expect(lines).toEqual(['a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1', 'a=fmtp:111 minptime=10;useinbandfec=1']);
    expect(preferSpeechDtx(preferSpeechDtx(sdp))).toBe(preferSpeechDtx(sdp));
  });

  it('and candidates name their credentials', () => {
    expect(ufragsOf(sdp).has('abcd')).toBe(true);
    expect(ufragOfCandidate({ candidate: 'candidate:1 1 udp 1 h 9 typ host ufrag zz network-id 1' })).toBe('zz');
    expect(ufragOfCandidate({ candidate: 'candidate:1', usernameFragment: 'q' })).toBe('q');
  });
});

describe('budgets', () => {
  it('shrink with the number of peers and never grow', () => {
    let before = cameraBudget(1, null, false);
    expect(before).toMatchObject({ maxHeight: 720, maxFramerate: 30 });
    for (let peers = 2; peers <= 20; peers++) {
      const next = cameraBudget(peers, null, false);
      expect(next.maxBitrateBps).toBeLessThanOrEqual(before.maxBitrateBps);
      expect(next.maxHeight).toBeLessThanOrEqual(before.maxHeight);
      before = next;
    }
  });

  it('follow how large they are shown', () => {
    expect(cameraBudget(1, 180, false).maxHeight).toBe(180);
    expect(cameraBudget(1, 180, false).maxBitrateBps).toBeLessThan(cameraBudget(1, null, false).maxBitrateBps / 3);
    expect(cameraBudget(1, 0, false)).toMatchObject({ maxFramerate: 5 });
    expect(cameraBudget(6, 2_000, false)).toEqual(cameraBudget(6, null, false));
  });

  it('keep a text screen at its resolution', () => {
    expect(screenBudget(1, 'text').maxHeight).toBe(Infinity);
    expect(screenBudget(4, 'text').maxHeight).toBe(1080);
    expect(screenBudget(1, 'motion').maxFramerate).toBe(30);
  });

  it.each([1, 2, 3, 5, 8, 12])('give the camera beside a shared screen less than alone, with %i peers', (peers) => {
    const alone = cameraBudget(peers, null, false);
    const beside = cameraBudget(peers, null, true);
    expect(beside.maxBitrateBps).toBeLessThan(alone.maxBitrateBps);
    expect(beside.maxHeight).toBeLessThanOrEqual(alone.maxHeight);
    expect(beside.maxFramerate).toBeLessThanOrEqual(alone.maxFramerate);
    // by far the larger part is the screen's
    expect(beside.maxBitrateBps).toBeLessThan(screenBudget(peers, 'text').maxBitrateBps / 4);
  });
});

describe('codecs', () => {
  const list = ['video/VP8', 'video/rtx', 'video/VP9', 'video/H264', 'video/AV1'].map((mimeType) => ({ mimeType }));
  const names = (efficient: string[]) => orderCodecs(list, efficient).map((codec) => codec.mimeType);

  it('put what the hardware does first, VP8 next, and lose none', () => {
    expect(names(['video/VP9', 'video/H264'])).toEqual(['video/VP9', 'video/H264', 'video/VP8', 'video/rtx', 'video/AV1']);
    expect(names([])[0]).toBe('video/VP8');
  });

  it('count as efficient only when the browser says so', async () => {
    const probe = {
      encodingInfo: (configuration: MediaEncodingConfiguration) =>
        configuration.video?.contentType === 'video/AV1'
          ? Promise.reject(new TypeError())
          : Promise.resolve({ supported: true, smooth: true, powerEfficient: configuration.video?.contentType === 'video/H264' }),
    };
    expect(await efficientCodecs(probe)).toEqual(['video/H264']);
    expect(await efficientCodecs(null)).toEqual([]);
  });
});
