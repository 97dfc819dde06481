// A modal dialogue by the browser's own <dialog>: it keeps the focus inside and the page behind at rest, without a style of its own
// that the Content-Security-Policy would refuse. A sheet from below on narrow screens.
import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx';
import { IconButton } from './IconButton';
import { lockScroll } from './scroll-lock';
import { dialogOpened } from './top-dialog';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string | undefined;
  closeLabel: string;
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ open, ...rest }: DialogProps) {
  return open ? createPortal(<Modal {...rest} />, document.body) : null;
}

const focusable = 'input, select, textarea, button, a[href], [tabindex="0"]';

function Modal({ onClose, title, description, closeLabel, wide, children }: Omit<DialogProps, 'open'>) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const from = document.activeElement;
    const unlock = lockScroll();
    element.showModal();
    const below = dialogOpened(element);
    const first = [...(content.current?.querySelectorAll<HTMLElement>(focusable) ?? [])].find((one) => !one.matches(':disabled'));
    // what has nothing to press is read, and has to scroll by the keyboard
    if (!first) content.current?.setAttribute('tabindex', '0');
    first?.focus({ preventScroll: true });

    const cancel = (event: Event) => {
      if (event.target !== element) return;
      event.preventDefault();
      close.current();
    };
    // Browsers close without asking when Escape comes a second time.
    const closed = (event: Event) => event.target === element && close.current();
    // What is outside of the panel belongs to the dialog element itself; a press that began inside does not count.
    let pressedOutside = false;
    const press = (event: PointerEvent) => (pressedOutside = event.target === element);
    const click = (event: MouseEvent) => event.target === element && pressedOutside && close.current();
    element.addEventListener('cancel', cancel);
    element.addEventListener('close', closed);
    element.addEventListener('pointerdown', press);
    element.addEventListener('click', click);
    return () => {
      element.removeEventListener('cancel', cancel);
      element.removeEventListener('close', closed);
      element.removeEventListener('pointerdown', press);
      element.removeEventListener('click', click);
      below();
      element.close();
      unlock();
      // Whoever took the focus meanwhile keeps it.
      const { activeElement } = document;
      if (from instanceof HTMLElement && from.isConnected && (!activeElement || activeElement === document.body)) from.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cx(
        'm-0 max-h-[88dvh] w-full max-w-none animate-rise overflow-hidden bg-raised text-ink shadow-float outline-none backdrop:animate-fade backdrop:bg-black/50',
        'inset-x-0 top-auto bottom-0 rounded-t-[20px] sm:inset-0 sm:m-auto sm:h-fit sm:rounded-[20px] sm:border sm:border-line',
        wide ? 'sm:w-[min(860px,calc(100vw-48px))]' : 'sm:w-[min(480px,calc(100vw-48px))]',
      )}
    >
      <div className="flex max-h-[inherit] flex-col">
        <div className="flex items-start gap-4 px-6 pt-5 pb-3">
          <div className="min-w-0 flex-1">
            <h2 id={`${id}-title`} className="text-xl font-semibold">
              {title}
            </h2>
            {description && (
              <p id={`${id}-description`} className="mt-1 text-base text-soft">
                {description}
              </p>
            )}
          </div>
          <IconButton label={closeLabel} className="-mt-1 -mr-2" onClick={() => close.current()}>
            <X size={20} />
          </IconButton>
        </div>
        <div
          ref={content}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-6 pt-1 pb-[max(24px,env(safe-area-inset-bottom))]"
        >
          {children}
        </div>
      </div>
    </dialog>
  );
}
