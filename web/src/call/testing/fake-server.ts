// A signaling server of one room in memory, for tests: it keeps the contract, and drops, swallows and refuses on demand.
import type { Clock, SocketLike } from '../environment';
import type { WireParticipant, WireRoom } from '../protocol';

type Json = Record<string, unknown> & { type: string };

interface Logged {
  readonly seq: number;
  readonly to: ReadonlySet<string>;
  readonly event: Json;
}

interface Member {
  wire: WireParticipant;
  clientId: string;
  token: string;
  socket: FakeSocket | null;
  state: 'waiting' | 'in';
}

export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly received: Json[] = [];
  user: string | null = null;
  readonly #server: FakeServer;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  send(text: string): void {
    if (this.readyState !== 1) throw new Error('not open');
    const message = JSON.parse(text) as Json;
    this.received.push(message);
    this.#server.later(() => this.#server.receive(this, message));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#server.later(() => this.#server.gone(this));
  }

  /** From the server's side. */
  deliver(message: Json): void {
    this.#server.later(() => {
      if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(message) });
    });
  }

  end(code: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#server.gone(this);
    this.onclose?.({ code, reason });
  }
}

export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly members: Member[] = [];
  readonly stored: { messageId: string; clientId: string; from: string; text: string; seq: number }[] = [];
  /** Requests of these types are carried out but not answered, once each. */
  readonly swallow: string[] = [];
  /** Requests of these types are not even read, once each. */
  readonly lose: string[] = [];
  /** The next request of a type is refused with a code. */
  readonly refuse: { type: string; code: string }[] = [];
  /** Answers of a test's own to requests of a type. */
  readonly answers = new Map<string, Json>();
  accepting = true;
  lobby = false;
  complete = true;
  locked = false;
  epoch = 1;
  heartbeatSeconds = 15;
  readonly #clock: Clock;
  readonly #log: Logged[] = [];
  #seq = 100;
  #ids = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly openSocket = (): SocketLike => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    this.later(() => {
      if (socket.readyState !== 0) return;
      if (this.accepting) {
        socket.readyState = 1;
        (socket.onopen as (() => void) | null)?.();
      } else {
        socket.end(1006);
      }
    });
    return socket;
  };

  get live(): FakeSocket[] {
    return this.sockets.filter((socket) => socket.readyState === 1);
  }

  later(step: () => void): void {
    this.#clock.setTimeout(step, 1);
  }

  member(user: string): Member {
    const member = this.members.find((one) => one.wire.user_id === user);
    if (member === undefined) throw new Error(`no ${user}`);
    return member;
  }

  /** Everything that a user's sockets ever sent, of one type. */
  sent(user: string, type: string): Json[] {
    return this.sockets
      .filter((socket) => socket.user === user)
      .flatMap((socket) => socket.received.filter((message) => message.type === type));
  }

  drop(user: string, code = 1006, reason = ''): void {
    for (const socket of this.live) if (socket.user === user) socket.end(code, reason);
  }

  event(event: Json, to: (member: Member) => boolean = (member) => member.state === 'in'): number {
    const seq = ++this.#seq;
    const audience = this.members.filter(to);
    const logged = { seq, to: new Set(audience.map((member) => member.wire.id)), event: { ...event, seq } };
    this.#log.push(logged);
    for (const member of audience) member.socket?.deliver(logged.event);
    return seq;
  }

  admit(user: string): void {
    const member = this.member(user);
    member.state = 'in';
    this.event({ type: 'new_participant', participant: member.wire }, (other) => other.state === 'in' && other !== member);
    member.socket?.deliver({ type: 'accepted_into_room', room: this.#room(member), seq: ++this.#seq });
  }

  gone(socket: FakeSocket): void {
    const member = this.members.find((one) => one.socket === socket);
    if (member === undefined) return;
    member.socket = null;
    this.#update(member, { connection: 'reconnecting' });
  }

  receive(socket: FakeSocket, message: Json): void {
    if (socket.readyState !== 1) return;
    if (take(this.lose, message.type)) return;
    const refusal = this.refuse.find((one) => one.type === message.type);
    if (refusal !== undefined) {
      this.refuse.splice(this.refuse.indexOf(refusal), 1);
      socket.deliver({ type: 'error', id: message['id'], code: refusal.code, message: refusal.code });
      return;
    }
    const silent = take(this.swallow, message.type);
    const answer = this.#handle(socket, message);
    if (answer !== null && !silent) socket.deliver({ ...answer, id: message['id'] });
  }

  #handle(socket: FakeSocket, message: Json): Json | null {
    const own = this.answers.get(message.type);
    if (own !== undefined) return own;
    const member = this.members.find((one) => one.socket === socket);
    switch (message.type) {
      case 'register':
        socket.user = String(message['token']).split(':')[0] ?? '';
        return {
          type: 'registered',
          user: { id: socket.user, name: socket.user },
          ice_servers: [],
          heartbeat_seconds: this.heartbeatSeconds,
          mesh_limit: 6,
        };
      case 'ping':
        return { type: 'pong', server_time: new Date(this.#clock.now()).toISOString() };
      case 'join_room':
        return this.#join(socket, message);
      case 'resume_room':
        return this.#resume(socket, message);
      default:
        return member === undefined ? { type: 'error', code: 'not_in_room', message: '' } : this.#inRoom(member, message);
    }
  }

  #inRoom(member: Member, message: Json): Json | null {
    switch (message.type) {
      case 'get_initiator': {
        const targets = this.#in().slice(0, this.#in().indexOf(member));
        return { type: 'initiator_res', targets: targets.map((one) => one.wire.id) };
      }
      case 'offer':
      case 'answer':
      case 'ice_candidate': {
        const to = this.members.find((one) => one.wire.id === message['to']);
        const { id: _id, to: _to, ...rest } = message;
        if (to?.socket == null) return { type: 'error', code: 'peer_not_found', message: '' };
        to.socket.deliver({ ...(rest as Json), from: member.wire.id });
        return { type: 'ack' };
      }
      case 'update_media': {
        const { mic, camera, screen } = message as Partial<WireParticipant>;
        this.#update(member, {
          ...(mic === undefined ? {} : { mic }),
          ...(camera === undefined ? {} : { camera }),
          ...(screen === undefined ? {} : { screen }),
        });
        return { type: 'ack' };
      }
      case 'raise_hand':
        this.#update(member, { hand_raised_at: message['raised'] === true ? new Date(this.#clock.now()).toISOString() : null });
        return { type: 'ack' };
      case 'chat_message':
        return this.#chat(member, message);
      case 'data_message': {
        const { id: _id, ...rest } = message;
        this.event(
          { ...(rest as Json), from: member.wire.id },
          (other) => other !== member && (message['to'] === undefined || message['to'] === other.wire.id),
        );
        return { type: 'ack' };
      }
      case 'leave_room':
        this.members.splice(this.members.indexOf(member), 1);
        this.event({ type: 'participant_left', participant_id: member.wire.id, reason: 'left' });
        return { type: 'ack' };
      default:
        return { type: 'ack' };
    }
  }

  #chat(member: Member, message: Json): Json {
    const clientId = String(message['client_id']);
    let stored = this.stored.find((one) => one.clientId === clientId && one.from === member.wire.id);
    if (stored === undefined) {
      stored = { messageId: `m${++this.#ids}`, clientId, from: member.wire.id, text: String(message['text']), seq: this.#seq + 1 };
      this.stored.push(stored);
      this.event(this.#chatEvent(stored), (other) => other.state === 'in' && other !== member);
    }
    return this.#chatEvent(stored);
  }

  #chatEvent(stored: { messageId: string; clientId: string; from: string; text: string }): Json {
    return {
      type: 'chat_message',
      message_id: stored.messageId,
      client_id: stored.clientId,
      from: stored.from,
      text: stored.text,
      sent_at: new Date(this.#clock.now()).toISOString(),
    };
  }

  #join(socket: FakeSocket, message: Json): Json {
    const user = socket.user ?? '';
    const clientId = String(message['client_id']);
    let member = this.members.find((one) => one.wire.user_id === user && one.clientId === clientId);
    if (member === undefined) {
      const media = message['media'] as { mic: boolean; camera: boolean };
      const first = this.members.length === 0;
      const number = ++this.#ids;
      member = {
        clientId,
        token: '',
        socket: null,
        state: this.lobby && !first ? 'waiting' : 'in',
        wire: {
          id: `p${number}`,
          user_id: user,
          name: user,
          role: first ? 'host' : 'participant',
          guest: false,
          mic: media.mic,
          camera: media.camera,
          screen: false,
          hand_raised_at: null,
          connection: 'connected',
          joined_at: new Date(this.#clock.now() + number).toISOString(),
        },
      };
      this.members.push(member);
      const joined = member;
      if (member.state === 'in')
        this.event({ type: 'new_participant', participant: member.wire }, (other) => other !== joined && other.state === 'in');
      else this.event({ type: 'new_participant_request', participant: member.wire }, (other) => other.wire.role === 'host');
    }
    this.#attach(member, socket);
    return member.state === 'in' ? { type: 'joined_room', room: this.#room(member) } : this.#waiting(member);
  }

  #resume(socket: FakeSocket, message: Json): Json {
    const member = this.members.find((one) => one.token === message['resume_token']);
    if (member === undefined) return { type: 'error', code: 'not_in_room', message: '' };
    this.#attach(member, socket);
    if (member.state === 'waiting') return this.#waiting(member);
    const last = Number(message['last_seq']);
    const missed = this.#log.filter((one) => one.seq > last && one.to.has(member.wire.id)).map((one) => one.event);
    return {
      type: 'room_resumed',
      room: this.#room(member),
      missed: this.complete ? missed : [],
      ...(this.complete ? {} : { complete: false }),
    };
  }

  #attach(member: Member, socket: FakeSocket): void {
    const before = member.socket;
    member.socket = socket;
    member.token = `t${++this.#ids}`;
    if (before !== null && before !== socket) before.end(4409);
    if (member.wire.connection === 'reconnecting') this.#update(member, { connection: 'connected' });
  }

  #update(member: Member, change: Partial<WireParticipant>): void {
    member.wire = { ...member.wire, ...change };
    if (member.state === 'in') this.event({ type: 'participant_updated', participant: member.wire });
  }

  #waiting(member: Member): Json {
    const position = this.members.filter((one) => one.state === 'waiting').indexOf(member) + 1;
    return { type: 'waiting_room', code: 'abc-defg-hij', title: 'Room', position, me: member.wire.id, resume_token: member.token };
  }

  #in(): Member[] {
    return this.members.filter((one) => one.state === 'in');
  }

  #room(member: Member): WireRoom & Record<string, unknown> {
    return {
      code: 'abc-defg-hij',
      title: 'Room',
      kind: 'video',
      state: 'active',
      host_id: this.members[0]?.wire.id ?? null,
      locked: this.locked,
      lobby: this.lobby,
      mode: 'mesh',
      epoch: this.epoch,
      seq: this.#seq,
      started_at: new Date(this.#clock.now()).toISOString(),
      me: member.wire.id,
      resume_token: member.token,
      participants: this.#in().map((one) => one.wire),
      waiting: member.wire.role === 'host' ? this.members.filter((one) => one.state === 'waiting').map((one) => one.wire) : [],
    };
  }
}

function take(list: string[], type: string): boolean {
  const at = list.indexOf(type);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
