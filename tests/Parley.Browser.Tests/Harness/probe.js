// Injected before the app: sees every socket message, peer connection and device request, and changes none of them unless
// `__parleyProbeSettings` says so. The tests read what really arrived from here, not from what the app claims.
(() => {
  const settings = window.__parleyProbeSettings ?? {};
  const probe = {
    names: new Map(),
    connections: [],
    sent: [],
    received: [],
    sockets: [],
    mediaRequests: [],
    errors: [],
    peerByFragment: new Map(),
    gaps: new Map(),
  };
  const keep = (list, item) => {
    list.push(item);
    if (list.length > 4000) list.splice(0, 1000);
  };

  // --- signaling
  const learnNames = (message) => {
    const people = [message.participant, message.room?.participants, message.room?.waiting, message.participants].flat();
    for (const person of people) if (person?.id && person.name) probe.names.set(person.id, person.name);
    for (const missed of message.missed ?? []) learnNames(missed);
  };
  const fragmentOf = (sdp) => /a=ice-ufrag:(\S+)/.exec(sdp ?? '')?.[1] + '/' + /a=ice-pwd:(\S+)/.exec(sdp ?? '')?.[1];
  const record = (list, text) => {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (list === probe.received) {
      learnNames(message);
      if ((message.type === 'offer' || message.type === 'answer') && message.from) {
        probe.peerByFragment.set(fragmentOf(message.sdp), message.from);
      }
    }
    keep(list, { at: Date.now(), type: message.type, message });
  };
  class ProbedSocket extends window.WebSocket {
    constructor(...args) {
      super(...args);
      probe.sockets.push(this);
      this.addEventListener('message', (event) => record(probe.received, event.data));
    }
    send(data) {
      record(probe.sent, data);
      super.send(data);
    }
  }
  window.WebSocket = ProbedSocket;

  // --- peer connections
  const NativeConnection = window.RTCPeerConnection;
  class ProbedConnection extends NativeConnection {
    constructor(configuration, ...rest) {
      super(settings.relayOnly ? { ...configuration, iceTransportPolicy: 'relay' } : configuration, ...rest);
      this.probed = { peer: null, createdAt: Date.now() };
      probe.connections.push(this);
    }
    setRemoteDescription(description, ...rest) {
      const peer = probe.peerByFragment.get(fragmentOf(description?.sdp));
      if (peer) this.probed.peer = peer;
      return super.setRemoteDescription(description, ...rest);
    }
  }
  window.RTCPeerConnection = ProbedConnection;

  // --- devices
  const devices = navigator.mediaDevices;
  if (devices) {
    const small = (video) => {
      if (!settings.maxHeight || !video) return video;
      const size = { width: { ideal: Math.round((settings.maxHeight * 16) / 9) }, height: { ideal: settings.maxHeight } };
      return { ...(typeof video === 'object' ? video : {}), ...size };
    };
    // Chromium's fake devices cannot be pulled out, so pulling is played at the browser's own interface: the device is no longer listed
    // and opened, its tracks end, and `devicechange` is told, in the order in which Chromium does it.
    const pulled = new Set();
    const captured = new Set();
    const enumerateDevices = devices.enumerateDevices.bind(devices);
    devices.enumerateDevices = async () => (await enumerateDevices()).filter((device) => !pulled.has(device.label));
    const pluggedIn = async (kind, constraint) => {
      if (!constraint || pulled.size === 0) return constraint;
      const present = (await devices.enumerateDevices()).filter((device) => device.kind === kind);
      if (present.length === 0) throw new DOMException('Requested device not found', 'NotFoundError');
      const exact = constraint.deviceId?.exact;
      if (exact && !present.some((device) => device.deviceId === exact)) throw new OverconstrainedError('deviceId');
      return { ...(typeof constraint === 'object' ? constraint : {}), deviceId: { exact: exact ?? present[0].deviceId } };
    };
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      probe.mediaRequests.push({ kind: 'user', audio: !!constraints?.audio, video: !!constraints?.video });
      const stream = await getUserMedia({
        audio: await pluggedIn('audioinput', constraints?.audio),
        video: await pluggedIn('videoinput', constraints?.video && small(constraints.video)),
      });
      for (const track of stream.getTracks()) captured.add(track);
      return stream;
    };
    const clone = MediaStreamTrack.prototype.clone;
    MediaStreamTrack.prototype.clone = function () {
      const copy = clone.call(this);
      if (captured.has(this)) captured.add(copy);
      return copy;
    };
    const live = () => [...captured].filter((track) => track.readyState === 'live');
    /** The name of the device that is open, or an empty text. */
    probe.openDevice = (kind) => live().findLast((track) => track.kind === kind)?.label ?? '';
    probe.pull = (label) => {
      pulled.add(label);
      for (const track of live().filter((track) => track.label === label)) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
      devices.dispatchEvent(new Event('devicechange'));
    };
    probe.plug = (label) => {
      pulled.delete(label);
      devices.dispatchEvent(new Event('devicechange'));
    };
    const getDisplayMedia = devices.getDisplayMedia?.bind(devices);
    if (getDisplayMedia) {
      devices.getDisplayMedia = (constraints) => {
        probe.mediaRequests.push({ kind: 'display' });
        return getDisplayMedia(settings.maxHeight ? { ...constraints, video: { frameRate: 10 } } : constraints);
      };
    }
    const applyConstraints = MediaStreamTrack.prototype.applyConstraints;
    MediaStreamTrack.prototype.applyConstraints = function (constraints) {
      const tooLarge = settings.maxHeight && this.kind === 'video' && (constraints?.width || constraints?.height);
      return applyConstraints.call(this, tooLarge ? small(constraints) : constraints);
    };
  }
  window.addEventListener('error', (event) => probe.errors.push(String(event.message)));
  window.addEventListener('unhandledrejection', (event) => probe.errors.push('unhandled rejection: ' + String(event.reason)));

  // --- what is heard and seen of whom
  const idsOf = (name) => [...probe.names].filter(([, known]) => known === name).map(([id]) => id);
  const connectionsWith = (name) => {
    const ids = idsOf(name);
    return probe.connections.filter((pc) => ids.includes(pc.probed.peer) && pc.connectionState !== 'closed');
  };
  const zero = () => ({
    connections: 0, state: 'none', framesDecoded: 0, videoTracksAlive: 0, audioEnergy: 0, audioSamples: 0, framesSent: 0,
    audioPacketsSent: 0, bytesReceived: 0, localCandidate: '', remoteCandidate: '', relayProtocol: '', width: 0, height: 0, videoCodec: '',
  });
  probe.inbound = async (name) => {
    const total = zero();
    for (const pc of connectionsWith(name)) {
      total.connections++;
      total.state = pc.connectionState;
      const report = await pc.getStats();
      let transport;
      for (const stat of report.values()) {
        if (stat.type === 'transport') transport = stat;
        if (stat.type === 'inbound-rtp' && stat.kind === 'video') {
          total.framesDecoded += stat.framesDecoded ?? 0;
          total.bytesReceived += stat.bytesReceived ?? 0;
          if (stat.frameHeight >= total.height) {
            total.width = stat.frameWidth ?? 0;
            total.height = stat.frameHeight ?? 0;
          }
          if (stat.framesPerSecond > 0) total.videoTracksAlive++;
          total.videoCodec = report.get(stat.codecId)?.mimeType ?? total.videoCodec;
        }
        if (stat.type === 'inbound-rtp' && stat.kind === 'audio') {
          total.audioEnergy += stat.totalAudioEnergy ?? 0;
          total.audioSamples += stat.totalSamplesReceived ?? 0;
        }
        if (stat.type === 'outbound-rtp' && stat.kind === 'video') total.framesSent += stat.framesSent ?? 0;
        if (stat.type === 'outbound-rtp' && stat.kind === 'audio') total.audioPacketsSent += stat.packetsSent ?? 0;
      }
      const pair = transport?.selectedCandidatePairId && report.get(transport.selectedCandidatePairId);
      if (pair) {
        const local = report.get(pair.localCandidateId);
        total.localCandidate = local?.candidateType ?? '';
        total.relayProtocol = local?.relayProtocol ?? '';
        total.remoteCandidate = report.get(pair.remoteCandidateId)?.candidateType ?? '';
      }
    }
    return total;
  };
  /** Every UDP port that our connections with a person have open. */
  probe.localPorts = async (name) => {
    const ports = new Set();
    for (const pc of connectionsWith(name)) {
      for (const stat of (await pc.getStats()).values()) {
        if (stat.type === 'local-candidate' && stat.protocol === 'udp' && stat.port > 0) ports.add(stat.port);
      }
    }
    return [...ports];
  };
  /** Takes the other end's connection away without a word, as a crashed machine does. */
  probe.closeConnectionsWith = (name) => {
    const open = connectionsWith(name);
    for (const pc of open) NativeConnection.prototype.close.call(pc);
    return open.length;
  };
  probe.sentCount = (type) => probe.sent.filter((item) => item.type === type).length;
  probe.receivedCount = (type) => probe.received.filter((item) => item.type === type).length;
  /** When the first message of a type came after a moment, in milliseconds since the epoch; 0 for not yet. */
  probe.receivedSince = (type, since) => probe.received.find((item) => item.type === type && item.at >= since)?.at ?? 0;
  probe.myId = () => probe.received.findLast((item) => item.message.room?.me)?.message.room.me ?? null;

  // --- gaps between pictures, per remote person, by what the video element really shows
  const labelOf = (group) => group.getAttribute('aria-label') ?? (group.getAttribute('aria-labelledby') ?? '').split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const watchVideo = (name, video) => {
    if (video.probedAs === name) return;
    video.probedAs = name;
    const onFrame = () => {
      const now = performance.now();
      const gap = probe.gaps.get(name);
      if (gap) {
        gap.longest = Math.max(gap.longest, now - gap.last);
        gap.last = now;
        gap.frames++;
      }
      if (video.isConnected && video.probedAs === name) video.requestVideoFrameCallback(onFrame);
      else video.probedAs = null;
    };
    video.requestVideoFrameCallback(onFrame);
  };
  probe.watchGaps = (names) => {
    const now = performance.now();
    probe.gaps = new Map(names.map((name) => [name, { longest: 0, last: now, frames: 0 }]));
    probe.gapTimer ??= setInterval(() => {
      for (const group of document.querySelectorAll('[role=group]')) {
        const video = group.querySelector('video');
        const name = video && [...probe.gaps.keys()].find((known) => labelOf(group).startsWith(known));
        if (name) watchVideo(name, video);
      }
    }, 50);
  };
  probe.readGaps = () => {
    const now = performance.now();
    return [...probe.gaps].map(([name, gap]) => ({ name, longestMs: Math.max(gap.longest, now - gap.last), frames: gap.frames }));
  };
  window.__parleyProbe = probe;
})();
