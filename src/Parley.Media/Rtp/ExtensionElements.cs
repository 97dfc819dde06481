// Walks the elements of a header extension, in either form. RFC 8285 §4.2, §4.3.
namespace Parley.Media.Rtp;

/// <summary>An enumerator over (id, value); what is cut off or of an unknown form ends it.</summary>
internal ref struct ExtensionElements(ReadOnlySpan<byte> bytes, ushort profile)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly bool _oneByte = profile == RtpHeader.OneByteProfile;
    private int _at = profile == RtpHeader.OneByteProfile || (profile & 0xFFF0) == RtpHeader.TwoByteProfile ? 0 : bytes.Length;

    public byte Id { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly ExtensionElements GetEnumerator() => this;

    public readonly ExtensionElements Current => this;

    public bool MoveNext()
    {
        while (_at < _bytes.Length)
        {
            int length;
            if (_bytes[_at] == 0)
            {
                _at++;
                continue;
            }

            if (_oneByte)
            {
                Id = (byte)(_bytes[_at] >> 4);
                length = (_bytes[_at] & 15) + 1;
                // 15 is reserved and ends the elements; 0 with a length is padding of a careless sender.
                if (Id == 15)
                    break;
                _at++;
            }
            else
            {
                if (_at + 2 > _bytes.Length)
                    break;
                Id = _bytes[_at];
                length = _bytes[_at + 1];
                _at += 2;
            }

            if (_at + length > _bytes.Length)
                break;
            Value = _bytes.Slice(_at, length);
            _at += length;
            if (Id != 0)
                return true;
        }

        _at = _bytes.Length;
        return false;
    }
}
