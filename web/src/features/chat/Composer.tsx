// Writing: to everybody or to one; Enter sends, Shift+Enter starts a new line.
import { SendHorizontal } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { changeRoomView, useRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';

const maxCharacters = 4000;

export function Composer({ opened }: { opened: boolean }) {
  const t = useText();
  const call = useCall();
  const { chatTo, writeTurn } = useRoomView();
  const people = useCallState(call.room, (state) => state.participants);
  const order = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me));
  const [text, setText] = useState('');
  const input = useRef<HTMLTextAreaElement>(null);
  // Who left cannot be written to; the words stay, the address returns to everybody only when the person says so.
  const to = chatTo !== null && order.includes(chatTo) ? chatTo : null;
  const gone = chatTo !== null && to === null;
  const excess = [...text].length - maxCharacters;
  const ready = text.trim().length > 0 && excess <= 0 && !gone;

  useEffect(() => {
    if (opened || chatTo || writeTurn > 0) input.current?.focus();
  }, [opened, chatTo, writeTurn]);
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(140, element.scrollHeight)}px`;
  }, [text]);

  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    // A refusal shows on the message itself.
    void call.sendChat(text.trim(), to ?? undefined).catch(() => undefined);
    setText('');
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };

  return (
    <form onSubmit={send} className="border-t border-line p-3 pb-[max(12px,env(safe-area-inset-bottom))]">
      <div className="mb-2 flex items-center gap-2 text-xs">
        <label htmlFor="chat-to" className="text-soft">
          {t('chat.to')}
        </label>
        <select
          id="chat-to"
          value={chatTo ?? ''}
          onChange={(event) => changeRoomView({ chatTo: event.target.value || null })}
          className={`h-8 max-w-56 min-w-0 truncate rounded-lg border px-2 font-medium ${to ? 'border-amber bg-amber-wash' : 'border-line bg-surface'}`}
        >
          <option value="">{t('chat.everyone')}</option>
          {gone && <option value={chatTo}>—</option>}
          {order.map((id) => (
            <option key={id} value={id}>
              {people[id]?.name}
            </option>
          ))}
        </select>
        {to && <span className="min-w-0 truncate text-amber-text">{t('chat.privateHint', { name: people[to]?.name ?? '' })}</span>}
        {gone && <span className="text-red-text">{t('error.peer_not_found')}</span>}
      </div>
      <div className="flex items-end gap-2">
        <textarea
          ref={input}
          rows={1}
          aria-label={t('chat.message')}
          placeholder={t('chat.message')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          aria-invalid={excess > 0 || undefined}
          className="min-h-11 min-w-0 flex-1 resize-none rounded-xl border border-line bg-sunken px-3.5 py-2.5 placeholder:text-soft focus:border-cobalt focus:outline-2 focus:outline-offset-0 focus:outline-cobalt/40"
        />
        <button
          type="submit"
          aria-label={t('chat.send')}
          title={t('chat.send')}
          aria-disabled={!ready}
          className="grid size-11 shrink-0 place-items-center rounded-xl bg-cobalt-fill text-white transition-opacity aria-disabled:opacity-45"
        >
          <SendHorizontal size={20} />
        </button>
      </div>
      {excess > 0 && (
        <p role="alert" className="mt-1.5 text-xs text-red-text">
          {t('chat.tooLong', { count: excess })}
        </p>
      )}
    </form>
  );
}
