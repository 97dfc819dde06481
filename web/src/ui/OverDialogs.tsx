// For what has to be seen, heard by screen readers and pressed whatever is open: calls that ring, toasts, announcements.
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTopDialog } from './top-dialog';

export function OverDialogs({ children }: { children: ReactNode }) {
  return createPortal(children, useTopDialog() ?? document.body);
}
