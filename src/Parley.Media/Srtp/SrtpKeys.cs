// What a DTLS handshake gives to SRTP. RFC 5764 §4.2.
namespace Parley.Media.Srtp;

/// <summary>The master keys and salts of both directions, as seen from one end. Secret: never logged.</summary>
public sealed class SrtpKeys
{
    private readonly byte[] _exported;
    private readonly bool _isClient;

    /// <summary>Takes the exported key material apart.</summary>
    /// <param name="profile">The profile that was chosen.</param>
    /// <param name="exported">Client key, server key, client salt, server salt: <see cref="SrtpProfiles.ExportedLength"/> bytes.</param>
    /// <param name="isClient">True when we were the DTLS client.</param>
    /// <exception cref="ArgumentException">The length does not suit the profile.</exception>
    public SrtpKeys(SrtpProfile profile, ReadOnlySpan<byte> exported, bool isClient)
    {
        if (exported.Length != profile.ExportedLength())
            throw new ArgumentException($"{profile} exports {profile.ExportedLength()} bytes, not {exported.Length}.", nameof(exported));
        Profile = profile;
        _exported = exported.ToArray();
        _isClient = isClient;
    }

    /// <summary>The profile that was chosen.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>The master key of what we send.</summary>
    public ReadOnlySpan<byte> SendKey => Key(_isClient);

    /// <summary>The master salt of what we send.</summary>
    public ReadOnlySpan<byte> SendSalt => Salt(_isClient);

    /// <summary>The master key of what we receive.</summary>
    public ReadOnlySpan<byte> ReceiveKey => Key(!_isClient);

    /// <summary>The master salt of what we receive.</summary>
    public ReadOnlySpan<byte> ReceiveSalt => Salt(!_isClient);

    /// <summary>Overwrites the keys; both ends' contexts have been made by then.</summary>
    public void Clear() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(_exported);

    private ReadOnlySpan<byte> Key(bool client) => _exported.AsSpan(client ? 0 : Profile.KeyLength(), Profile.KeyLength());

    private ReadOnlySpan<byte> Salt(bool client) =>
        _exported.AsSpan(2 * Profile.KeyLength() + (client ? 0 : Profile.SaltLength()), Profile.SaltLength());
}
