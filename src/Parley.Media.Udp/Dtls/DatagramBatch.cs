// Datagrams that one call to OpenSSL brought forth; kept by the thread and used again.
namespace Parley.Media.Udp.Dtls;

/// <summary>A run of datagrams in one buffer.</summary>
internal sealed class DatagramBatch
{
    private readonly List<int> _ends = [];
    private byte[] _bytes = new byte[8192];

    public int Count => _ends.Count;

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(Start(index), _ends[index] - Start(index));

    public void Add(ReadOnlySpan<byte> datagram)
    {
        var start = Start(Count);
        if (start + datagram.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, start + datagram.Length));
        datagram.CopyTo(_bytes.AsSpan(start));
        _ends.Add(start + datagram.Length);
    }

    public void Clear() => _ends.Clear();

    public byte[][] ToArrays() => [.. Enumerable.Range(0, Count).Select(index => this[index].ToArray())];

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
