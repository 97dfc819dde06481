// The app with all that its pages stand on.
import { QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import type { Call } from '@/call';
import { queryClient } from './api/queries';
import { CallProvider } from './call-binding';
import { AppRoutes } from './routes/routes';

export function App({ call }: { call: Call }) {
  return (
    <QueryClientProvider client={queryClient}>
      <CallProvider call={call}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </CallProvider>
    </QueryClientProvider>
  );
}
