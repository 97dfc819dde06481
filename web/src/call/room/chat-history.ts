// Reads the stored chat by REST: after a reload, and when a resume could not replay everything.
import type { TokenProvider } from '../call';
import type { ChatHistoryItem } from '../protocol';
import { chatFromHistory, upsertChat } from './chat-list';
import type { RoomState } from './room-state';

const pageSize = 100;
const mostPages = 5;

export interface HistorySource {
  readonly origin: string;
  readonly tokens: TokenProvider;
  readonly fetch: typeof fetch;
}

/** The latest messages, newest first, 500 at the most. Rejects when the server cannot be asked. */
export async function readChatHistory(source: HistorySource, code: string): Promise<ChatHistoryItem[]> {
  const items: ChatHistoryItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (cursor !== null) query.set('cursor', cursor);
    const url = `${source.origin}/api/meetings/${encodeURIComponent(code)}/messages?${query.toString()}`;
    const response = await source.fetch(url, { headers: { authorization: `Bearer ${await source.tokens.get()}` } });
    if (!response.ok) throw new Error(`chat history: ${response.status}`);
    const body = (await response.json()) as { items: ChatHistoryItem[]; next_cursor: string | null };
    items.push(...body.items);
    cursor = body.next_cursor;
    if (cursor === null) break;
  }
  return items;
}

/** The chat of before, put among what has been heard live. */
export function withHistory(state: RoomState, items: readonly ChatHistoryItem[], myUserId: string | null): RoomState {
  const messages = items.reduce(
    (list, item) => upsertChat(list, chatFromHistory(item, state.participants, myUserId)).messages,
    state.messages,
  );
  return { ...state, messages };
}
