// Names picture buttons for those who see them; the buttons carry their accessible names themselves. One bubble serves the whole page.
import { cloneElement, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useFloating } from './use-floating';

const delayMs = 450;

interface Tip {
  readonly element: HTMLElement;
  readonly label: string;
  readonly shortcut: string | undefined;
}

export function Tooltip({
  label,
  shortcut,
  children,
}: {
  label: string;
  shortcut?: string | undefined;
  children: ReactElement<{ 'data-tip'?: string; 'data-tip-key'?: string | undefined }>;
}) {
  return cloneElement(children, { 'data-tip': label, 'data-tip-key': shortcut });
}

export function TooltipProvider({ children }: { children: ReactNode }) {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setTip(null);
    };
    const show = (event: Event) => {
      const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
      clearTimeout(timer);
      if (!element || (event.type === 'focusin' && !element.matches(':focus-visible'))) return setTip(null);
      if (event instanceof PointerEvent && event.pointerType === 'touch') return;
      // The words may change while the pointer rests (muted, unmuted): they are read when shown.
      timer = setTimeout(() => {
        const { tip: label, tipKey: shortcut } = element.dataset;
        if (label && element.isConnected && element.getAttribute('aria-expanded') !== 'true') setTip({ element, label, shortcut });
      }, delayMs);
    };
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', escape);
    return () => {
      hide();
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', escape);
    };
  }, []);
  return (
    <>
      {children}
      {tip && createPortal(<Bubble key={tip.label} tip={tip} />, tip.element.closest('dialog') ?? document.body)}
    </>
  );
}

function Bubble({ tip }: { tip: Tip }) {
  const anchor = useRef<HTMLElement>(tip.element);
  const panel = useRef<HTMLDivElement>(null);
  const style = useFloating(true, anchor, panel, 'top', 'center');
  return (
    <div
      ref={panel}
      role="tooltip"
      aria-hidden="true"
      style={style}
      className="pointer-events-none z-50 flex animate-fade items-center gap-2 rounded-lg bg-[#14161b] px-2.5 py-1.5 text-xs text-white shadow-float ring-1 ring-white/10"
    >
      {tip.label}
      {tip.shortcut && (
        <kbd className="rounded border border-white/25 px-1 font-sans text-[11px] leading-4 text-white/80">{tip.shortcut}</kbd>
      )}
    </div>
  );
}
