// Whether others may learn this network's address: off where the server has no relay to hide it behind.
import { hasRelay } from '@/call';
import { useText } from '@/i18n';
import { Switch } from '@/ui/Switch';
import { useCall, useCallState } from '../call-binding';

export function RelaySwitch() {
  const t = useText();
  const call = useCall();
  const relayOnly = useCallState(call.peers, (state) => state.relayOnly);
  const available = useCallState(call.connection, (state) => hasRelay(state.iceServers));
  return (
    <Switch
      label={t('settings.relay')}
      hint={t(available || relayOnly ? 'settings.relayHint' : 'settings.relayNone')}
      checked={relayOnly}
      disabled={!available && !relayOnly}
      onChange={(on) => call.setRelayOnly(on)}
    />
  );
}
