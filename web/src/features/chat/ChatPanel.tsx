// The conversation in writing, with private messages.
import { ArrowDown, MessageSquare } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ChatMessage } from '@/call';
import { codeText } from '@/app/api/error-text';
import { useCall, useCallState } from '@/app/call-binding';
import { formatTime, useLocale, useText } from '@/i18n';
import { cx } from '@/ui/cx';
import { Empty } from '@/ui/Empty';
import { ChatText } from './ChatText';
import { Composer } from './Composer';

/** Messages by the same person within this time share one heading. */
const togetherMs = 3 * 60_000;

const continues = (message: ChatMessage, before: ChatMessage | undefined) =>
  before !== undefined &&
  before.from === message.from &&
  before.mine === message.mine &&
  before.to === message.to &&
  before.private === message.private &&
  message.sentAt - before.sentAt < togetherMs;

/** `opened` says that the person has just asked for it: then the keyboard is there to write. */
export function ChatPanel({ opened }: { opened: boolean }) {
  const t = useText();
  const call = useCall();
  const messages = useCallState(call.room, (state) => state.messages);
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);

  useEffect(() => {
    call.chatSeen(true);
    return () => call.chatSeen(false);
  }, [call]);

  const toEnd = () => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  // Follows the conversation unless the person reads further up; one's own words are always shown.
  const last = messages.at(-1);
  useEffect(() => {
    if (atEnd || last?.mine) toEnd();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- scrolls on a new message, not on scrolling
  }, [last?.key, messages.length]);

  return (
    <>
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div
          ref={list}
          role="log"
          aria-label={t('chat.log')}
          tabIndex={0}
          onScroll={({ currentTarget: element }) => setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < 48)}
          className="min-h-0 flex-1 overflow-y-auto px-4 pb-3"
        >
          {messages.length === 0 ? (
            <div className="grid min-h-full place-items-center">
              <Empty icon={<MessageSquare size={22} />} title={t('chat.empty')} brief={!opened}>
                {t('chat.emptyBody')}
              </Empty>
            </div>
          ) : (
            messages.map((message, index) => (
              <Message key={message.key} message={message} headed={!continues(message, messages[index - 1])} />
            ))
          )}
        </div>
        {!atEnd && (
          <button
            type="button"
            onClick={toEnd}
            className="absolute bottom-2 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3 text-xs shadow-float"
          >
            <ArrowDown size={14} />
            {t('chat.newBelow')}
          </button>
        )}
      </div>
      <Composer opened={opened} />
    </>
  );
}

function Message({ message, headed }: { message: ChatMessage; headed: boolean }) {
  const t = useText();
  const locale = useLocale();
  const call = useCall();
  const secret = message.private && (message.mine ? t('chat.privateTo', { name: message.toName ?? '' }) : t('chat.privateFrom'));
  return (
    <article className={headed ? 'mt-4' : 'mt-1'}>
      {headed && (
        <p className="mb-1 flex flex-wrap items-baseline gap-x-2 text-xs">
          <span className="font-semibold">{message.mine ? t('app.you') : message.fromName}</span>
          {secret && <span className="font-medium text-amber-text">{secret}</span>}
          <time className="tabular text-soft" dateTime={new Date(message.sentAt).toISOString()}>
            {formatTime(locale, message.sentAt)}
          </time>
        </p>
      )}
      <div
        className={cx(
          'w-fit max-w-full rounded-xl px-3 py-2',
          message.private ? 'bg-amber-wash' : message.mine ? 'bg-cobalt-wash' : 'bg-sunken',
          message.status === 'pending' && 'opacity-60',
        )}
      >
        <ChatText text={message.text} />
      </div>
      {message.status === 'pending' && <p className="mt-0.5 text-xs text-soft">{t('chat.pending')}</p>}
      {message.status === 'failed' && (
        <p role="alert" className="mt-1 text-xs text-red-text">
          {t('chat.failed')} {message.error && codeText(t, message.error)}{' '}
          <button
            type="button"
            className="font-semibold underline underline-offset-2"
            onClick={() => void call.retryChat(message.key).catch(() => undefined)}
          >
            {t('chat.again')}
          </button>{' '}
          <button type="button" className="font-semibold underline underline-offset-2" onClick={() => call.discardChat(message.key)}>
            {t('chat.discard')}
          </button>
        </p>
      )}
    </article>
  );
}
