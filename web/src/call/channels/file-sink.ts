// Where a received file goes: to disk as it comes, or into memory within a stated limit.
import type { Environment } from '../environment';

/** Without a save dialogue a file is held in memory, and more than this is refused. */
export const MEMORY_LIMIT_BYTES = 512 * 1024 * 1024;
/** Up to here memory is nicer than a dialogue. */
const smallBytes = 32 * 1024 * 1024;

export interface FileSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Ends well; returns an object URL when the file is in memory. */
  finish(): Promise<string | null>;
  abort(): Promise<void>;
}

/** Null when the file is too large for memory and this browser cannot write to disk. Rejects when the person closes the dialogue. */
export async function openSink(environment: Environment, file: { name: string; size: number; mime: string }): Promise<FileSink | null> {
  if (file.size <= smallBytes || (environment.pickSaveFile === null && file.size <= MEMORY_LIMIT_BYTES)) return new MemorySink(file.mime);
  if (environment.pickSaveFile === null) return null;
  const handle = await environment.pickSaveFile(file.name);
  return new DiskSink(await handle.createWritable());
}

class MemorySink implements FileSink {
  readonly #mime: string;
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  constructor(mime: string) {
    this.#mime = mime;
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#chunks.push(bytes);
    return Promise.resolve();
  }

  finish(): Promise<string | null> {
    // never text/html and the like: an object URL runs in our own origin when it is opened rather than saved
    const safe = /^(image\/(png|jpeg|gif|webp)|audio\/|video\/|application\/pdf)/.test(this.#mime)
      ? this.#mime
      : 'application/octet-stream';
    const url = URL.createObjectURL(new Blob(this.#chunks, { type: safe }));
    this.#chunks = [];
    return Promise.resolve(url);
  }

  abort(): Promise<void> {
    this.#chunks = [];
    return Promise.resolve();
  }
}

class DiskSink implements FileSink {
  readonly #file: FileSystemWritableFileStream;

  constructor(file: FileSystemWritableFileStream) {
    this.#file = file;
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#file.write(bytes);
  }

  async finish(): Promise<string | null> {
    await this.#file.close();
    return null;
  }

  abort(): Promise<void> {
    return this.#file.abort();
  }
}
