// The room: the names that other programs press, and what a person can do in it.
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resetRoomView } from '@/app/room-view-store';
import { Announcer } from '@/ui/Announcer';
import { clearToasts } from '@/ui/toast';
import { enterRoom, fakeCall, healthyPeer, person } from '@/testing/fake-call';
import { axeFindings, renderScreen } from '@/testing/render';
import { RoomScreen } from './RoomScreen';

const ann = person('p-ann', 'Ann');
const ben = person('p-ben', 'Ben', { camera: false, mic: false });
const button = (name: string) => screen.getByRole('button', { name });

function open(me = person('p-me', 'Me', { role: 'host' }), others = [ann, ben], more = {}) {
  const call = fakeCall();
  enterRoom(call, me, others, more);
  renderScreen(
    <>
      <RoomScreen />
      <Announcer />
    </>,
    { call },
  );
  return call;
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  resetRoomView();
  clearToasts();
});

describe('control bar', () => {
  test('names its controls exactly', () => {
    open();
    for (const name of ['Unmute microphone', 'Turn camera on', 'Share screen', 'Chat', 'People', 'Raise hand', 'Copy link', 'Leave']) {
      expect(button(name)).toBeVisible();
    }
  });

  test('names microphone, camera, sharing and hand by what a press would do', () => {
    const call = open(person('p-me', 'Me', { handRaisedAt: 5 }));
    act(() => call.set.devices({ mic: { name: 'on' }, camera: { name: 'on' }, screen: { name: 'on' } }));
    for (const name of ['Mute microphone', 'Turn camera off', 'Stop sharing', 'Lower hand']) expect(button(name)).toBeVisible();
  });

  test('switches devices and hand', async () => {
    const call = open();
    await userEvent.click(button('Unmute microphone'));
    await userEvent.click(button('Turn camera on'));
    await userEvent.click(button('Share screen'));
    await userEvent.click(button('Raise hand'));
    expect(call.devices.setMic).toHaveBeenCalledWith(true);
    expect(call.devices.setCamera).toHaveBeenCalledWith(true);
    expect(call.devices.shareScreen).toHaveBeenCalled();
    expect(call.raiseHand).toHaveBeenCalledWith(true);
  });

  test('lets a participant leave at once', async () => {
    const call = open(person('p-me', 'Me'));
    await userEvent.click(button('Leave'));
    expect(call.leave).toHaveBeenCalledOnce();
  });

  test('asks a host whether to leave or to end it for all', async () => {
    const call = open();
    await userEvent.click(button('Leave'));
    expect(call.leave).not.toHaveBeenCalled();
    expect(button('Leave meeting')).toBeVisible();
    await userEvent.click(button('End meeting for all'));
    expect(call.endRoom).toHaveBeenCalledOnce();
  });

  test('has no camera in an audio room, and neither camera, microphone nor screen in a data room', async () => {
    const call = open();
    const { room } = call.room.getState();
    act(() => call.set.room({ room: { ...room!, kind: 'audio' } }));
    expect(screen.queryByRole('button', { name: /camera/i })).toBeNull();
    expect(button('Unmute microphone')).toBeVisible();
    expect(button('Share screen')).toBeVisible();
    await userEvent.keyboard('vs');
    expect(call.devices.setCamera).not.toHaveBeenCalled();
    expect(call.devices.shareScreen).toHaveBeenCalledOnce();
    act(() => call.set.room({ room: { ...room!, kind: 'data' } }));
    expect(screen.queryByRole('button', { name: /microphone|screen/i })).toBeNull();
    await userEvent.keyboard('s');
    expect(call.devices.shareScreen).toHaveBeenCalledOnce();
    expect(screen.getByRole('textbox', { name: 'Message' })).toBeVisible();
  });
});

