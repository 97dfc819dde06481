# Pictures and sound whose content can be told after a codec: colour bars over a row of squares that count the frames, and a tone.
# Drawn and read with numpy alone, so that every Python peer can use it.
import numpy

WIDTH, HEIGHT = 320, 240
SQUARE = 32
BITS = 10
RATE = 48000
TONE = 1000

BARS = [(192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0), (192, 0, 192), (192, 0, 0), (0, 0, 192), (16, 16, 16)]


def _background():
    image = numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
    bar = WIDTH // len(BARS)
    for i, colour in enumerate(BARS):
        image[:, i * bar : (i + 1) * bar] = colour
    return image


_BACKGROUND = _background()


def draw(counter):
    """An RGB picture of the counter's low bits."""
    image = _BACKGROUND.copy()
    for bit in range(BITS):
        image[HEIGHT - SQUARE :, bit * SQUARE : (bit + 1) * SQUARE] = 255 if counter >> bit & 1 else 0
    return image


def read(image):
    """The counter of a decoded RGB picture, and whether its bars are right."""
    height, width = image.shape[:2]
    square = width * SQUARE // WIDTH
    row = image[height - square * 3 // 4 : height - square // 4].astype(numpy.int32).mean(axis=(0, 2))
    counter = 0
    for bit in range(BITS):
        if row[bit * square + square // 4 : (bit + 1) * square - square // 4].mean() > 128:
            counter |= 1 << bit
    bar = width // len(BARS)
    middle = image[: height // 2].astype(numpy.int32)
    seen = [middle[:, i * bar + bar // 4 : (i + 1) * bar - bar // 4].mean(axis=(0, 1)) for i in range(len(BARS))]
    # Colour is coarse after 4:2:0 and a modest bit rate, but no bar looks like another.
    right = all(numpy.abs(mean - colour).max() < 40 for mean, colour in zip(seen, BARS))
    return counter, bool(right)


def tone(first, count):
    """Mono samples of the tone, as 16-bit integers."""
    times = numpy.arange(first, first + count) / RATE
    return (numpy.sin(2 * numpy.pi * TONE * times) * 16000).astype(numpy.int16)


def frequency(samples):
    """The strongest frequency of mono samples, in Hz; 0 for silence."""
    samples = samples.astype(numpy.float64)
    if numpy.abs(samples).max() < 1000:
        return 0.0
    spectrum = numpy.abs(numpy.fft.rfft(samples * numpy.hanning(len(samples))))
    return float(spectrum.argmax() * RATE / len(samples))
