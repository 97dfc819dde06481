// Holds the page still behind a dialogue. The room of its scroll bar is kept, so that nothing jumps sideways.
let locks = 0;

export function lockScroll(): () => void {
  const { style, clientWidth } = document.documentElement;
  if (locks++ === 0) {
    if (window.innerWidth > clientWidth) style.scrollbarGutter = 'stable';
    style.overflow = 'hidden';
  }
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--locks > 0) return;
    style.overflow = '';
    style.scrollbarGutter = '';
  };
}
