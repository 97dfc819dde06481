# An aiortc client: publishes known pictures and a tone by WHIP, or receives by WHEP, decodes, and tells what it sees and hears.
import argparse
import asyncio
import fractions
import time

import av
import numpy
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription, VideoStreamTrack
from aiortc.codecs import h264
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

import pattern
import signaling


def encoder_with_keyframes(name, width, height, bitrate):
    """As aiortc makes it, but with a keyframe every second: for H.264 it gives none when it is asked for one."""
    codec = av.CodecContext.create(name, "w")
    codec.width, codec.height, codec.bit_rate, codec.pix_fmt = width, height, bitrate, "yuv420p"
    codec.framerate, codec.time_base = fractions.Fraction(h264.MAX_FRAME_RATE, 1), fractions.Fraction(1, h264.MAX_FRAME_RATE)
    codec.options = {"profile": "baseline", "level": "31", "tune": "zerolatency", "preset": "ultrafast"}
    codec.gop_size = h264.MAX_FRAME_RATE
    codec.open()
    return codec, False


h264.create_encoder_context = encoder_with_keyframes


class Pictures(VideoStreamTrack):
    """Thirty numbered pictures a second."""

    def __init__(self):
        super().__init__()
        self._counter = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(pattern.draw(self._counter), format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        self._counter += 1
        return frame


class Tone(MediaStreamTrack):
    """Twenty milliseconds at a time."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self._sample = 0
        self._begun = time.time()

    async def recv(self):
        count = pattern.RATE // 50
        await asyncio.sleep(max(0, self._begun + self._sample / pattern.RATE - time.time()))
        frame = AudioFrame.from_ndarray(pattern.tone(self._sample, count).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = pattern.RATE, self._sample, fractions.Fraction(1, pattern.RATE)
        self._sample += count
        return frame


async def watch(track):
    try:
        while True:
            frame = await track.recv()
            counter, right = pattern.read(frame.to_ndarray(format="rgb24"))
            signaling.tell("picture", counter=counter, bars=right, width=frame.width, height=frame.height)
    except MediaStreamError:
        signaling.tell("ended", kind="video")


async def listen(track):
    heard = numpy.zeros(0, numpy.int16)
    try:
        while True:
            frame = await track.recv()
            heard = numpy.concatenate([heard, frame.to_ndarray().reshape(-1)[:: len(frame.layout.channels)]])
            if len(heard) >= pattern.RATE // 5:
                signaling.tell("sound", frequency=pattern.frequency(heard))
                heard = heard[:0]
    except MediaStreamError:
        signaling.tell("ended", kind="audio")


def prefer(transceiver, codec):
    known = RTCRtpReceiver.getCapabilities("video").codecs
    transceiver.setCodecPreferences([c for c in known if c.mimeType.lower() in (f"video/{codec}", "video/rtx")])


async def negotiate(connection, url):
    connected = asyncio.Event()

    @connection.on("connectionstatechange")
    def changed():
        signaling.tell("state", state=connection.connectionState)
        if connection.connectionState == "connected":
            connected.set()

    await connection.setLocalDescription(await connection.createOffer())
    answer, resource = await asyncio.to_thread(signaling.post, url, connection.localDescription.sdp)
    await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await asyncio.wait_for(connected.wait(), 20)
    signaling.tell("connected")
    return resource


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--video", default="vp8")
    options = parser.parse_args()
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))

    @connection.on("track")
    def added(track):
        asyncio.ensure_future(watch(track) if track.kind == "video" else listen(track))

    if options.publish:
        connection.addTransceiver(Tone(), direction="sendonly")
        prefer(connection.addTransceiver(Pictures(), direction="sendonly"), options.video)
    else:
        connection.addTransceiver("audio", direction="recvonly")
        prefer(connection.addTransceiver("video", direction="recvonly"), options.video)
    resource = await negotiate(connection, options.url)
    await asyncio.to_thread(signaling.wait_for_end)
    await asyncio.to_thread(signaling.delete, resource)
    await connection.close()


asyncio.run(main())
