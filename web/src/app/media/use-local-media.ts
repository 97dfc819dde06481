// What one's own devices do at the moment, for whoever shows them before a call.
import { useCall, useCallState } from '../call-binding';

export function useLocalMedia() {
  return useCallState(useCall().devices.store, (state) => ({
    mic: state.mic.name,
    camera: state.camera.name,
    stream: state.cameraStream,
  }));
}
