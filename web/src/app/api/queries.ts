// What every page may ask for, cached and kept fresh.
import { QueryClient, useQuery } from '@tanstack/react-query';
import { ApiError } from './api-error';
import { api } from './api';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one; only what may pass by itself is tried again.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

export const usePublicMeeting = (code: string, live: boolean) =>
  useQuery({
    queryKey: ['meeting', code],
    queryFn: ({ signal }) => api.meeting(code, signal),
    // The entry screen says how many are there now.
    refetchInterval: live ? 8_000 : false,
  });

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
