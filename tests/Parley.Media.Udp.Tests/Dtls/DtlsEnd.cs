// One end of DTLS in tests: the handshakes, and what came out of them for each id.
using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Media.Dtls;
using Parley.Media.Srtp;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

/// <summary>How an association ended: by a failure, or closed in good order.</summary>
internal sealed record Ending(DtlsFailure? Failure);

/// <summary>What came out for one id.</summary>
internal sealed class Heard
{
    private readonly TaskCompletionSource<SrtpKeys> _keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Ending> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<byte[]> Sent { get; } = new();

    public Channel<byte[]> Data { get; } = Channel.CreateUnbounded<byte[]>();

    /// <summary>The close_notify that was handed out; null while none was.</summary>
    public byte[]? Farewell { get; set; }

    public bool HasKeys => _keys.Task.IsCompleted;

    public bool HasEnded => _ending.Task.IsCompleted;

    public Task<SrtpKeys> Keys() => _keys.Task.WaitAsync(DtlsEnd.Patience);

    public Task<Ending> Ending() => _ending.Task.WaitAsync(DtlsEnd.Patience);

    public void Set(SrtpKeys keys) => Assert.True(_keys.TrySetResult(keys), "keys twice");

    public void Set(Ending ending) => Assert.True(_ending.TrySetResult(ending), "two endings");
}

internal sealed class DtlsEnd : IDtlsEvents, IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Retransmits soon, so that lost flights do not make tests long, and has room for what a test throws at it.</summary>
    public static readonly DtlsOptions Quick = new()
    {
        FirstRetransmission = TimeSpan.FromMilliseconds(30),
        LongestRetransmission = TimeSpan.FromMilliseconds(120),
        QueuePerPeer = 1024,
    };

    private readonly ConcurrentDictionary<long, Heard> _heard = new();

    public DtlsEnd(DtlsOptions? options = null, int threads = 1)
    {
        Certificate = DtlsCertificate.Create();
        Handshakes = new DtlsHandshakes(Certificate, this, threads, options ?? Quick);
    }

    public DtlsCertificate Certificate { get; }

    public Fingerprint Fingerprint => Certificate.Fingerprint;

    public DtlsHandshakes Handshakes { get; }

    /// <summary>Where datagrams go.</summary>
    public Action<long, byte[]> Out { get; set; } = static (_, _) => { };

    /// <summary>True for tests in which an event throws.</summary>
    public bool ExpectsFault { get; set; }

    public Heard this[long id] => _heard.GetOrAdd(id, static _ => new Heard());

    /// <summary>Lets go of what was heard for an id.</summary>
    public void Forget(long id) => _heard.TryRemove(id, out _);

    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "the condition never came true");

    public void Send(long id, ReadOnlySpan<byte> datagram)
    {
        var copy = datagram.ToArray();
        this[id].Sent.Enqueue(copy);
        Out(id, copy);
    }

    public void KeysReady(long id, SrtpKeys keys) => this[id].Set(keys);

    public void Farewell(long id, ReadOnlySpan<byte> closeNotify) => this[id].Farewell = closeNotify.ToArray();

    public void ApplicationData(long id, ReadOnlySpan<byte> data) => this[id].Data.Writer.TryWrite(data.ToArray());

    public void Failed(long id, DtlsFailure failure) => this[id].Set(new Ending(failure));

    public void Closed(long id) => this[id].Set(new Ending(null));

    public void Dispose()
    {
        Handshakes.Dispose();
        Assert.Equal(0, Handshakes.LiveSessions);
        Assert.Equal(ExpectsFault, Handshakes.LastFault is not null);
    }
}
