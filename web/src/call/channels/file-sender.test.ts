// @vitest-environment node
// How sending ends when the channel does.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeDataChannel } from '../testing/fake-data-channel';
import { testClock } from '../testing/test-environment';
import { FileSender } from './file-sender';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

it('is interrupted, and nothing else, when the channel closes between the last byte and the end mark', async () => {
  const [channel] = FakeDataChannel.pair('file:1', testClock);
  const file = new Blob([new Uint8Array(40_000)]);
  const events = {
    progress: vi.fn((bytes: number) => {
      if (bytes === file.size) channel.readyState = 'closing';
    }),
    sent: vi.fn(),
    readFailed: vi.fn(),
    interrupted: vi.fn(),
  };
  new FileSender({ file, channel: channel as unknown as RTCDataChannel, maxMessageSize: 65_536, offset: 0, events });
  await vi.waitFor(() => expect(events.interrupted).toHaveBeenCalledTimes(1));
  channel.close();
  expect(events.progress).toHaveBeenLastCalledWith(file.size);
  expect(events.interrupted).toHaveBeenCalledTimes(1);
  expect(events.sent).not.toHaveBeenCalled();
  expect(events.readFailed).not.toHaveBeenCalled();
});
