// Keys of the room. They rest while one writes, while a dialogue is open, and where a key has a meaning of its own.
import { useEffect, useRef } from 'react';
import { useCall } from '@/app/call-binding';
import { askToWrite, changeRoomView, roomViewStore, togglePanel } from '@/app/room-view-store';
import { useMediaControls } from '@/app/use-media-controls';

const writes = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const pressesWithSpace = 'button, a, summary, [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=switch], [role=tab]';

const isWithin = (event: KeyboardEvent, selector: string) => event.target instanceof Element && event.target.closest(selector) !== null;

export function useRoomShortcuts(): void {
  const call = useCall();
  const controls = useMediaControls();
  const kind = call.room.getState().room?.kind ?? 'video';
  const latest = useRef({ controls, kind });
  useEffect(() => {
    latest.current = { controls, kind };
  });

  useEffect(() => {
    let talking = false;
    const talk = (down: boolean) => {
      if (down === talking) return;
      const { mic, pushToTalk } = latest.current.controls;
      if (down && mic.on && !pushToTalk) return;
      talking = down;
      if (pushToTalk) (down ? call.devices.pushToTalkDown : call.devices.pushToTalkUp)();
      else void call.devices.setMic(down);
    };
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isWithin(event, writes) || isWithin(event, 'dialog, [role=dialog], [role=menu]') || roomViewStore.getState().dialog) return;
      const { controls: now, kind: roomKind } = latest.current;
      if (event.key === ' ') {
        if (roomKind === 'data' || isWithin(event, pressesWithSpace)) return;
        event.preventDefault();
        talk(true);
        return;
      }
      if (event.repeat) return;
      const keys: Record<string, (() => void) | false> = {
        m: roomKind !== 'data' && now.mic.toggle,
        v: roomKind === 'video' && now.camera.toggle,
        s: roomKind !== 'data' && now.canShareScreen && now.screen.toggle,
        // in a data room the conversation is always open
        c: () => (roomKind === 'data' ? askToWrite() : togglePanel('chat')),
        p: () => togglePanel('people'),
        h: now.hand.toggle,
        '?': () => changeRoomView({ dialog: 'shortcuts' }),
      };
      const action = keys[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      action();
    };
    // A button that was pressed with the mouse would keep the keyboard, and Space would press it again instead of talking.
    const letGo = (event: MouseEvent) => {
      const button =
        event.target instanceof Element ? event.target.closest<HTMLElement>('[role=toolbar] button:not([aria-haspopup])') : null;
      if (event.detail > 0) button?.blur();
    };
    const release = (event: KeyboardEvent) => event.key === ' ' && talk(false);
    // A window that loses the keyboard never hears the key go up: the microphone must not stay open.
    const lose = () => talk(false);
    window.addEventListener('keydown', press);
    window.addEventListener('keyup', release);
    // before the press changes the button's picture, which would then be nowhere
    window.addEventListener('click', letGo, true);
    window.addEventListener('blur', lose);
    return () => {
      lose();
      window.removeEventListener('keydown', press);
      window.removeEventListener('keyup', release);
      window.removeEventListener('click', letGo, true);
      window.removeEventListener('blur', lose);
    };
  }, [call]);
}
