// A panel that hangs from a trigger: closes on Escape, on a press elsewhere, and gives the focus back.
import { cloneElement, useEffect, useId, useRef, type KeyboardEvent, type ReactElement, type ReactNode, type RefObject } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx';
import { useFloating, type Align, type Side } from './use-floating';

export type TriggerElement = ReactElement<{
  ref?: RefObject<HTMLButtonElement | null>;
  onClick?: () => void;
  'aria-haspopup'?: 'menu' | 'dialog';
  'aria-expanded'?: boolean;
  'aria-controls'?: string | undefined;
}>;

export interface FloatingProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  trigger: TriggerElement;
  role: 'menu' | 'dialog';
  label: string;
  side: Side;
  align: Align;
  className: string;
  onKeyDown?: (event: KeyboardEvent, panel: HTMLElement) => void;
  children: ReactNode;
}

const focusable = 'button:not([disabled]):not([tabindex="-1"]), a[href], input, [role^=menuitem]:not([aria-disabled=true])';

export function Floating({ open, onOpenChange, trigger, role, label, side, align, className, onKeyDown, children }: FloatingProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const style = useFloating(open, anchor, panel, side, align);

  useEffect(() => {
    if (!open) return;
    const element = panel.current;
    const from = anchor.current;
    element?.querySelector<HTMLElement>(focusable)?.focus({ preventScroll: true });
    const press = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!element?.contains(target) && !from?.contains(target)) onOpenChange(false);
    };
    document.addEventListener('pointerdown', press, true);
    return () => {
      document.removeEventListener('pointerdown', press, true);
      // Whoever took the focus meanwhile keeps it.
      if (!document.activeElement || document.activeElement === document.body || element?.contains(document.activeElement)) from?.focus();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- opening and closing alone move the focus
  }, [open]);

  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onOpenChange(false);
    } else if (event.key === 'Tab' && role === 'menu') {
      event.preventDefault();
      onOpenChange(false);
    } else if (panel.current) onKeyDown?.(event, panel.current);
  };
  return (
    <>
      {cloneElement(trigger, {
        ref: anchor,
        onClick: () => onOpenChange(!open),
        'aria-haspopup': role,
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
      })}
      {open &&
        createPortal(
          <div
            ref={panel}
            id={id}
            role={role}
            aria-label={label}
            tabIndex={-1}
            style={style}
            onKeyDown={keys}
            className={cx(
              'z-50 animate-rise overflow-y-auto rounded-2xl border border-line bg-raised text-ink shadow-float outline-none',
              className,
            )}
          >
            {children}
          </div>,
          document.body,
        )}
    </>
  );
}
