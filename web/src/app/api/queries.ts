// The lists and entries that screens read, cached and kept fresh.
import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ApiError } from './api-error';
import { api } from './api';
import type { Page } from './types';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one; only what may pass by itself is tried again.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

function usePages<T>(key: readonly string[], load: (cursor: string | null) => Promise<Page<T>>, enabled: boolean) {
  const result = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled,
  });
  return { ...result, items: result.data?.pages.flatMap((page) => page.items) ?? [] };
}

export const usePublicMeeting = (code: string, live: boolean) =>
  useQuery({
    queryKey: ['meeting', code],
    queryFn: ({ signal }) => api.meeting(code, signal),
    // The entry screen says how many are there now.
    refetchInterval: live ? 8_000 : false,
  });

export const useMyMeetings = (enabled = true) => usePages(['meetings'], (cursor) => api.myMeetings(cursor), enabled);
export const useCallLogs = (enabled = true) => usePages(['call-logs'], (cursor) => api.callLogs(cursor), enabled);
export const useMessages = (code: string, enabled = true) => usePages(['messages', code], (cursor) => api.messages(code, cursor), enabled);
export const useAttendance = (code: string, enabled = true) =>
  usePages(['attendance', code], (cursor) => api.attendance(code, cursor), enabled);
export const useCallLog = (id: string) => useQuery({ queryKey: ['call-log', id], queryFn: () => api.callLog(id) });

/** Whether the meeting is one's own: owners need neither password nor permission. */
export const useOwnsMeeting = (code: string, userId: string | null) =>
  useQuery({
    queryKey: ['owns', code, userId],
    queryFn: async () => {
      const page = await api.myMeetings(null, 100);
      return page.items.some((meeting) => meeting.code === code);
    },
    enabled: userId !== null,
  });

export const usePeopleSearch = (text: string) =>
  useQuery({
    queryKey: ['people', text],
    queryFn: ({ signal }) => api.searchPeople(text, signal),
    enabled: [...text].length >= 2,
    placeholderData: (before) => before,
  });
