// What a window that is too small does to a screen: sideways scrolling, controls outside, words cut off.
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Screens;

/// <summary>Looks for what cannot be read or reached on a narrow screen.</summary>
internal static class CutOff
{
    /// <summary>One line per finding; empty when everything has its place.</summary>
    public static Task<string> FindingsAsync(Participant person) => person.Page.EvaluateAsync<string>(
        """
        () => {
          const found = [];
          const words = (element) => (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 60);
          const say = (what, element) => found.push(`${what}: <${element.tagName.toLowerCase()}> ${words(element)}`);
          const page = document.documentElement;
          if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} pixels wide`);
          // Under a dialogue nothing is read, and what only screen readers get has no place.
          const dialog = document.querySelector('dialog[open]');
          const isMeant = (element) => {
            if (dialog && !dialog.contains(element)) return false;
            if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest('.sr-only, .opacity-0, [aria-hidden=true]')) return false;
            const box = element.getBoundingClientRect();
            return box.width > 1 && box.height > 1;
          };
          const clips = (value) => value === 'hidden' || value === 'clip';
          for (const element of document.body.querySelectorAll('*')) {
            if (!isMeant(element)) continue;
            const style = getComputedStyle(element);
            const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
            if (style.textOverflow === 'ellipsis' && own.length > 0) {
              // An ellipsis is an honest end of a long name, but not of one of which hardly anything is left.
              if (element.clientWidth < element.scrollWidth * 0.45) say('hardly anything is left of', element);
              continue;
            }
            const boxes = own.flatMap((node) => {
              const range = document.createRange();
              range.selectNodeContents(node);
              return [...range.getClientRects()];
            });
            if (element.matches('button, a[href], input, select, textarea')) boxes.push(element.getBoundingClientRect());
            for (const box of boxes) {
              let reachable = { x: false, y: false };
              for (let outer = element; outer; outer = outer.parentElement) {
                const around = getComputedStyle(outer);
                if (['auto', 'scroll'].includes(around.overflowX) && outer !== document.body) reachable.x = true;
                if (['auto', 'scroll'].includes(around.overflowY) && outer !== document.body) reachable.y = true;
                if (around.textOverflow === 'ellipsis' || outer.dataset.cutOff !== undefined) reachable.x = true;
                const room = outer.getBoundingClientRect();
                if (!reachable.x && clips(around.overflowX) && (box.left < room.left - 2 || box.right > room.right + 2)) { say('cut off sideways', element); break; }
                if (!reachable.y && clips(around.overflowY) && (box.top < room.top - 2 || box.bottom > room.bottom + 2)) { say('cut off above or below', element); break; }
                if (around.position === 'fixed') break;
              }
              if (!reachable.x && (box.left < -1 || box.right > innerWidth + 1)) say('outside the window', element);
            }
          }
          return [...new Set(found)].join('\n');
        }
        """);
}
