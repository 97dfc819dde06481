// Commands of a room whose answer may get lost: what is safe to repeat is repeated after the resume.
import type { Clock, TimerId } from '../environment';
import { CallError, type CallErrorCode } from '../errors';
import type { ClientMessage, ServerMessage } from '../protocol';

export interface CommandOptions {
  /** Safe to send twice. */
  readonly repeatable: boolean;
  /** A later command with the same key takes the place of an unanswered earlier one (lock, hand). */
  readonly key?: string;
  /** Errors that mean "already done" when the first answer was lost. */
  readonly doneIf?: readonly CallErrorCode[];
}

interface Waiting {
  readonly message: ClientMessage;
  readonly options: CommandOptions;
  readonly resolve: (answer: ServerMessage | null) => void;
  readonly reject: (error: CallError) => void;
  readonly deadline: TimerId;
  sends: number;
  inFlight: boolean;
}

const patienceMs = 40_000;

export class CommandQueue {
  readonly #clock: Clock;
  readonly #request: (message: ClientMessage) => Promise<ServerMessage>;
  readonly #isReady: () => boolean;
  readonly #waiting = new Set<Waiting>();

  constructor(options: { clock: Clock; request: (message: ClientMessage) => Promise<ServerMessage>; isReady: () => boolean }) {
    this.#clock = options.clock;
    this.#request = options.request;
    this.#isReady = options.isReady;
  }

  /** Resolves with the answer, or null when a repetition shows that it was done before. */
  run(message: ClientMessage, options: CommandOptions): Promise<ServerMessage | null> {
    if (!options.repeatable) return this.#isReady() ? this.#request(message) : Promise.reject(new CallError('offline'));
    if (options.key !== undefined) this.#supersede(options.key);
    return new Promise((resolve, reject) => {
      const command: Waiting = {
        message,
        options,
        resolve,
        reject,
        deadline: this.#clock.setTimeout(() => this.#fail(command, new CallError('offline')), patienceMs),
        sends: 0,
        inFlight: false,
      };
      this.#waiting.add(command);
      this.flush();
    });
  }

  /** In the room again: sends what has no answer yet, in its order. */
  flush(): void {
    if (!this.#isReady()) return;
    for (const command of [...this.#waiting]) if (!command.inFlight) void this.#send(command);
  }

  rejectAll(error: CallError): void {
    for (const command of [...this.#waiting]) this.#fail(command, error);
  }

  async #send(command: Waiting): Promise<void> {
    command.inFlight = true;
    command.sends++;
    try {
      const answer = await this.#request(command.message);
      if (this.#end(command)) command.resolve(answer);
    } catch (error) {
      command.inFlight = false;
      this.#refused(command, error instanceof CallError ? error : new CallError('unknown', String(error)));
    }
  }

  #refused(command: Waiting, error: CallError): void {
    if (!this.#waiting.has(command)) return;
    if (error.code === 'offline') return;
    if (error.code === 'timeout') {
      this.flush();
    } else if (error.code === 'rate_limited' && command.sends < 5) {
      this.#clock.setTimeout(() => this.flush(), 1_000);
    } else if (command.sends > 1 && command.options.doneIf?.includes(error.code) === true) {
      if (this.#end(command)) command.resolve(null);
    } else {
      this.#fail(command, error);
    }
  }

  #supersede(key: string): void {
    for (const command of [...this.#waiting]) {
      if (command.options.key === key && this.#end(command)) command.resolve(null);
    }
  }

  #fail(command: Waiting, error: CallError): void {
    if (this.#end(command)) command.reject(error);
  }

  #end(command: Waiting): boolean {
    this.#clock.clearTimeout(command.deadline);
    return this.#waiting.delete(command);
  }
}