describe('stage', () => {
  test('gives each remote participant one group that starts with the name and holds the video, camera on or off', () => {
    open();
    for (const name of ['Ann', 'Ben']) {
      const groups = screen.getAllByRole('group').filter((group) => group.getAttribute('aria-label')?.startsWith(name));
      expect(groups).toHaveLength(1);
      expect(groups[0]!.querySelectorAll('video')).toHaveLength(1);
    }
    expect(screen.getByRole('group', { name: 'Ben, muted, camera off' })).toBeVisible();
  });

  test('keeps that group when a screen is shared and the layout changes', async () => {
    const call = open();
    await userEvent.click(button('Layout'));
    act(() => call.set.room((state) => ({ participants: { ...state.participants, [ann.id]: { ...ann, screen: true } } })));
    expect(screen.getAllByRole('group', { name: /^Ann/ })).toHaveLength(1);
    expect(screen.getByRole('figure', { name: 'Screen shared by Ann' })).toBeVisible();
  });

  test('tells the truth about a path that does not carry media', () => {
    const call = open();
    act(() => call.set.peers({ peers: { [ann.id]: { ...healthyPeer, path: 'repairing' }, [ben.id]: { ...healthyPeer, path: 'failed' } } }));
    expect(screen.getByText('Picture and sound stalled. Repairing…')).toBeVisible();
    expect(screen.getByText('No connection to this person')).toBeVisible();
  });

  test('offers the link once when alone', () => {
    open(undefined, []);
    expect(screen.getAllByRole('button', { name: 'Copy link' })).toHaveLength(1);
    expect(screen.getByText('Nobody else is here')).toBeVisible();
  });
});

describe('admission', () => {
  const waiting = [person('w-cleo', 'Cleo'), person('w-dan', 'Dan')];

  test('shows who knocks with Admit and Deny, once, wherever it is shown', async () => {
    const call = open(undefined, [ann], { waiting });
    await userEvent.click(button('Admit Cleo'));
    expect(call.admit).toHaveBeenCalledWith('w-cleo');
    await userEvent.click(button('Deny Dan'));
    expect(call.deny).toHaveBeenCalledWith('w-dan');
    await userEvent.click(button('Admit all'));
    expect(call.admitAll).toHaveBeenCalled();
    await userEvent.click(button('People'));
    expect(screen.getAllByRole('button', { name: 'Admit Cleo' })).toHaveLength(1);
    expect(screen.getAllByRole('button', { name: 'Admit all' })).toHaveLength(1);
  });

  test('lies above a dialogue, where it can be pressed, even if the list of people below has it', async () => {
    const call = open(undefined, [ann], { waiting });
    await userEvent.click(button('People'));
    await userEvent.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Admit Cleo' }));
    expect(call.admit).toHaveBeenCalledWith('w-cleo');
  });

  test('counts on People who waits, without changing its name', () => {
    open(undefined, [ann], { waiting });
    expect(button('People')).toHaveAccessibleDescription('2 people are waiting to come in');
  });
});

describe('chat', () => {
  test('sends to everybody and privately', async () => {
    const call = open();
    await userEvent.click(button('Chat'));
    await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Hello');
    await userEvent.click(button('Send'));
    expect(call.sendChat).toHaveBeenCalledWith('Hello', undefined);
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'To' }), 'Ann');
    await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Psst{Enter}');
    expect(call.sendChat).toHaveBeenLastCalledWith('Psst', ann.id);
  });

  test('never turns a private message public when its reader left', async () => {
    const call = open();
    await userEvent.click(button('Chat'));
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'To' }), 'Ann');
    await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Secret');
    act(() => call.set.room((state) => ({ order: state.order.filter((id) => id !== ann.id) })));
    await userEvent.click(button('Send'));
    expect(call.sendChat).not.toHaveBeenCalled();
  });

  test('says what failed and offers another try', async () => {
    const call = open();
    const message = {
      key: 'k1',
      messageId: null,
      clientId: 'c1',
      from: 'p-me',
      fromName: 'Me',
      mine: true,
      text: 'Lost',
      to: null,
      toName: null,
      private: false,
      sentAt: 5,
      status: 'failed' as const,
      error: 'internal' as const,
    };
    act(() => call.set.room({ messages: [message] }));
    await userEvent.click(button('Chat'));
    await userEvent.click(button('Try again'));
    expect(call.retryChat).toHaveBeenCalledWith('k1');
  });
});

describe('people', () => {
  test('lets a host mute, appoint and, after a question, remove', async () => {
    const call = open();
    await userEvent.click(button('People'));
    await userEvent.click(button('Options for Ann'));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Mute' }));
    expect(call.muteParticipant).toHaveBeenCalledWith(ann.id);
    await userEvent.click(button('Options for Ann'));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Make co-host' }));
    expect(call.setRole).toHaveBeenCalledWith(ann.id, 'cohost');
    await userEvent.click(button('Options for Ann'));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Remove from meeting' }));
    expect(call.removeParticipant).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));
    expect(call.removeParticipant).toHaveBeenCalledWith(ann.id);
  });

  test('offers a participant no power over others', async () => {
    open(person('p-me', 'Me'));
    await userEvent.click(button('People'));
    await userEvent.click(button('Options for Ann'));
    expect(within(screen.getByRole('menu')).getAllByRole('menuitem')).toHaveLength(2);
  });
});

