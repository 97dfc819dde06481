// For what has to be seen, heard by screen readers and pressed whatever is open: calls that ring, toasts, announcements.
import { useLayoutEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTopDialog } from './top-dialog';

export function OverDialogs({ children }: { children: ReactNode }) {
  const top = useTopDialog();
  // One place that moves: children that were mounted anew with each dialogue would begin their time and their words again.
  const [place] = useState(() => {
    const element = document.createElement('div');
    element.className = 'contents';
    return element;
  });
  useLayoutEffect(() => {
    (top ?? document.body).append(place);
  }, [top, place]);
  useLayoutEffect(() => () => place.remove(), [place]);
  return createPortal(children, place);
}
