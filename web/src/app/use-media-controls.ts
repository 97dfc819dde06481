// The own microphone, camera, screen and hand as switches, for the bar and for the keyboard alike.
import { useCall, useCallState } from './call-binding';
import { reportFailure } from './report-failure';
import { useText } from '@/i18n';
import type { DeviceStatus } from '@/call';

export interface MediaSwitch {
  readonly on: boolean;
  readonly status: DeviceStatus['name'];
  readonly toggle: () => void;
}

const wanted = (status: DeviceStatus) => status.name === 'on' || status.name === 'starting' || status.name === 'interrupted';

export function useMediaControls() {
  const t = useText();
  const call = useCall();
  const { devices } = call;
  const state = useCallState(devices.store, ({ mic, camera, screen, canShareScreen, pushToTalk }) => ({
    mic,
    camera,
    screen,
    canShareScreen,
    pushToTalk,
  }));
  const handRaised = useCallState(call.room, ({ me, participants }) => me !== null && participants[me]?.handRaisedAt != null);
  const switchOf = (status: DeviceStatus, toggle: (on: boolean) => void): MediaSwitch => {
    const on = wanted(status);
    return { on, status: status.name, toggle: () => toggle(!on) };
  };
  return {
    mic: switchOf(state.mic, (on) => void devices.setMic(on)),
    camera: switchOf(state.camera, (on) => void devices.setCamera(on)),
    screen: switchOf(state.screen, (on) => (on ? void devices.shareScreen() : devices.stopScreen())),
    hand: {
      on: handRaised,
      status: handRaised ? ('on' as const) : ('off' as const),
      toggle: () => void call.raiseHand(!handRaised).catch((error: unknown) => reportFailure(t, error)),
    },
    canShareScreen: state.canShareScreen,
    pushToTalk: state.pushToTalk,
  };
}
