// What becomes of an offer.
namespace Parley.Server.Media;

/// <summary>Why a session is not opened.</summary>
internal enum MediaRefusal
{
    /// <summary>There is no media server, or it stops.</summary>
    Off,

    /// <summary>As many publish or receive in this meeting as may.</summary>
    Full,

    /// <summary>Nobody publishes in this meeting.</summary>
    NobodyPublishes,

    /// <summary>The publisher that was asked for is not, or not any more.</summary>
    NoSuchPublisher,

    /// <summary>The offer fits to nothing.</summary>
    Unacceptable,

    /// <summary>Somebody lost the right to stream meanwhile: whoever asks is to be judged anew.</summary>
    Stale,
}

/// <summary>An offer's outcome.</summary>
internal abstract record MediaOpening
{
    /// <summary>It was answered.</summary>
    /// <param name="Session">The session.</param>
    /// <param name="Answer">The answer's text.</param>
    public sealed record Opened(MediaSession Session, string Answer) : MediaOpening;

    /// <summary>It was not.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">More, for whoever wrote the offer.</param>
    public sealed record Refused(MediaRefusal Reason, string? Detail = null) : MediaOpening;
}
