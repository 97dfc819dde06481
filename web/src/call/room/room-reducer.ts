// (state, event) → state for one room. Pure: what the UI sees is what the server said.
import type { Role, ServerMessage, WireParticipant, WireRoom } from '../protocol';
import { chatFromWire, upsertChat } from './chat-list';
import type { Notice, NoticeBody, Participant, RoomInfo, RoomState } from './room-state';

const keptNotices = 50;

export function withNotice(state: RoomState, now: number, ...bodies: readonly NoticeBody[]): RoomState {
  if (bodies.length === 0) return state;
  const last = state.notices.at(-1)?.id ?? 0;
  const added = bodies.map((body, index): Notice => ({ id: last + index + 1, at: now, ...body }));
  return { ...state, notices: [...state.notices, ...added].slice(-keptNotices) };
}

export function participantFromWire(wire: WireParticipant, me: string | null): Participant {
  return {
    id: wire.id,
    userId: wire.user_id,
    name: wire.name,
    role: wire.role,
    guest: wire.guest,
    mic: wire.mic,
    camera: wire.camera,
    screen: wire.screen,
    handRaisedAt: wire.hand_raised_at === null ? null : Date.parse(wire.hand_raised_at),
    connection: wire.connection,
    joinedAt: Date.parse(wire.joined_at),
    isMe: wire.id === me,
  };
}

/** Everything a snapshot says; chat, notices and reactions are not in it and stay. */
export function applySnapshot(state: RoomState, room: WireRoom): RoomState {
  const participants: Record<string, Participant> = {};
  for (const wire of room.participants) participants[wire.id] = participantFromWire(wire, room.me);
  return withHands({
    ...state,
    phase: { name: 'in_room' },
    room: infoFromWire(room),
    me: room.me,
    participants,
    order: room.participants.map((wire) => wire.id),
    waiting: (room.waiting ?? []).map((wire) => participantFromWire(wire, room.me)),
  });
}

function infoFromWire(room: WireRoom): RoomInfo {
  return {
    code: room.code,
    title: room.title ?? '',
    kind: room.kind,
    hostId: room.host_id,
    locked: room.locked,
    lobby: room.lobby,
    mode: room.mode,
    epoch: room.epoch,
    startedAt: room.started_at === null ? null : Date.parse(room.started_at),
  };
}

/** One event of the room, live or replayed. Events that are no state (media requests, data) pass through unchanged. */
export function applyEvent(state: RoomState, event: ServerMessage, now: number): RoomState {
  switch (event.type) {
    case 'new_participant':
      return joined(state, event.participant, now);
    case 'participant_updated':
      return updated(state, event.participant, now);
    case 'participant_left':
      return left(state, event.participant_id, event.reason ?? null, now);
    case 'new_participant_request':
      return waitingAdded(state, event.participant, now);
    case 'participant_request_withdrawn':
      return waitingRemoved(state, event.participant_id, now);
    case 'room_updated':
      return roomUpdated(state, event.room, now);
    case 'chat_message':
      return chatArrived(state, event, now);
    default:
      return state;
  }
}

function joined(state: RoomState, wire: WireParticipant, now: number): RoomState {
  const participant = participantFromWire(wire, state.me);
  const known = state.participants[wire.id] !== undefined;
  const next = withHands({
    ...state,
    participants: { ...state.participants, [wire.id]: participant },
    order: known ? state.order : [...state.order, wire.id],
    waiting: state.waiting.filter((other) => other.id !== wire.id),
  });
  return known || participant.isMe ? next : withNotice(next, now, { kind: 'participant_joined', participantId: wire.id, name: wire.name });
}

function updated(state: RoomState, wire: WireParticipant, now: number): RoomState {
  const before = state.participants[wire.id];
  // an update of somebody unknown is a join whose event is still under way or was lost
  if (before === undefined) return joined(state, wire, now);
  const after = participantFromWire(wire, state.me);
  const notices: NoticeBody[] = [];
  const who = { participantId: after.id, name: after.name };
  if (!after.isMe && before.handRaisedAt === null && after.handRaisedAt !== null) notices.push({ kind: 'hand_raised', ...who });
  if (!after.isMe && before.screen !== after.screen) notices.push({ kind: after.screen ? 'screen_started' : 'screen_stopped', ...who });
  if (before.role !== after.role) notices.push({ kind: 'role_changed', ...who, role: after.role, isMe: after.isMe });
  const next = withHands({ ...state, participants: { ...state.participants, [wire.id]: after } });
  return withNotice(withRole(next, before.role, after), now, ...notices);
}

