// Toasts of one group go together; the others stay.
import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { clearToasts, dismissToastGroup, toast, Toaster } from './toast';

afterEach(() => act(clearToasts));

it('takes away what one group says and leaves the rest', () => {
  render(<Toaster label="Notifications" dismissLabel="Dismiss" />);
  act(() => {
    toast({ text: 'Ada: hello', group: 'chat' });
    toast({ text: 'Grace joined', group: 'joined' });
  });
  expect(screen.queryByText('Ada: hello')).not.toBeNull();
  act(() => dismissToastGroup('chat'));
  expect(screen.queryByText('Ada: hello')).toBeNull();
  expect(screen.queryByText('Grace joined')).not.toBeNull();
});
