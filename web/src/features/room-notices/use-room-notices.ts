// Turns what happens in the room into toasts, announcements and sounds.
import { useEffect, useRef } from 'react';
import type { DeviceNotice, Notice } from '@/call';
import { useCall } from '@/app/call-binding';
import { problemFix, problemTitle } from '@/app/media/device-problem';
import { changeRoomView, roomViewStore } from '@/app/room-view-store';
import { play } from '@/app/sounds';
import { useText, type Translate } from '@/i18n';
import { announce } from '@/ui/Announcer';
import { dismissToastGroup, toast } from '@/ui/toast';
import { comingText, type Coming } from './notice-groups';

/** Joins and leaves within this time are told together. */
const groupMs = 1200;

export function useRoomNotices(): void {
  const t = useText();
  const call = useCall();
  const words = useRef<Translate>(t);
  useEffect(() => {
    words.current = t;
  }, [t]);

  useEffect(() => {
    const coming: Record<Coming, string[]> = { joined: [], left: [] };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tellComing = () => {
      timer = undefined;
      for (const kind of ['joined', 'left'] as const) {
        if (coming[kind].length > 0) {
          toast({ text: comingText(words.current, kind, coming[kind]), group: kind });
          play(kind);
        }
        coming[kind] = [];
      }
    };
    const gather = (kind: Coming, name: string) => {
      coming[kind].push(name);
      timer ??= setTimeout(tellComing, groupMs);
    };

    // In a data room the conversation is always in view.
    const isChatShown = () => roomViewStore.getState().panel === 'chat' || call.room.getState().room?.kind === 'data';
    const stopView = roomViewStore.subscribe(() => {
      if (isChatShown()) dismissToastGroup('chat');
    });
    // What happened before this screen opened is not news, except the way in itself.
    let seen = call.room.getState().notices.at(-1)?.id ?? 0;
    const stopRoom = call.room.subscribe((state) => {
      for (const notice of state.notices) if (notice.id > seen) tellRoom(notice, words.current, gather, isChatShown());
      seen = Math.max(seen, state.notices.at(-1)?.id ?? 0);
    });
    let seenDevice = call.devices.store.getState().notices.at(-1)?.id ?? 0;
    const stopDevices = call.devices.store.subscribe((state) => {
      for (const notice of state.notices) {
        if (notice.id > seenDevice) tellDevice(notice, words.current, (id, device) => selectDevice(id, device));
      }
      seenDevice = Math.max(seenDevice, state.notices.at(-1)?.id ?? 0);
    });
    const selectDevice = (id: string, device: 'mic' | 'camera' | 'speaker') => {
      if (device === 'mic') void call.devices.selectMic(id);
      else if (device === 'camera') void call.devices.selectCamera(id);
      else void call.devices.selectSpeaker(id);
    };
    return () => {
      stopView();
      stopRoom();
      stopDevices();
      clearTimeout(timer);
    };
  }, [call]);
}

function tellRoom(notice: Notice, t: Translate, gather: (kind: Coming, name: string) => void, chatShown: boolean): void {
  switch (notice.kind) {
    case 'participant_joined':
      return gather('joined', notice.name);
    case 'participant_left':
      if (notice.reason === 'timeout') toast({ text: t('notice.timeout', { name: notice.name }) });
      else if (notice.reason === 'removed') toast({ text: t('notice.removed', { name: notice.name }) });
      else gather('left', notice.name);
      return;
    case 'participant_waiting':
      play('knock');
      return announce(t('notice.waiting', { name: notice.name }));
    case 'request_withdrawn':
      return announce(t('notice.withdrawn', { name: notice.name }));
    case 'chat': {
      // The open panel is a live log and speaks for itself.
      if (chatShown) return;
      play('chat');
      const text = t(notice.private ? 'notice.chatPrivate' : 'notice.chat', { name: notice.fromName, text: shorten(notice.text) });
      toast({ text, group: 'chat', action: { label: t('notice.chatOpen'), run: () => changeRoomView({ panel: 'chat' }) } });
      return;
    }
    case 'hand_raised':
      toast({ text: t('notice.hand', { name: notice.name }), tone: 'warn', group: `hand.${notice.participantId}` });
      return;
    case 'screen_started':
      toast({ text: t('notice.screenStarted', { name: notice.name }), group: 'screen' });
      return;
    case 'screen_stopped':
      toast({ text: t('notice.screenStopped', { name: notice.name }), group: 'screen' });
      return;
    case 'role_changed':
      toast({
        text: notice.isMe ? t(`notice.roleMe.${notice.role}`) : t(`notice.role.${notice.role}`, { name: notice.name }),
        group: 'role',
      });
      return;
    case 'muted_by_host':
      toast({ text: t('notice.muted'), tone: 'warn', group: 'muted' });
      return;
    case 'camera_stopped_by_host':
      toast({ text: t('notice.videoStopped'), tone: 'warn', group: 'stopped' });
      return;
    case 'locked':
    case 'unlocked':
      toast({ text: t(`notice.${notice.kind}`), group: 'lock' });
      return;
    case 'admitted':
      toast({ text: t('notice.admitted'), tone: 'good', group: 'admitted' });
      return;
    case 'reconnected':
      toast({ text: t('notice.reconnected'), tone: 'good', group: 'connection' });
      return;
    case 'history_incomplete':
      toast({ text: t('notice.incomplete'), tone: 'warn', lastsMs: 12_000 });
  }
}

function tellDevice(notice: DeviceNotice, t: Translate, select: (id: string, device: 'mic' | 'camera' | 'speaker') => void): void {
  switch (notice.kind) {
    case 'device_lost': {
      const { label, replacement } = notice;
      const text = replacement ? t('notice.deviceLostReplaced', { label, replacement }) : t('notice.deviceLost', { label });
      toast({ text, tone: 'warn' });
      return;
    }
    case 'device_failed': {
      const { device, problem } = notice;
      // Closing the picker of screens is a decision, not a failure; who refused it knows.
      if (device === 'screen') {
        if (problem !== 'permission_denied') toast({ text: t('problem.screen'), tone: 'bad' });
      } else if (device === 'speaker') toast({ text: t('problem.speaker'), tone: 'warn' });
      else
        toast({
          text: `${problemTitle(t, device, problem)}. ${problemFix(t, problem)}`,
          tone: 'bad',
          group: `device.${device}`,
          lastsMs: 14_000,
        });
      return;
    }
    case 'device_added': {
      const { label, deviceId, device } = notice;
      if (!label) return;
      toast({
        text: t('notice.deviceAdded', { label }),
        group: `added.${device}`,
        action: { label: t('notice.deviceUse'), run: () => select(deviceId, device) },
      });
      return;
    }
    case 'interrupted':
      toast({
        text: t(notice.device === 'mic' ? 'notice.micInterrupted' : 'notice.cameraInterrupted'),
        tone: 'warn',
        group: 'interrupted',
      });
      return;
    case 'recovered':
      toast({ text: t('notice.recovered'), tone: 'good', group: 'interrupted' });
      return;
    case 'talking_while_muted':
      toast({ text: t('notice.talkingMuted'), tone: 'warn', group: 'talking', lastsMs: 3000 });
  }
}

const shorten = (text: string) => ([...text].length > 120 ? `${[...text].slice(0, 119).join('')}…` : text);
