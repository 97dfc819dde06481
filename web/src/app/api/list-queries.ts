// Lists and entries of those who are signed in, page by page.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './api';
import type { Page } from './types';

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

export const useMyMeetings = (enabled = true) => usePages(['meetings'], (cursor) => api.myMeetings(cursor), enabled);
export const useCallLogs = (enabled = true) => usePages(['call-logs'], (cursor) => api.callLogs(cursor), enabled);
export const useMessages = (code: string, enabled = true) => usePages(['messages', code], (cursor) => api.messages(code, cursor), enabled);
export const useAttendance = (code: string, enabled = true) =>
  usePages(['attendance', code], (cursor) => api.attendance(code, cursor), enabled);
export const useCallLog = (id: string) => useQuery({ queryKey: ['call-log', id], queryFn: () => api.callLog(id) });

export const usePeopleSearch = (text: string) =>
  useQuery({
    queryKey: ['people', text],
    queryFn: ({ signal }) => api.searchPeople(text, signal),
    enabled: [...text].length >= 2,
    placeholderData: (before) => before,
  });
