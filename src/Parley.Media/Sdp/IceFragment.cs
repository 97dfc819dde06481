// What trickling and restarting ICE send alone: application/trickle-ice-sdpfrag. RFC 8840 §9, RFC 9725 §4.3.
using System.Collections.Immutable;
using Parley.Media.Ice;

namespace Parley.Media.Sdp;

/// <summary>A fragment of a description about the one transport of a bundled session.</summary>
public sealed record IceFragment
{
    /// <summary>The media type of fragments.</summary>
    public const string MediaType = "application/trickle-ice-sdpfrag";

    /// <summary>The user name fragment; null when not said.</summary>
    public string? Ufrag { get; init; }

    /// <summary>The password; null when not said.</summary>
    public string? Password { get; init; }

    /// <summary>True when the writer makes no checks.</summary>
    public bool IceLite { get; init; }

    /// <summary><c>a=ice-options</c>.</summary>
    public ImmutableArray<string> IceOptions { get; init; } = [];

    /// <summary>The sections that it is about; the first describes the transport.</summary>
    public ImmutableArray<string> Mids { get; init; } = [];

    /// <summary>The kind of the first section.</summary>
    public string Media { get; init; } = "audio";

    /// <summary>The candidates.</summary>
    public ImmutableArray<IceCandidate> Candidates { get; init; } = [];

    /// <summary>True when there will be no more.</summary>
    public bool EndOfCandidates { get; init; }

    /// <summary>Name and password; null unless both are there.</summary>
    public IceCredentials? Credentials => Ufrag is { } ufrag && Password is { } password ? new IceCredentials(ufrag, password) : null;

    /// <summary>Reads a fragment within <see cref="SdpLimits"/>.</summary>
    /// <returns>False with an error for what is none; never an exception.</returns>
    public static bool TryParse(string text, out IceFragment? fragment, out SdpError? error)
    {
        var parser = new SessionParser();
        var isRead = parser.Parse(text, isFragment: true);
        fragment = isRead ? Of(parser.Build(), parser) : null;
        error = parser.Error;
        return isRead;
    }

    /// <summary>The text, with CR LF line ends.</summary>
    /// <exception cref="InvalidOperationException">A value holds a line end or a NUL.</exception>
    public override string ToString() => SessionWriter.WriteFragment(this);

    private static IceFragment Of(SessionDescription session, SessionParser parser)
    {
        var first = session.Sections.FirstOrDefault(section => session.TransportOf(section).Ufrag is not null) ?? session.Sections.FirstOrDefault();
        var transport = first is null ? session.Transport : session.TransportOf(first);
        var mids = session.Groups.FirstOrDefault(static group => group.Semantics == "BUNDLE")?.Mids;
        return new IceFragment
        {
            Ufrag = transport.Ufrag,
            Password = transport.Password,
            IceLite = session.IceLite,
            IceOptions = transport.IceOptions,
            Mids = mids ?? [.. session.Sections.Select(static section => section.Mid).OfType<string>()],
            Media = first?.Media ?? "audio",
            Candidates = [.. parser.Candidates.Concat(session.Sections.SelectMany(static section => section.Candidates)).Take(SdpLimits.MaxCandidates)],
            EndOfCandidates = parser.EndOfCandidates || session.Sections.Any(static section => section.EndOfCandidates),
        };
    }
}
