// The checksum of STUN's FINGERPRINT. RFC 8489 §14.7: that of ITU V.42, reflected, polynomial 0x04C11DB7.
namespace Parley.Media.Stun;

internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = Table[(byte)crc ^ value] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB8_8320 ^ value >> 1 : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
