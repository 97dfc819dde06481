// One tab's presence in a room: enters, comes back after every drop, and turns the server's messages into state.
import { createStore } from 'zustand/vanilla';
import type { JoinOptions } from '../call';
import type { Environment } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, ServerMessage, WireRoom } from '../protocol';
import type { SignalingClient } from '../signaling/signaling-client';
import { readChatHistory, withHistory, type HistorySource } from './chat-history';
import { ChatOutbox } from './chat-outbox';
import { CommandQueue } from './command-queue';
import { endingByRefusal, endingOf, type Ending } from './endings';
import { LiveReactions } from './live-reactions';
import { MediaTruth, type MediaFlags } from './media-truth';
import { OwedLeave } from './owed-leave';
import { PresenceSaver } from './presence-saver';
import { RoomEntry, type EntryTarget } from './room-entry';
import type { RoomObserver } from './room-observer';
import { applyEvent, applySnapshot, withNotice } from './room-reducer';
import { initialRoomState, type RoomState } from './room-state';
import { SessionMemory, type RememberedRoom } from './session-memory';

export class RoomSession {
  readonly store = createStore<RoomState>(() => initialRoomState);
  readonly commands: CommandQueue;
  readonly chat: ChatOutbox;
  readonly media: MediaTruth;
  readonly #signaling: SignalingClient;
  readonly #environment: Environment;
  readonly #history: HistorySource;
  readonly #memory: SessionMemory;
  readonly #saver: PresenceSaver;
  readonly #way: RoomEntry;
  readonly #reactions: LiveReactions;
  readonly #owedLeave: OwedLeave;
  readonly #observers = new Set<RoomObserver>();

  #target: EntryTarget | null = null;
  #entry: { resolve: () => void; reject: (error: CallError) => void } | null = null;
  #lastSeq = 0;
  #inRoom = false;
  #freshPage = true;
  #chatVisible = false;
  #enteredAt: number | null = null;
  #droppedAt: number | null = null;

