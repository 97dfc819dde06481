// The app with all that its pages stand on.
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router';
import type { Call } from '@/call';
import { queryClient } from './api/queries';
import { CallProvider } from './call-binding';
import type { makeRouter } from './routes/routes';

export function App({ call, router }: { call: Call; router: ReturnType<typeof makeRouter> }) {
  return (
    <QueryClientProvider client={queryClient}>
      <CallProvider call={call}>
        <RouterProvider router={router} />
      </CallProvider>
    </QueryClientProvider>
  );
}
