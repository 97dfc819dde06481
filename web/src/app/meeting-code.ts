// Reads a meeting's code from what people type or paste: the code, with or without dashes, or a whole link.
const shape = /^[a-z]{3}-[a-z]{4}-[a-z]{3}$/;

export function parseMeetingCode(input: string): string | null {
  let text = input.trim();
  if (/[/:]/.test(text)) {
    try {
      const url = new URL(text.includes('://') ? text : `https://${text}`);
      text = url.pathname.split('/').filter(Boolean).at(-1) ?? '';
    } catch {
      return null;
    }
  }
  const letters = text.toLowerCase().replace(/[\s-]/g, '');
  if (!/^[a-z]{10}$/.test(letters)) return null;
  return `${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7)}`;
}

export const isMeetingCode = (text: string) => shape.test(text);

export const joinLink = (code: string) => `${location.origin}/${code}`;