  constructor(options: { signaling: SignalingClient; environment: Environment; history: HistorySource }) {
    this.#signaling = options.signaling;
    this.#environment = options.environment;
    this.#history = options.history;
    this.#memory = new SessionMemory(options.environment.storage);
    const request = (message: ClientMessage): Promise<ServerMessage> => this.#signaling.request(message);
    const isReady = (): boolean => this.#inRoom && this.#signaling.isOnline;
    const { clock } = options.environment;
    this.commands = new CommandQueue({ clock, request, isReady });
    this.media = new MediaTruth({ clock, request, isReady });
    this.chat = new ChatOutbox({
      store: this.store,
      environment: options.environment,
      request,
      isReady,
      changed: () => this.#saver.save(),
    });
    this.#saver = new PresenceSaver(clock, this.#memory, () => this.#remembered());
    this.#way = new RoomEntry({
      signaling: this.#signaling,
      clock,
      openMedia: () => this.media.local,
      lastSeq: () => this.#lastSeq,
      refused: ({ code }, error) => this.#exit(endingByRefusal(error, code, this.#durationMs())),
    });
    this.#reactions = new LiveReactions(this.store, options.environment);
    this.#owedLeave = new OwedLeave(this.#signaling);
    this.#signaling.listen({
      online: () => void this.#online(),
      dropped: () => this.#dropped(),
      stopped: () => this.#stopped(),
      message: (message) => this.#receive(message),
    });
    options.environment.onHostSignal((signal) => {
      if (signal === 'page_hide') this.#saver.save();
    });
  }

  observe(observer: RoomObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** In the room, its waiting room, or on the way back to either. */
  get isPresent(): boolean {
    return this.#target?.entered === true;
  }

  canResume(code: string): boolean {
    return this.#memory.load(code)?.resumeToken != null;
  }

  async join(options: JoinOptions): Promise<void> {
    const phase = this.store.getState().phase.name;
    if (this.#target !== null && (this.#target.code !== options.code || phase === 'connecting')) await this.leave();
    if (this.#target?.entered === true) return;
    const remembered = this.#memory.load(options.code);
    const resumeToken = remembered?.resumeToken ?? null;
    this.#setTarget({
      code: options.code,
      options,
      clientId: remembered?.clientId ?? this.#environment.newId(),
      resumeToken,
      entered: false,
    });
    this.#lastSeq = remembered?.lastSeq ?? 0;
    this.#enteredAt = remembered?.enteredAt ?? null;
    this.store.setState({ ...initialRoomState, phase: { name: 'connecting', code: options.code } });
    if (remembered !== null && resumeToken !== null) {
      for (const observer of [...this.#observers]) observer.restoreMedia?.(remembered.mic, remembered.camera);
      this.chat.restore(remembered.drafts);
    }
    const entered = new Promise<void>((resolve, reject) => {
      this.#entry = { resolve, reject };
    });
    this.#signaling.connect();
    if (this.#signaling.isOnline) void this.#enter();
    await entered;
  }

  /** Leaves the room or the waiting room; what the server cannot be told now it is told later. */
  async leave(): Promise<void> {
    const target = this.#target;
    if (target === null) return;
    const online = this.#signaling.isOnline && target.entered;
    if (!online && target.resumeToken !== null) {
      this.#owedLeave.owe({ code: target.code, token: target.resumeToken, lastSeq: this.#lastSeq });
    }
    this.#exit({ phase: { name: 'left', code: target.code, durationMs: this.#durationMs() }, error: new CallError('cancelled') });
    if (online) await this.#signaling.request({ type: 'leave_room' }, 3_000).catch(() => undefined);
  }

  chatSeen(visible: boolean): void {
    this.#chatVisible = visible;
    if (visible) this.store.setState({ unread: 0 });
  }

  /** Devices changed: remembered for a reload, and told to the server. */
  setMedia(flags: MediaFlags): void {
    this.media.setLocal(flags);
    this.#saver.saveSoon();
  }

  async #online(): Promise<void> {
    await this.#owedLeave.pay(this.#target?.code ?? null);
    await this.#enter();
  }

  async #enter(): Promise<void> {
    if (this.#target !== null) await this.#way.enter(this.#target);
  }

  #dropped(): void {
    this.#way.abandon();
    const { phase } = this.store.getState();
    this.#droppedAt ??= this.#environment.clock.now();
    if (phase.name === 'in_room') {
      this.#inRoom = false;
      this.store.setState({ phase: { name: 'reconnecting', since: this.#environment.clock.now() } });
    } else if (phase.name === 'waiting') {
      this.store.setState({ phase: { ...phase, reconnecting: true } });
    }
  }

  #stopped(): void {
    const target = this.#target;
    const stopped = this.#signaling.store.getState().phase;
    if (target === null || stopped.name !== 'stopped') return;
    const error = new CallError(stopped.cause);
    if (stopped.cause === 'replaced') this.#exit({ phase: { name: 'replaced', code: target.code }, error });
    else this.#exit(endingByRefusal(error, target.code, this.#durationMs()));
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'host_joined_room':
      case 'joined_room':
      case 'accepted_into_room':
      case 'room_created':
        this.#admitted(message.room, message.type === 'accepted_into_room', message.type === 'room_created');
        return;
      case 'waiting_room':
        this.#waiting(message);
        return;
      case 'room_resumed':
        this.#resumed(message);
        return;
      default:
        if (!this.#way.hold(message) && this.#isNew(message)) this.#event(message);
    }
  }

  // Offers, answers and candidates have no seq; an answer with an id is never a repetition.
  #isNew(message: ServerMessage): boolean {
    if (message.seq === undefined || message.seq === null) return true;
    if (message.seq <= this.#lastSeq) return message.id !== undefined;
    this.#lastSeq = message.seq;
    this.#saver.saveSoon();
    return true;
  }

  #event(message: ServerMessage): void {
    if (this.#target === null) return;
    switch (message.type) {
      case 'declined_from_room':
      case 'removed_from_room':
      case 'room_ended':
        this.#exit(endingOf(message, this.#target.code, this.#durationMs()));
        return;
      case 'media_request':
        this.#mediaRequested(message);
        return;
      case 'reaction':
        this.#reactions.show(message.from, message.emoji);
        return;
      case 'offer':
      case 'answer':
      case 'ice_candidate':
      case 'data_message':
        for (const observer of [...this.#observers]) observer.peerMessage?.(message);
        return;
      default:
        this.#apply(message);
    }
  }

  #apply(message: ServerMessage): void {
    const now = this.#environment.clock.now();
    this.store.setState((state) => {
      const next = applyEvent(state, message, now);
      return this.#chatVisible ? { ...next, unread: 0 } : next;
    });
    if (message.type === 'chat_message' && message.client_id != null) this.chat.confirm(message.client_id);
  }

  #mediaRequested(request: Extract<ServerMessage, { type: 'media_request' }>): void {
    const now = this.#environment.clock.now();
    for (const what of ['mic', 'camera'] as const) {
      if (request[what] !== false) continue;
      const kind = what === 'mic' ? 'muted_by_host' : 'camera_stopped_by_host';
      if (this.media.local[what]) this.store.setState((state) => withNotice(state, now, { kind }));
      for (const observer of [...this.#observers]) observer.mediaRequested?.(what);
    }
  }

  /** Into the room by joining, by admission, or because somebody accepted our invitation. */
  #admitted(room: WireRoom, wasWaiting: boolean, made: boolean): void {
    if (this.#target?.code !== room.code) {
      // an answer that comes after one has given up, unless it is a room that was made for us
      if (!made && this.#target !== null) return;
      if (!made && this.#entry === null && !this.#adoptNext) return;
      this.#adopt(room.code, room.kind);
    }
    if (room.seq > this.#lastSeq || !this.#inRoom) this.#lastSeq = room.seq;
    this.#enterWith(room, wasWaiting);
  }

  #adoptNext = false;

  /** The next room or waiting room that comes is ours although no `join` named it: an invitation was accepted. */
  adoptNextRoom(adopt: boolean): void {
    this.#adoptNext = adopt;
  }

  #adopt(code: string, kind: JoinOptions['kind']): void {
    this.#adoptNext = false;
    this.#setTarget({ code, options: { code, kind }, clientId: this.#environment.newId(), resumeToken: null, entered: false });
    this.#lastSeq = 0;
    this.store.setState({ ...initialRoomState, phase: { name: 'connecting', code } });
  }

  #waiting(message: Extract<ServerMessage, { type: 'waiting_room' }>): void {
    if (this.#target === null && this.#adoptNext) this.#adopt(message.code, 'video');
    const target = this.#target;
    if (target?.code !== message.code || this.#inRoom) return;
    target.entered = true;
    target.resumeToken = message.resume_token;
    this.#droppedAt = null;
    if (message.seq !== undefined && message.seq > this.#lastSeq) this.#lastSeq = message.seq;
    this.store.setState({
      me: message.me,
      phase: { name: 'waiting', code: message.code, title: message.title ?? '', position: message.position, reconnecting: false },
    });
    this.#saver.save();
    this.#entered();
  }

  #resumed(message: Extract<ServerMessage, { type: 'room_resumed' }>): void {
    if (this.#target?.code !== message.room.code) return;
    const early = this.#way.release();
    // identity first, so that replayed chat knows what is one's own
    this.store.setState({ me: message.room.me });
    for (const missed of [...message.missed, ...early]) {
      if (this.#isNew(missed)) this.#event(missed);
      if (this.#target === null) return;
    }
    // A restarted server has no list of old events, but the room as it is and the stored chat say all that they would have said.
    const restarted = message.room.epoch !== this.store.getState().room?.epoch;
    if (message.complete === false && !restarted) {
      this.store.setState((state) => withNotice(state, this.#environment.clock.now(), { kind: 'history_incomplete' }));
    }
    this.#lastSeq = Math.max(this.#lastSeq, message.room.seq);
    this.#enterWith(message.room, false, message.complete === false);
  }

  #enterWith(room: WireRoom, wasWaiting: boolean, historyLost = false): void {
    const target = this.#target;
    if (target === null) return;
    const now = this.#environment.clock.now();
    const fresh = this.#freshPage;
    this.#freshPage = false;
    const away = this.#droppedAt;
    target.entered = true;
    target.resumeToken = room.resume_token;
    this.#inRoom = true;
    this.#enteredAt ??= now;
    this.#droppedAt = null;
    this.store.setState((state) => {
      const next = applySnapshot(state, room);
      if (wasWaiting) return withNotice(next, now, { kind: 'admitted' });
      return away !== null && !fresh ? withNotice(next, now, { kind: 'reconnected', awayMs: now - away }) : next;
    });
    this.#saver.save();
    const me = room.participants.find((participant) => participant.id === room.me);
    if (me !== undefined) this.media.setReported(me);
    this.commands.flush();
    this.chat.flush();
    if (fresh || historyLost) void this.#readHistory(room.code);
    this.#entered();
    for (const observer of [...this.#observers]) observer.entered?.(fresh);
  }

  async #readHistory(code: string): Promise<void> {
    try {
      const items = await readChatHistory(this.#history, code);
      if (this.#target?.code !== code) return;
      const userId = this.#signaling.store.getState().user?.id ?? null;
      this.store.setState((state) => withHistory(state, items, userId));
    } catch {
      // the live chat goes on without its past; the next entry asks again
    }
  }

  #entered(): void {
    this.#entry?.resolve();
    this.#entry = null;
  }

  #exit({ phase, error }: Ending): void {
    const target = this.#target;
    if (target === null) return;
    if (phase.name !== 'replaced') this.#memory.forget(target.code);
    this.#setTarget(null);
    this.store.setState({ phase, waiting: [], hands: [], reactions: [] });
    this.#entry?.reject(error);
    this.#entry = null;
    this.commands.rejectAll(error);
    this.chat.failAll(error);
    for (const observer of [...this.#observers]) observer.exited?.();
  }

  #setTarget(target: EntryTarget | null): void {
    this.#way.abandon();
    this.#target = target;
    this.#inRoom = false;
    this.#freshPage = true;
    this.#enteredAt = null;
    this.#droppedAt = null;
    this.#saver.cancel();
  }

  #durationMs(): number | null {
    return this.#enteredAt === null ? null : this.#environment.clock.now() - this.#enteredAt;
  }

  #remembered(): RememberedRoom | null {
    const target = this.#target;
    if (target?.entered !== true) return null;
    const { mic, camera } = this.media.local;
    const { code, clientId, resumeToken } = target;
    const kind = this.store.getState().room?.kind ?? target.options.kind;
    return {
      code,
      kind,
      clientId,
      resumeToken,
      lastSeq: this.#lastSeq,
      enteredAt: this.#enteredAt,
      mic,
      camera,
      drafts: this.chat.unanswered,
    };
  }
}
