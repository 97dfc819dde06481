// An engine's output, kept for a test to look at.
using Parley.Media.Engine;

namespace Parley.Media.Tests.Stage;

internal readonly struct CollectingSink(Outbox outbox) : IMediaSink
{
    public Span<byte> Reserve(int path, int size) => outbox.Reserve(path, size);

    public void Commit(int length) => outbox.Commit(length);

    public void Dtls(PeerId peer, ReadOnlySpan<byte> record) => outbox.Records.Add((peer, record.ToArray()));

    public void Raise(MediaEvent happened) => outbox.Events.Add(happened);
}

/// <summary>What has left the engine.</summary>
internal sealed class Outbox
{
    private readonly byte[] _reserved = new byte[MediaEngine.MaxDatagram];
    private int _path = -1;
    private int _size;

    public List<(int Path, byte[] Bytes)> Datagrams { get; } = [];

    public List<(PeerId Peer, byte[] Bytes)> Records { get; } = [];

    public List<MediaEvent> Events { get; } = [];

    public Span<byte> Reserve(int path, int size)
    {
        Assert.InRange(size, 1, MediaEngine.MaxDatagram);
        (_path, _size) = (path, size);
        return _reserved.AsSpan(0, size);
    }

    public void Commit(int length)
    {
        Assert.True(_path >= 0, "There is no open reservation.");
        Assert.InRange(length, 0, _size);
        if (length > 0)
            Datagrams.Add((_path, _reserved[..length]));
        _path = -1;
    }

    /// <summary>Takes what was sent over a path.</summary>
    public List<byte[]> Take(int path)
    {
        var taken = Datagrams.Where(datagram => datagram.Path == path).Select(datagram => datagram.Bytes).ToList();
        Datagrams.RemoveAll(datagram => datagram.Path == path);
        return taken;
    }
}
