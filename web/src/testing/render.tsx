// Renders a screen with what the app puts around it.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import { CallProvider } from '@/app/call-binding';
import { sessionStore } from '@/app/session/session';
import type { User } from '@/app/api/types';
import { fakeCall, type FakeCall } from './fake-call';

export interface Surroundings {
  readonly call?: FakeCall;
  readonly path?: string;
  readonly user?: User | null;
}

export function renderScreen(screen: ReactNode, { call = fakeCall(), path = '/', user = null }: Surroundings = {}) {
  sessionStore.setState({ status: user ? 'signed_in' : 'signed_out', user, expired: false });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const result = render(
    <QueryClientProvider client={queries}>
      <CallProvider call={call}>
        <MemoryRouter initialEntries={[path]}>{screen}</MemoryRouter>
      </CallProvider>
    </QueryClientProvider>,
  );
  return { ...result, call };
}

export const ada: User = { id: 'ada', name: 'Ada', email: 'ada@example.org', guest: false };

/** What the server answers, by "METHOD /path"; the rest is 404. A function sees the request's body. */
export function serve(answers: Readonly<Record<string, { status?: number; body?: unknown }>>) {
  const requests: { readonly route: string; readonly body: unknown }[] = [];
  const fetched = vi.fn((input: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(String(input), 'http://localhost');
    const route = `${init?.method ?? 'GET'} ${url.pathname}`;
    requests.push({ route, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined });
    const answer = answers[route] ?? { status: 404, body: { code: 'not_found' } };
    const status = answer.status ?? 200;
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(answer.body), { status }));
  });
  vi.stubGlobal('fetch', fetched);
  return requests;
}

/** What axe finds, as sentences; colours need a real browser. */
export async function axeFindings(root: Element = document.body): Promise<string[]> {
  const { violations } = await axe.run(root, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`);
}
