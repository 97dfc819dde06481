// Who speaks, from the audio levels in header extensions (RFC 6464). The evidence of several time scales is that of Volfin and Cohen,
// "Dominant speaker identification for multipoint videoconferencing", 2012; it is counted in time spoken rather than in likelihoods.
using System.Numerics;

namespace Parley.Media.Bandwidth;

/// <summary>The activity of one participant's microphone over the last 1.28 s. Feed it each level that arrives.</summary>
public sealed class SpeakerActivity
{
    internal const long SlotUs = 20_000;

    private const int Slots = 64;
    private const int RecentSlots = 16;

    /// <summary>A packet says how loud the time since the one before was, if it is not longer than this; after a longer pause (DTX) nothing was said.</summary>
    private const int LongestPacketSlots = 6;

    /// <summary>Loudness is 127 less the level. What is below −60 dBov is not speech.</summary>
    private const double LeastLoudness = 67;

    /// <summary>Speech stands out of the room's noise by so much.</summary>
    private const double AboveNoise = 9;

    /// <summary>Noise that goes on is taken for the room's after some seconds; a pause between words says at once how loud the room is.</summary>
    private const double NoiseRisePerSlot = 3.0 * SlotUs / 1_000_000;

    private ulong _slots;
    private long _slot = long.MinValue;
    private double _noise = LeastLoudness - AboveNoise;

    internal SpeakerActivity(long id) => Id = id;

    /// <summary>The number it was added under.</summary>
    public long Id { get; }

    /// <summary>Takes the level of a packet.</summary>
    /// <param name="level">The level as it is in the extension: 0 is the loudest, 127 silence (in −dBov). Higher bits are not looked at.</param>
    /// <param name="nowUs">When the packet came.</param>
    public void HandleLevel(byte level, long nowUs)
    {
        var loudness = 127 - (level & 127);
        var passed = Advance(nowUs);
        _noise = Math.Min(loudness, _noise + NoiseRisePerSlot * Math.Min(passed, LongestPacketSlots));
        if (loudness < Math.Max(LeastLoudness, _noise + AboveNoise))
            return;
        // Sets the slots that the packet covers.
        var covered = passed is >= 1 and <= LongestPacketSlots ? passed : 1;
        _slots |= (1UL << covered) - 1;
    }

    /// <summary>How many of the last 64 slots of 20 ms were spoken in.</summary>
    internal int Spoken(long nowUs)
    {
        Advance(nowUs);
        return BitOperations.PopCount(_slots);
    }

    /// <summary>How many of the last 16 slots were spoken in.</summary>
    internal int SpokenRecently => BitOperations.PopCount(_slots & (1UL << RecentSlots) - 1);

    private int Advance(long nowUs)
    {
        var slot = nowUs / SlotUs;
        var passed = _slot == long.MinValue ? Slots : Math.Clamp(slot - _slot, 0, Slots);
        _slot = Math.Max(_slot, slot);
        _slots = passed >= Slots ? 0 : _slots << (int)passed;
        return (int)passed;
    }
}

/// <summary>Tells the active speaker of a room. Who has the floor keeps it through pauses, coughs of others and interjections.</summary>
public sealed class ActiveSpeaker
{
    /// <summary>How often <see cref="Update"/> looks.</summary>
    public const long IntervalUs = 100_000;

    // In slots of 20 ms, out of 64; the first out of the last 16. A change takes so much evidence that none follows within half a second.
    private const int SpeaksNow = 5;
    private const int TakesFreeFloor = 15;
    private const int TakesFloor = 24;
    private const int MoreThanCurrent = 12;

    private readonly List<SpeakerActivity> _speakers = [];
    private SpeakerActivity? _current;
    private long _lookedUs = long.MinValue / 2;

    /// <summary>The id of who speaks or spoke last; null while nobody has.</summary>
    public long? Current => _current?.Id;

    /// <summary>Adds a microphone.</summary>
    public SpeakerActivity Add(long id)
    {
        var speaker = new SpeakerActivity(id);
        _speakers.Add(speaker);
        return speaker;
    }

    /// <summary>Takes one away. If it was the current one, the floor is free.</summary>
    public void Remove(SpeakerActivity speaker)
    {
        _speakers.Remove(speaker);
        if (_current == speaker)
            _current = null;
    }

    /// <summary>Looks who speaks; to be called every <see cref="IntervalUs"/> while levels arrive.</summary>
    /// <returns>True when <see cref="Current"/> has changed.</returns>
    public bool Update(long nowUs)
    {
        if (nowUs - _lookedUs < IntervalUs)
            return false;
        _lookedUs = nowUs;
        var needed = TakesFreeFloor;
        if (_current is { } current)
            needed = Math.Max(TakesFloor, current.Spoken(nowUs) + MoreThanCurrent);

        SpeakerActivity? next = null;
        foreach (var speaker in _speakers)
        {
            var spoken = speaker.Spoken(nowUs);
            if (speaker == _current || spoken < needed || speaker.SpokenRecently < SpeaksNow)
                continue;
            next = speaker;
            needed = spoken + 1;
        }

        if (next is null)
            return false;
        _current = next;
        return true;
    }
}
