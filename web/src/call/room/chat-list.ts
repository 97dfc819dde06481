// The list of chat messages: one entry per message, however often and by whichever way it arrives.
import type { ChatHistoryItem, ChatWireMessage } from '../protocol';
import type { ChatMessage, Participant } from './room-state';

type Participants = Readonly<Record<string, Participant>>;

export function chatFromWire(wire: ChatWireMessage, participants: Participants, me: string | null): ChatMessage {
  const to = wire.to ?? null;
  return {
    key: wire.client_id ?? wire.message_id,
    messageId: wire.message_id,
    clientId: wire.client_id ?? null,
    from: wire.from,
    fromName: participants[wire.from]?.name ?? '',
    mine: wire.from === me,
    text: wire.text,
    to,
    toName: to === null ? null : (participants[to]?.name ?? ''),
    private: to !== null,
    sentAt: Date.parse(wire.sent_at),
    status: 'sent',
    error: null,
  };
}

/** The history names users, so participants are found by their user where they are still here. */
export function chatFromHistory(item: ChatHistoryItem, participants: Participants, myUserId: string | null): ChatMessage {
  const byUser = (userId: string): string | null => Object.values(participants).find((one) => one.userId === userId)?.id ?? null;
  const to = item.to ?? null;
  return {
    key: item.message_id,
    messageId: item.message_id,
    clientId: null,
    from: byUser(item.from.id),
    fromName: item.from.name,
    mine: item.from.id === myUserId,
    text: item.text,
    to: to === null ? null : byUser(to.id),
    toName: to?.name ?? null,
    private: to !== null,
    sentAt: Date.parse(item.sent_at),
    status: 'sent',
    error: null,
  };
}

/** Adds a message or completes the one that is already there. The key of an existing entry never changes. */
export function upsertChat(messages: readonly ChatMessage[], message: ChatMessage): { messages: readonly ChatMessage[]; added: boolean } {
  const isSame = (other: ChatMessage): boolean =>
    (message.messageId !== null && other.messageId === message.messageId) ||
    (message.clientId !== null && message.mine && other.mine && other.clientId === message.clientId);
  const same = messages.filter(isSame);
  // the history knows no client_id: what was read from it and what waited for its answer may turn out to be one
  const before = same.find((other) => other.clientId !== null) ?? same[0];
  if (before === undefined) return { messages: inOrder([...messages, message]), added: true };
  const merged: ChatMessage = {
    ...before,
    ...message,
    key: before.key,
    clientId: message.clientId ?? before.clientId,
    from: message.from ?? before.from,
    fromName: message.fromName === '' ? before.fromName : message.fromName,
    toName: message.toName === null || message.toName === '' ? before.toName : message.toName,
  };
  const others = messages.filter((other) => other === before || !isSame(other));
  return { messages: inOrder(others.map((other) => (other === before ? merged : other))), added: false };
}

// What is stored is in the server's order; what is not yet stored comes last, in the order of writing.
function inOrder(messages: ChatMessage[]): ChatMessage[] {
  const rank = (message: ChatMessage): number => (message.status === 'sent' ? 0 : 1);
  return messages.sort((a, b) => rank(a) - rank(b) || (rank(a) === 0 ? a.sentAt - b.sentAt : 0));
}
