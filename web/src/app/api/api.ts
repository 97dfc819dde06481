// Every REST call that the app makes, by name.
import { currentToken, renew, sessionStore } from '../session/session';
import { ApiError } from './api-error';
import { http, type RequestOptions } from './http';
import type * as Api from './types';

/** With the token of who is signed in; a token that the server refuses is renewed once. */
async function authorized<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const token = await currentToken();
  try {
    return await http<T>(path, { ...options, token });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    return http<T>(path, { ...options, token: await renew() });
  }
}

const query = (values: Record<string, string | number | null | undefined>) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value != null) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : '';
};
const meeting = (code: string) => `/api/meetings/${encodeURIComponent(code)}`;

export const api = {
  createMeeting: (body: Api.NewMeeting) => authorized<Api.Meeting>('/api/meetings', { method: 'POST', body }),
  myMeetings: (cursor: string | null, limit = 20) => authorized<Api.Page<Api.Meeting>>(`/api/meetings${query({ cursor, limit })}`),
  /** Public: works signed out, and says nothing more when signed in. */
  meeting: (code: string, signal?: AbortSignal) => http<Api.PublicMeeting>(meeting(code), { signal }),
  changeMeeting: (code: string, body: Api.MeetingChange) => authorized<Api.Meeting>(meeting(code), { method: 'PATCH', body }),
  endMeeting: (code: string) => authorized<Api.Meeting>(`${meeting(code)}/end`, { method: 'POST' }),
  deleteMeeting: (code: string) => authorized<void>(meeting(code), { method: 'DELETE' }),
  messages: (code: string, cursor: string | null) =>
    authorized<Api.Page<Api.StoredMessage>>(`${meeting(code)}/messages${query({ cursor, limit: 50 })}`),
  attendance: (code: string, cursor: string | null) =>
    authorized<Api.Page<Api.Stay>>(`${meeting(code)}/attendance${query({ cursor, limit: 50 })}`),
  callLogs: (cursor: string | null) => authorized<Api.Page<Api.CallLog>>(`/api/call-logs${query({ cursor, limit: 20 })}`),
  callLog: (id: string) => authorized<Api.CallLogEntry>(`/api/call-logs/${encodeURIComponent(id)}`),
  searchPeople: (q: string, signal?: AbortSignal) =>
    authorized<Api.Page<Api.DirectoryEntry> | readonly Api.DirectoryEntry[]>(`/api/users${query({ q, limit: 20 })}`, { signal }).then(
      (answer) => ('items' in answer ? answer.items : answer),
    ),
  me: () => authorized<Api.User>('/api/users/me'),
  changeMe: (body: { name?: string; current_password?: string; new_password?: string }) =>
    authorized<Api.User>('/api/users/me', { method: 'PATCH', body }),
  /** Whether somebody is signed in, without asking the server. */
  signedIn: () => sessionStore.getState().status === 'signed_in',
};