function withRole(state: RoomState, before: Role, after: Participant): RoomState {
  let next = state;
  if (after.role === 'host' && state.room !== null && state.room.hostId !== after.id) {
    next = { ...next, room: { ...state.room, hostId: after.id } };
  }
  // who may no longer admit must not keep looking at the list
  if (after.isMe && after.role === 'participant' && before !== 'participant') next = { ...next, waiting: [] };
  return next;
}

function left(state: RoomState, id: string, reason: string | null, now: number): RoomState {
  const gone = state.participants[id];
  if (gone === undefined) return { ...state, waiting: state.waiting.filter((other) => other.id !== id) };
  const participants = Object.fromEntries(Object.entries(state.participants).filter(([key]) => key !== id));
  const next = withHands({
    ...state,
    participants,
    order: state.order.filter((key) => key !== id),
    reactions: state.reactions.filter((reaction) => reaction.from !== id),
  });
  return gone.isMe ? next : withNotice(next, now, { kind: 'participant_left', participantId: id, name: gone.name, reason });
}

function waitingAdded(state: RoomState, wire: WireParticipant, now: number): RoomState {
  // an admission and a repeated request may cross: nobody is both waiting and in
  if (state.participants[wire.id] !== undefined) return state;
  const participant = participantFromWire(wire, state.me);
  if (state.waiting.some((other) => other.id === wire.id)) {
    return { ...state, waiting: state.waiting.map((other) => (other.id === wire.id ? participant : other)) };
  }
  const next = { ...state, waiting: [...state.waiting, participant] };
  return withNotice(next, now, { kind: 'participant_waiting', participantId: wire.id, name: wire.name });
}

export function waitingRemoved(state: RoomState, id: string, now: number | null): RoomState {
  const gone = state.waiting.find((other) => other.id === id);
  if (gone === undefined) return state;
  const next = { ...state, waiting: state.waiting.filter((other) => other.id !== id) };
  return now === null ? next : withNotice(next, now, { kind: 'request_withdrawn', participantId: id, name: gone.name });
}

function roomUpdated(state: RoomState, change: Partial<WireRoom>, now: number): RoomState {
  if (state.room === null) return state;
  const { room } = state;
  const next: RoomInfo = {
    ...room,
    title: change.title ?? room.title,
    hostId: change.host_id === undefined ? room.hostId : change.host_id,
    locked: change.locked ?? room.locked,
    lobby: change.lobby ?? room.lobby,
    mode: change.mode ?? room.mode,
    epoch: change.epoch ?? room.epoch,
  };
  const waiting = Array.isArray(change.waiting) ? change.waiting.map((wire) => participantFromWire(wire, state.me)) : state.waiting;
  const after = { ...state, room: next, waiting };
  return next.locked === room.locked ? after : withNotice(after, now, { kind: next.locked ? 'locked' : 'unlocked' });
}

function chatArrived(state: RoomState, event: Extract<ServerMessage, { type: 'chat_message' }>, now: number): RoomState {
  const message = chatFromWire(event, state.participants, state.me);
  const { messages, added } = upsertChat(state.messages, message);
  const next = { ...state, messages };
  if (!added || message.mine) return next;
  return withNotice({ ...next, unread: state.unread + 1 }, now, {
    kind: 'chat',
    key: message.key,
    fromName: message.fromName,
    text: message.text,
    private: message.private,
  });
}

function withHands(state: RoomState): RoomState {
  const raised = Object.values(state.participants).filter((participant) => participant.handRaisedAt !== null);
  const hands = raised
    .sort((a, b) => (a.handRaisedAt ?? 0) - (b.handRaisedAt ?? 0) || (a.id < b.id ? -1 : 1))
    .map((participant) => participant.id);
  const same = hands.length === state.hands.length && hands.every((id, index) => id === state.hands[index]);
  return same ? state : { ...state, hands };
}
