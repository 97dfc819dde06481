# A GStreamer webrtcbin: publishes known pictures and a tone by WHIP, or receives by WHEP, decodes, and tells what it sees and hears.
import argparse
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstApp, GstSdp, GstWebRTC  # noqa: E402
import numpy  # noqa: E402

import pattern  # noqa: E402
import signaling  # noqa: E402

RTP_VIDEO = {
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96",
    "h264": "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=102,packetization-mode=(string)1",
}
RTP_AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=111"
ENCODERS = {
    "vp8": "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=3000 target-bitrate=800000 ! rtpvp8pay mtu=1100",
    # One slice a picture: GStreamer's payloader puts parameter sets before each slice of a keyframe, which its depayloader takes for the next picture.
    "h264": "x264enc tune=zerolatency sliced-threads=false speed-preset=ultrafast key-int-max=3000 bitrate=800 ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay mtu=1100 config-interval=-1 aggregate-mode=zero-latency",
}
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=RGB ! appsink name=sink sync=false",
    "H264": "rtph264depay ! h264parse ! openh264dec ! videoconvert ! video/x-raw,format=RGB ! appsink name=sink sync=false",
    "OPUS": "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! appsink name=sink sync=false",
}
PUBLISHER = """
  webrtcbin name=peer bundle-policy=max-bundle
  appsrc name=pictures is-live=true format=time caps=video/x-raw,format=RGB,width={width},height={height},framerate=30/1
    ! videoconvert ! video/x-raw,format=I420 ! {encoder} ! {rtp} ! peer.
  appsrc name=tone is-live=true format=time caps=audio/x-raw,format=S16LE,channels=1,rate=48000,layout=interleaved
    ! audioconvert ! opusenc ! rtpopuspay ! {audio} ! peer.
"""


