// The text of a message, with addresses made pressable. Everything else stays exactly what it is: text.
import { splitLinks } from './links';

export function ChatText({ text }: { text: string }) {
  return (
    <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-cobalt-text underline underline-offset-2"
          >
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}
