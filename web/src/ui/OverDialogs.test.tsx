// What lies over dialogues goes with the one on top, and goes on living.
import { act, render, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { expect, test, vi } from 'vitest';
import { OverDialogs } from './OverDialogs';
import { dialogOpened } from './top-dialog';

test('moves into the dialogue on top and back without being mounted anew', () => {
  const mounted = vi.fn();
  function Notice() {
    useEffect(() => void mounted(), []);
    return <p>Grace asks to join</p>;
  }
  const { unmount } = render(
    <OverDialogs>
      <Notice />
    </OverDialogs>,
  );
  const dialogs = [document.createElement('dialog'), document.createElement('dialog')];
  const [first, second] = dialogs as [HTMLDialogElement, HTMLDialogElement];
  document.body.append(first, second);
  const notice = screen.getByText('Grace asks to join');
  const [closeFirst, closeSecond] = [first, second].map((dialog) => {
    let close = () => undefined as void;
    act(() => void (close = dialogOpened(dialog)));
    expect(dialog.contains(notice)).toBe(true);
    return close;
  }) as [() => void, () => void];
  act(closeSecond);
  expect(first.contains(notice)).toBe(true);
  act(closeFirst);
  first.remove();
  second.remove();
  expect(screen.getByText('Grace asks to join')).toBe(notice);
  expect(mounted).toHaveBeenCalledTimes(1);
  unmount();
  expect(notice.isConnected).toBe(false);
});