class Peer:
    def __init__(self, options):
        self._options = options
        self._loop = GLib.MainLoop()
        self._status = 0
        self._resource = None
        self._heard = numpy.zeros(0, numpy.int16)
        if options.publish:
            self._pipeline = Gst.parse_launch(
                PUBLISHER.format(
                    width=pattern.WIDTH, height=pattern.HEIGHT, encoder=ENCODERS[options.video], rtp=RTP_VIDEO[options.video], audio=RTP_AUDIO
                )
            )
            self._peer = self._pipeline.get_by_name("peer")
        else:
            self._pipeline = Gst.Pipeline.new()
            self._peer = Gst.ElementFactory.make("webrtcbin")
            self._peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
            self._pipeline.add(self._peer)
        # Loopback is no candidate unless it is asked for. The agent is kept: Python takes over its floating reference.
        self._ice = self._peer.get_property("ice-agent")
        self._ice.emit("add-local-ip-address", options.address)
        self._peer.connect("notify::ice-gathering-state", self._gathered)
        self._peer.connect("notify::connection-state", self._changed)
        self._peer.connect("pad-added", self._added)

    def run(self):
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self._fail)
        direction = GstWebRTC.WebRTCRTPTransceiverDirection
        if self._options.publish:
            index = 0
            while (transceiver := self._peer.emit("get-transceiver", index)) is not None:
                transceiver.set_property("direction", direction.SENDONLY)
                index += 1
        else:
            profile = ",profile-level-id=(string)42e01f" if self._options.video == "h264" else ""
            for caps in (RTP_AUDIO, RTP_VIDEO[self._options.video] + profile):
                transceiver = self._peer.emit("add-transceiver", direction.RECVONLY, Gst.Caps.from_string(caps))
                if "video" in caps:
                    transceiver.set_property("do-nack", True)
        self._pipeline.set_state(Gst.State.PLAYING)
        if self._options.publish:
            self._feed("pictures", self._picture, Gst.SECOND // 30)
            self._feed("tone", self._sound, Gst.SECOND // 50)
            GLib.timeout_add(10, self._offer_when_known)
        else:
            self._offer()
        threading.Thread(target=self._end, daemon=True).start()
        self._loop.run()
        if self._resource:
            signaling.delete(self._resource)
        self._pipeline.set_state(Gst.State.NULL)
        return self._status

    def _end(self):
        signaling.wait_for_end()
        GLib.idle_add(self._loop.quit)

    def _fail(self, _bus, message):
        error, detail = message.parse_error()
        signaling.tell("failed", why=f"{error} {detail}")
        self._status = 1
        self._loop.quit()

    def _feed(self, name, make, period):
        source = self._pipeline.get_by_name(name)
        state = {"count": 0}

        def push():
            buffer = Gst.Buffer.new_wrapped(make(state["count"]))
            buffer.pts = state["count"] * period
            buffer.duration = period
            state["count"] += 1
            return source.emit("push-buffer", buffer) == Gst.FlowReturn.OK

        # Presentation begins with the pipeline's own time, so that nothing is late from the start.
        GLib.timeout_add(period // Gst.MSECOND, push)
        source.set_property("do-timestamp", False)

    @staticmethod
    def _picture(count):
        return pattern.draw(count).tobytes()

    @staticmethod
    def _sound(count):
        samples = pattern.RATE // 50
        return pattern.tone(count * samples, samples).tobytes()

    def _offer_when_known(self):
        """What is offered of H.264 is what its encoder makes, which the first picture tells."""
        if not all(pad.get_current_caps() for pad in self._peer.sinkpads):
            return True
        self._offer()
        return False

    def _offer(self):
        promise = Gst.Promise.new_with_change_func(self._offered)
        self._peer.emit("create-offer", None, promise)

    def _offered(self, promise):
        # The description lives as long as the reply that holds it.
        reply = promise.get_reply()
        self._peer.emit("set-local-description", reply.get_value("offer"), None)

    def _gathered(self, peer, _property):
        if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self._signal, daemon=True).start()

    def _signal(self):
        try:
            local = self._peer.get_property("local-description")
            text, self._resource = signaling.post(self._options.url, local.sdp.as_text())
        except OSError as failure:
            signaling.tell("failed", why=f"{failure} {failure.read().decode() if hasattr(failure, 'read') else ''}")
            return
        _, message = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self._peer.emit("set-remote-description", answer, None)

    def _changed(self, peer, _property):
        state = peer.get_property("connection-state")
        signaling.tell("state", state=state.value_nick)
        if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            signaling.tell("connected")

    def _added(self, _peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        name = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        branch = Gst.parse_bin_from_description(DECODERS[name], True)
        sink = branch.get_by_name("sink")
        sink.set_property("emit-signals", True)
        sink.connect("new-sample", self._hear if name == "OPUS" else self._see)
        self._pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))

    @staticmethod
    def _see(sink):
        sample = sink.emit("pull-sample")
        caps = sample.get_caps().get_structure(0)
        width, height = caps.get_value("width"), caps.get_value("height")
        data = sample.get_buffer().extract_dup(0, sample.get_buffer().get_size())
        # Rows are padded to four bytes.
        stride = (width * 3 + 3) // 4 * 4
        image = numpy.frombuffer(data, numpy.uint8).reshape(height, stride)[:, : width * 3].reshape(height, width, 3)
        counter, right = pattern.read(image)
        signaling.tell("picture", counter=counter, bars=right, width=width, height=height)
        return Gst.FlowReturn.OK

    def _hear(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        self._heard = numpy.concatenate([self._heard, numpy.frombuffer(buffer.extract_dup(0, buffer.get_size()), numpy.int16)])
        if len(self._heard) >= pattern.RATE // 5:
            signaling.tell("sound", frequency=pattern.frequency(self._heard))
            self._heard = self._heard[:0]
        return Gst.FlowReturn.OK


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--video", default="vp8")
    parser.add_argument("--address", default="127.0.0.1")
    Gst.init(None)
    sys.exit(Peer(parser.parse_args()).run())


main()
