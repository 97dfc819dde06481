// Which header extensions are used in a section. RFC 8285 §5 and §6; with BUNDLE an id has one meaning in all sections (RFC 9143 §9.2).
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>
/// The ids of one session. Who uses one first says what it means, for as long as the session lives, whether we know the extension or not:
/// a peer that has to give an id another meaning may fail, as Chromium does.
/// </summary>
internal sealed class ExtensionAgreement
{
    private const int LastOneByteId = 14;

    private readonly MediaCapabilities _capabilities;
    private readonly Dictionary<byte, string> _meanings;

    public ExtensionAgreement(MediaCapabilities capabilities)
    {
        _capabilities = capabilities;
        _meanings = [];
    }

    private ExtensionAgreement(ExtensionAgreement other)
    {
        _capabilities = other._capabilities;
        _meanings = new Dictionary<byte, string>(other._meanings);
    }

    /// <summary>The same, to be changed while it is not certain that the change comes to anything.</summary>
    public ExtensionAgreement Copy() => new(this);

    /// <summary>Our side of what the peer offers. An extension of which nothing is known, or whose id means another one elsewhere, is left out.</summary>
    public ImmutableArray<ExtensionMapping> WithOffer(MediaDescription remote, MediaKind kind, bool mixed)
    {
        var agreed = ImmutableArray.CreateBuilder<ExtensionMapping>();
        foreach (var offered in remote.Extensions)
        {
            if (!_meanings.TryAdd(offered.Id, offered.Uri) && _meanings[offered.Id] != offered.Uri)
                continue;
            var extension = HeaderExtensionUris.Find(offered.Uri);
            if (!_capabilities.Extensions.Contains((kind, extension)) || offered.Direction == MediaDirection.Inactive)
                continue;
            if (offered.Id == LastOneByteId + 1 || (offered.Id > LastOneByteId && !mixed))
                continue;
            if (agreed.All(mapping => mapping.Uri != offered.Uri))
                agreed.Add(new ExtensionMapping(offered.Id, offered.Uri) { Direction = offered.Direction.Reversed() });
        }

        return agreed.ToImmutable();
    }

    /// <summary>What we offer for a section.</summary>
    public ImmutableArray<ExtensionMapping> Offer(MediaKind kind, bool receives)
    {
        var offered = ImmutableArray.CreateBuilder<ExtensionMapping>();
        foreach (var (of, extension) in _capabilities.Extensions)
        {
            // What we send has one layer, which needs no name.
            if (of != kind || (!receives && extension is HeaderExtension.RtpStreamId or HeaderExtension.RepairedRtpStreamId))
                continue;
            var uri = HeaderExtensionUris.UriOf(extension);
            if (IdOf(uri) is { } id)
                offered.Add(new ExtensionMapping(id, uri));
        }

        return offered.ToImmutable();
    }

    /// <summary>What of our offer the peer's answer takes.</summary>
    public static ImmutableArray<ExtensionMapping> WithAnswer(ImmutableArray<ExtensionMapping> offered, MediaDescription answer) =>
    [
        .. from ours in offered
           let theirs = answer.Extensions.FirstOrDefault(mapping => mapping.Id == ours.Id && mapping.Uri == ours.Uri)
           where theirs is not null
           let direction = ours.Direction & theirs.Direction.Reversed()
           where direction != MediaDirection.Inactive
           select ours with { Direction = direction },
    ];

    /// <summary>The id that the name has already, else the first free one; null when even the two-byte ids are used up.</summary>
    private byte? IdOf(string uri)
    {
        foreach (var (id, meaning) in _meanings)
        {
            if (meaning == uri)
                return id;
        }

        for (var id = 1; id < 256; id++)
        {
            if (id != LastOneByteId + 1 && _meanings.TryAdd((byte)id, uri))
                return (byte)id;
        }

        return null;
    }
}
