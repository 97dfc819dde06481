// Who has the floor, with levels as microphones give them: words with pauses between them, noise, coughs, and silence that is not sent.
using Parley.Media.Bandwidth;

namespace Parley.Media.Tests.Bandwidth;

public sealed class ActiveSpeakerTests
{
    private readonly Table _table = new();

    [Fact]
    public void Who_speaks_alone_has_the_floor_within_half_a_second()
    {
        _table.Run(3, Says.Nothing, Says.Nothing, Says.Nothing);
        Assert.Null(_table.Speaker);
        _table.Run(0.6, Says.Nothing, Says.Words, Says.Nothing);
        Assert.Equal(1, _table.Speaker);
    }

    [Fact]
    public void The_floor_passes_within_a_second_and_a_half_and_not_back()
    {
        _table.Run(10, Says.Words, Says.Nothing, Says.Nothing);
        Assert.Equal(0, _table.Speaker);
        _table.Run(1.5, Says.Nothing, Says.Nothing, Says.Words);
        Assert.Equal(2, _table.Speaker);
        _table.Run(20, Says.Nothing, Says.Nothing, Says.Words);
        Assert.Equal(2, _table.Changes);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void A_cough_takes_nothing(double seconds)
    {
        _table.Run(5, Says.Words, Says.Nothing);
        for (var i = 0; i < 10; i++)
        {
            _table.Run(seconds, Says.Nothing, Says.Noise);
            _table.Run(2, Says.Nothing, Says.Nothing);
            _table.Run(seconds, Says.Nothing, Says.Noise);
            _table.Run(1, Says.Nothing, Says.Nothing);
            _table.Run(seconds, Says.Words, Says.Noise);
            _table.Run(3, Says.Words, Says.Nothing);
        }

        Assert.Equal(1, _table.Changes);
    }

    [Fact]
    public void Pauses_do_not_lose_the_floor()
    {
        for (var i = 0; i < 10; i++)
        {
            _table.Run(4, Says.Words, Says.Nothing);
            _table.Run(3, Says.Nothing, Says.Nothing);
        }

        Assert.Equal(0, _table.Speaker);
        Assert.Equal(1, _table.Changes);
    }

    [Fact]
    public void Who_interrupts_for_a_moment_gets_nothing_and_two_at_once_do_not_flicker()
    {
        _table.Run(5, Says.Words, Says.Nothing);
        for (var i = 0; i < 8; i++)
        {
            _table.Run(0.7, Says.Words, Says.Words);
            _table.Run(3, Says.Words, Says.Nothing);
        }

        Assert.Equal(1, _table.Changes);
        _table.Run(60, Says.Words, Says.Words);
        Assert.InRange(_table.Changes, 1, 6);
    }

    [Fact]
    public void Quick_turns_do_not_flicker()
    {
        for (var i = 0; i < 20; i++)
        {
            _table.Run(0.6, Says.Noise, Says.Nothing);
            _table.Run(0.6, Says.Nothing, Says.Noise);
        }

        Assert.Equal(1, _table.Changes);
    }

    [Fact]
    public void A_steady_noise_is_taken_for_the_rooms_and_words_above_it_are_heard()
    {
        _table.Run(20, Says.Nothing, Says.Fan);
        _table.Run(5, Says.Words, Says.Fan);
        Assert.Equal(0, _table.Speaker);
        _table.Run(30, Says.Words, Says.Fan);
        Assert.Equal(0, _table.Speaker);
        _table.Run(2, Says.Nothing, Says.WordsOverFan);
        Assert.Equal(1, _table.Speaker);
    }

    [Fact]
    public void Silence_that_is_not_sent_is_silence()
    {
        _table.Run(5, Says.Words, Says.NotSent);
        _table.Run(1.5, Says.NotSent, Says.Words);
        Assert.Equal(1, _table.Speaker);
        _table.Run(1.5, Says.Words, Says.NotSent);
        Assert.Equal(0, _table.Speaker);
    }

    [Fact]
    public void Long_packets_count_as_long_as_they_are()
    {
        var speakers = new ActiveSpeaker();
        var speaker = speakers.Add(7);
        for (var nowUs = 1_000_000L; nowUs < 1_600_000; nowUs += 60_000)
        {
            speaker.HandleLevel(25, nowUs);
            speakers.Update(nowUs);
        }

        Assert.Equal(7, speakers.Current);
    }

    [Fact]
    public void Who_leaves_leaves_the_floor_free()
    {
        _table.Run(5, Says.Words, Says.Nothing);
        _table.Leave(0);
        Assert.Null(_table.Speaker);
        _table.Run(0.6, Says.NotSent, Says.Words);
        Assert.Equal(1, _table.Speaker);
    }

    private enum Says
    {
        Nothing,
        NotSent,
        Words,
        Noise,
        Fan,
        WordsOverFan,
    }

    private sealed class Table
    {
        private readonly ActiveSpeaker _speakers = new();
        private readonly Dictionary<int, SpeakerActivity> _microphones = [];
        private readonly Random _random = new(21);
        private long _nowUs = 1_000_000;

        public int Changes { get; private set; }

        public long? Speaker => _speakers.Current;

        public void Leave(int who) => _speakers.Remove(_microphones[who]);

        public void Run(double seconds, params Says[] what)
        {
            for (var endUs = _nowUs + (long)(seconds * 1e6); _nowUs < endUs; _nowUs += 20_000)
            {
                for (var who = 0; who < what.Length; who++)
                {
                    if (!_microphones.TryGetValue(who, out var microphone))
                        _microphones[who] = microphone = _speakers.Add(who);
                    // The packets of different people do not come at the same time.
                    if (what[who] != Says.NotSent)
                        microphone.HandleLevel((byte)Math.Clamp(Level(what[who], who), 0, 127), _nowUs + who * 3000);
                }

                if (_speakers.Update(_nowUs + 19_000))
                    Changes++;
            }
        }

        // Syllables of 200 ms with 50 ms between them, a pause of 300 ms after six; −22 dBov with some spread.
        private int Level(Says what, int who)
        {
            var inWords = (_nowUs / 1000 + who * 137) % 1800;
            var isSyllable = inWords < 1500 && inWords % 250 < 200;
            var spread = _random.Next(-6, 7);
            return what switch
            {
                Says.Words => isSyllable ? 22 + spread : 62 + spread,
                Says.Noise => 12 + spread / 3,
                Says.Fan => 45 + spread / 3,
                Says.WordsOverFan => isSyllable ? 20 + spread : 45 + spread / 3,
                _ => 75 + spread,
            };
        }
    }
}
