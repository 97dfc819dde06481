// Where a floating panel goes: beside its anchor, inside the window, following both while it is open.
import { useLayoutEffect, useState, type CSSProperties, type RefObject } from 'react';

export type Side = 'top' | 'bottom';
export type Align = 'start' | 'center' | 'end';

const gap = 10;
const edge = 10;

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The chosen side unless the other has more room; pushed inward from the window's edges. */
export function placeBeside(
  anchor: Rect,
  panel: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number },
  side: Side,
  align: Align,
): { left: number; top: number; maxHeight: number } {
  const above = anchor.top - gap - edge;
  const below = view.height - anchor.top - anchor.height - gap - edge;
  const room = side === 'top' ? above : below;
  const goesUp = panel.height <= room ? side === 'top' : above > below;
  const maxHeight = Math.max(120, goesUp ? above : below);
  const height = Math.min(panel.height, maxHeight);
  const wanted =
    align === 'start'
      ? anchor.left
      : align === 'end'
        ? anchor.left + anchor.width - panel.width
        : anchor.left + (anchor.width - panel.width) / 2;
  return {
    left: Math.max(edge, Math.min(wanted, view.width - panel.width - edge)),
    top: goesUp ? anchor.top - gap - height : anchor.top + anchor.height + gap,
    maxHeight,
  };
}

export function useFloating(
  open: boolean,
  anchor: RefObject<HTMLElement | null>,
  panel: RefObject<HTMLElement | null>,
  side: Side,
  align: Align,
): CSSProperties {
  const [style, setStyle] = useState<CSSProperties>({ position: 'fixed', visibility: 'hidden', left: 0, top: 0 });
  useLayoutEffect(() => {
    const from = anchor.current;
    const element = panel.current;
    if (!open || !from || !element) return;
    const place = () => {
      const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const size = { width: element.offsetWidth, height: element.scrollHeight + 2 };
      setStyle({ position: 'fixed', ...placeBeside(from.getBoundingClientRect(), size, view, side, align) });
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [open, anchor, panel, side, align]);
  return style;
}
