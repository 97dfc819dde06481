// The way of records from one engine to another, in virtual time: bounded, and as bad as a test wants it.
using Parley.Media.Relay;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Stage;

internal sealed class RelayWay(NetworkLink link, Func<long> now) : IRelayPort
{
    private readonly byte[] _reserved = new byte[RelayLink.MaxRecord];
    private readonly List<byte[]> _gathered = [];

    /// <summary>How many records there is room for before <see cref="Flush"/>.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Every record that was sent.</summary>
    public List<byte[]> Sent { get; } = [];

    public int Count(RelayRecordKind kind) => Sent.Count(record => RelayRecord.TryRead(record, out var found, out _) && found == kind);

    public bool TryReserve(int length, out Span<byte> room)
    {
        Assert.InRange(length, 1, RelayLink.MaxRecord);
        room = _reserved.AsSpan(0, length);
        return _gathered.Count < Room;
    }

    public void Commit(int length) => _gathered.Add(_reserved[..length]);

    public void Flush()
    {
        Assert.NotEmpty(_gathered);
        foreach (var record in _gathered)
            link.Send(record, now());
        Sent.AddRange(_gathered);
        _gathered.Clear();
    }

    public bool TryReceive(out byte[] record) => link.TryReceive(now(), out record, out _);
}
