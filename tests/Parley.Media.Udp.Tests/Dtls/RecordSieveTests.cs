using Parley.Media.Tests.Stage;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class RecordSieveTests
{
    private static readonly byte[] Hello = [1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 7, 7];

    [Fact]
    public void Epochs_are_told_apart()
    {
        var sieve = new RecordSieve();
        byte[] plain = [.. Record(DtlsRecord.Handshake, 0, Hello), .. Record(DtlsRecord.ChangeCipherSpec, 0, [1])];
        var guarded = Record(DtlsRecord.Handshake, 1, new byte[40]);
        sieve.Sift([.. plain, .. guarded]);
        Assert.Equal(plain, sieve.Plain.ToArray());
        Assert.Equal(guarded, sieve.Protected.ToArray());
    }

    [Fact]
    public void What_is_unsound_is_left_out_and_the_rest_kept()
    {
        byte[][] unsound =
        [
            Record(DtlsRecord.ApplicationData, 0, [1, 2, 3]),
            Record(DtlsRecord.ChangeCipherSpec, 0, [2]),
            Record(DtlsRecord.ChangeCipherSpec, 0, [1, 1]),
            Record(DtlsRecord.Alert, 0, [2]),
            Record(DtlsRecord.Alert, 0, [3, 40]),
            Record(DtlsRecord.Alert, 0, [2, 40, 0]),
            Record(DtlsRecord.Handshake, 2, Hello),
            Record(DtlsRecord.Handshake, 0, Hello[..11]),
            Record(DtlsRecord.Handshake, 0, Hello[..13]),
            Record(DtlsRecord.Handshake, 0, [.. Hello, 0]),
            Record(DtlsRecord.Handshake, 0, [1, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 2, 7, 7]),
            Record(DtlsRecord.Handshake, 0, [1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
            Record(DtlsRecord.Handshake, 0, [1, 0, 64, 1, 0, 0, 0, 0, 0, 0, 0, 2, 7, 7]),
        ];
        var sound = Record(DtlsRecord.Handshake, 0, Hello);
        var sieve = new RecordSieve();
        foreach (var record in unsound)
        {
            sieve.Sift([.. record, .. sound, .. record]);
            Assert.Equal(sound, sieve.Plain.ToArray());
            Assert.Equal(0, sieve.Protected.Count);
        }
    }

    [Fact]
    public void Sound_records_pass()
    {
        byte[][] sound =
        [
            Record(DtlsRecord.Handshake, 0, [.. Hello, .. Hello]),
            Record(DtlsRecord.Handshake, 0, [14, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]),
            Record(DtlsRecord.Handshake, 0, [1, 0, 1, 0, 0, 0, 0, 0, 254, 0, 0, 2, 7, 7]),
            Record(DtlsRecord.Alert, 0, [2, 40]),
        ];
        var sieve = new RecordSieve();
        foreach (var record in sound)
        {
            sieve.Sift(record);
            Assert.Equal(record, sieve.Plain.ToArray());
        }
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void Every_length_and_any_bytes_are_taken() => FuzzSeeds.ForEach(1, Sift);

    private static void Sift(int seed)
    {
        var random = new Random(seed);
        var sieve = new RecordSieve();
        byte[] datagram = [.. Record(DtlsRecord.Handshake, 0, Hello), .. Record(DtlsRecord.ChangeCipherSpec, 0, [1]), .. Record(DtlsRecord.Handshake, 1, new byte[40])];
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = datagram[..random.Next(datagram.Length + 1)];
            if (mutated.Length > 0)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            sieve.Sift(mutated);
            Assert.True(sieve.Plain.Count + sieve.Protected.Count <= mutated.Length);
        }

        sieve.Sift(new byte[DatagramPool.BufferLength]);
        Assert.Equal(0, sieve.Plain.Count);
    }

    private static byte[] Record(byte contentType, byte epoch, byte[] fragment) =>
        [contentType, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, 1, 0, (byte)fragment.Length, .. fragment];
}