describe('keyboard', () => {
  test('has a key for each switch and holds the microphone open with Space', async () => {
    const call = open();
    await userEvent.keyboard('mvh');
    expect(call.devices.setMic).toHaveBeenCalledWith(true);
    expect(call.devices.setCamera).toHaveBeenCalledWith(true);
    expect(call.raiseHand).toHaveBeenCalledWith(true);
    const keyboard = userEvent.setup();
    await keyboard.keyboard('{ >}');
    expect(call.devices.setMic).toHaveBeenLastCalledWith(true);
    await keyboard.keyboard('{/ }');
    expect(call.devices.setMic).toHaveBeenLastCalledWith(false);
    await userEvent.keyboard('p');
    expect(screen.getByRole('complementary', { name: 'People' })).toBeVisible();
  });

  test('goes to the place to write in a data room, where the conversation is always open', async () => {
    const call = open();
    const { room } = call.room.getState();
    act(() => call.set.room({ room: { ...room!, kind: 'data' } }));
    await userEvent.keyboard('c');
    expect(screen.getByRole('textbox', { name: 'Message' })).toHaveFocus();
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  test('talks with Space after the bar was used with the mouse', async () => {
    const call = open();
    await userEvent.click(button('Raise hand'));
    await userEvent.keyboard('{ >}');
    expect(call.devices.setMic).toHaveBeenLastCalledWith(true);
    expect(call.raiseHand).toHaveBeenCalledOnce();
    await userEvent.keyboard('{/ }');
  });

  test('closes the microphone when the window loses the keyboard while Space is held', async () => {
    const call = open();
    await userEvent.keyboard('{ >}');
    act(() => void window.dispatchEvent(new Event('blur')));
    expect(call.devices.setMic).toHaveBeenLastCalledWith(false);
  });

  test('leaves the keys alone while one writes', async () => {
    const call = open();
    await userEvent.click(button('Chat'));
    await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'mvh');
    expect(call.devices.setMic).not.toHaveBeenCalled();
  });
});

describe('notices', () => {
  test('tells many arrivals in one sentence', async () => {
    const call = open();
    const joined = (id: number, name: string) => ({ id, at: 1, kind: 'participant_joined' as const, participantId: name, name });
    act(() => call.set.room({ notices: [joined(1, 'Cleo'), joined(2, 'Dan'), joined(3, 'Eve')] }));
    const region = screen.getByRole('region', { name: 'Notifications' });
    await waitFor(() => expect(within(region).getByText('Cleo and 2 others joined')).toBeVisible(), { timeout: 3000 });
  });

  test('says what to do when people cannot be reached, and when the wish for a relay is why', async () => {
    const call = open();
    act(() => call.set.peers({ peers: { [ann.id]: { ...healthyPeer, path: 'failed' }, [ben.id]: healthyPeer } }));
    expect(screen.getByRole('alert')).toHaveTextContent(/No path to 1 person.*firewall/);
    act(() => call.set.connection({ phase: { name: 'online' } }));
    act(() => call.set.peers({ relayOnly: true }));
    expect(screen.getByRole('alert')).toHaveTextContent(/this server has no relay/);
    await userEvent.click(button('Connect directly'));
    expect(call.setRelayOnly).toHaveBeenCalledWith(false);
  });

  test('warns of a mesh that is larger than the server wishes', () => {
    const call = open();
    act(() => call.set.connection({ meshLimit: 3 }));
    expect(screen.queryByText(/may be slow/)).toBeNull();
    act(() => call.set.room((state) => ({ order: [...state.order, 'p-cleo'] })));
    expect(within(screen.getByRole('region', { name: 'Notifications' })).getByText(/4 people in one meeting may be slow/)).toBeVisible();
  });

  test('shows reconnecting as such', () => {
    const call = open();
    act(() => call.set.room({ phase: { name: 'reconnecting', since: 1 } }));
    expect(screen.getByText(/The conversation goes on; we are reconnecting/)).toBeVisible();
  });
});

test.each(['nothing', 'Chat', 'People'])('has no finding of axe with %s open', async (panel) => {
  const call = open(undefined, [ann, ben], { waiting: [person('w-cleo', 'Cleo')] });
  act(() => call.set.peers({ peers: { [ann.id]: healthyPeer, [ben.id]: { ...healthyPeer, quality: { level: 'poor', reason: 'loss' } } } }));
  if (panel !== 'nothing') await userEvent.click(button(panel));
  expect(await axeFindings()).toEqual([]);
});
