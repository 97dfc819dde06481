// The shared screen: asked for, hinted for its content, and let go when either the person or the browser ends it.
import { hintScreen, openScreen, screenFrameRate, type ScreenCapture } from './capture';
import type { DeviceBoard } from './device-board';
import type { ScreenContent } from './device-state';
import { problemOf } from './problems';

export class ScreenShare {
  readonly #media: MediaDevices | null;
  readonly #board: () => DeviceBoard;
  #capture: ScreenCapture | null = null;
  #stream: MediaStream | null = null;

  constructor(media: MediaDevices | null, board: () => DeviceBoard) {
    this.#media = media;
    this.#board = board;
  }

  get video(): MediaStreamTrack | null {
    return this.#capture?.video ?? null;
  }

  get audio(): MediaStreamTrack | null {
    return this.#capture?.audio ?? null;
  }

  /** For looking at it; the same object while the source is the same. */
  get stream(): MediaStream | null {
    const video = this.#capture?.video ?? null;
    if (video === null) this.#stream = null;
    else if (this.#stream?.getVideoTracks()[0] !== video) this.#stream = new MediaStream([video]);
    return this.#stream;
  }

  async share(content: ScreenContent | undefined): Promise<void> {
    const board = this.#board();
    if (content !== undefined) board.store.setState({ screenContent: content });
    if (this.#media === null || typeof this.#media.getDisplayMedia !== 'function') {
      board.failed('screen', 'insecure_context');
      return;
    }
    if (board.state.screen.name === 'starting') return;
    if (this.#capture === null) board.setStatus('screen', { name: 'starting' });
    try {
      const capture = await openScreen(this.#media, board.state.screenContent);
      const before = this.#capture;
      this.#capture = capture;
      capture.video.onended = () => {
        if (this.#capture === capture) this.stop();
      };
      board.setStatus('screen', { name: 'on' });
      letGo(before);
    } catch (error) {
      const problem = problemOf(error);
      // a closed picker is a choice, not a failure
      board.setStatus('screen', this.#capture === null ? { name: 'off' } : { name: 'on' });
      if (problem !== 'permission_denied') board.notice({ kind: 'device_failed', device: 'screen', problem });
    }
  }

  stop(): void {
    const capture = this.#capture;
    this.#capture = null;
    this.#board().setStatus('screen', { name: 'off' });
    letGo(capture);
  }

  setContent(content: ScreenContent): void {
    const board = this.#board();
    board.store.setState({ screenContent: content });
    const video = this.#capture?.video;
    if (video === undefined) return;
    hintScreen(video, content);
    video.applyConstraints({ frameRate: { ideal: screenFrameRate(content), max: 30 } }).catch(() => undefined);
    board.changed();
  }
}

function letGo(capture: ScreenCapture | null): void {
  if (capture === null) return;
  capture.video.onended = null;
  capture.video.stop();
  capture.audio?.stop();
}
