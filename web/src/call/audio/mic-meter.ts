// How loud the microphone is, before muting. One shared AudioContext and one analyser; read ten times a second.
import type { Environment } from '../environment';

const samples = 1_024;

export class MicMeter {
  readonly #environment: Environment;
  readonly #buffer = new Float32Array(new ArrayBuffer(samples * 4));
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #track: MediaStreamTrack | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  use(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#track = track;
    this.#source?.disconnect();
    this.#source = null;
    if (track === null) {
      // a context that runs keeps the processor awake
      void this.#context?.suspend().catch(() => undefined);
      return;
    }
    this.#context ??= this.#environment.createAudioContext();
    const context = this.#context;
    if (context === null) return;
    if (context.state !== 'running') void context.resume().catch(() => undefined);
    this.#analyser ??= new AnalyserNode(context, { fftSize: samples });
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
  }

  /** The latest samples, or null while nothing is measured (no track, or a browser that waits for a press). */
  read(): Float32Array | null {
    if (this.#source === null || this.#analyser === null || this.#context?.state !== 'running') return null;
    this.#analyser.getFloatTimeDomainData(this.#buffer);
    return this.#buffer;
  }

  /** After a press: browsers start a context only then. */
  async resume(): Promise<void> {
    if (this.#track !== null) await this.#context?.resume().catch(() => undefined);
  }
}
