// Puts a call together from its parts and names who listens to whom.
import { AudioWatch } from './audio/audio-watch';
import { RemoteAudio } from './audio/remote-audio';
import type { Call, CallOptions } from './call';
import { CallCommands } from './call-commands';
import { DataRouter } from './channels/data-router';
import { FileTransfers } from './channels/file-transfers';
import { LocalDevices } from './devices/local-devices';
import { browserEnvironment } from './environment';
import { Mesh } from './mesh/mesh';
import { Rings } from './room/rings';
import { RoomSession } from './room/room-session';
import { SignalingClient } from './signaling/signaling-client';
import { ViewHints } from './channels/view-hints';

/** One per page: it owns the socket, the devices and the peer connections. */
export function createCall(options: CallOptions): Call {
  const environment = options.environment ?? browserEnvironment();
  const origin = options.origin ?? window.location.origin;
  const url = `${origin.replace(/^http/, 'ws')}/ws`;
  const signaling = new SignalingClient({ url, tokens: options.tokens, environment });
  const history = { origin, tokens: options.tokens, fetch: environment.fetch };
  const session = new RoomSession({ signaling, environment, history });
  const rings = new Rings({ signaling, environment });
  const devices = new LocalDevices(environment);
  const mesh = new Mesh({ environment, signaling, room: session.store });
  const files: FileTransfers = new FileTransfers({ environment, mesh, router: () => router });
  const views = new ViewHints({ environment, hint: (control, to) => router.hint(control, to) });
  const router: DataRouter = new DataRouter({
    mesh,
    request: (message) => session.commands.run(message, { repeatable: false }),
    events: {
      control: (from, control) => {
        if (control.parley === 'view') mesh.setShownHeight(from, control.height);
        else files.control(from, control);
      },
      fileChannel: (from, channel) => files.fileChannel(from, channel),
      channelOpen: (peerId) => {
        files.channelOpen(peerId);
        views.channelOpen(peerId);
      },
    },
  });
  const remoteAudio = new RemoteAudio(environment, {
    blocked: (blocked) => {
      if (mesh.store.getState().audioBlocked !== blocked) mesh.store.setState({ audioBlocked: blocked });
    },
    speakerFailed: () => devices.speakerFailed(),
  });
  const audio = new AudioWatch({ environment, devices, mesh, me: () => session.store.getState().me });

  devices.testTone = (deviceId) => remoteAudio.playTone(deviceId);
  devices.store.subscribe((state, before) => {
    if (state.selected.speaker !== before.selected.speaker) void remoteAudio.setSpeaker(state.selected.speaker);
  });
  void remoteAudio.setSpeaker(devices.store.getState().selected.speaker);
  devices.onChange(() => {
    const { mic, camera, screen } = devices.store.getState();
    session.setMedia({ mic: mic.name === 'on', camera: camera.name === 'on', screen: screen.name === 'on' });
    mesh.setLocal(devices.tracks);
  });
  mesh.observe({
    tracks: (peerId, tracks) => {
      remoteAudio.setTracks(peerId, tracks);
      audio.follow();
    },
    gone: (peerId) => {
      views.gone(peerId);
      audio.follow();
    },
  });
  session.observe({
    entered: (fresh) => void mesh.entered(fresh),
    exited: () => {
      mesh.exited();
      files.exited();
      // after the end nothing stays open; a declined person keeps the preview to ask again
      if (session.store.getState().phase.name !== 'declined') devices.release();
    },
    mediaRequested: (what) => void (what === 'mic' ? devices.setMic(false) : devices.setCamera(false)),
    // exactly as it was: a page that was loaded again must not be more open than the one before
    restoreMedia: (mic, camera) => {
      const open = devices.store.getState();
      if (mic !== (open.mic.name !== 'off')) void devices.setMic(mic);
      if (camera !== (open.camera.name !== 'off')) void devices.setCamera(camera);
    },
    peerMessage: (message) => {
      if (message.type === 'data_message') router.receive(message);
      else mesh.receive(message);
    },
  });

  return new CallCommands({ signaling, session, rings, devices, files, mesh, audio, remoteAudio, router, views });
}
