// How much of a description is read. What honest peers send is far below; what is beyond is refused, or left out where it is one of many.
namespace Parley.Media.Sdp;

/// <summary>The bounds within which descriptions are read.</summary>
public static class SdpLimits
{
    /// <summary>Characters of a whole description.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Characters of one line.</summary>
    public const int MaxLineLength = 16 * 1024;

    /// <summary>Media sections of a description.</summary>
    public const int MaxSections = 128;

    /// <summary>Formats of a section.</summary>
    public const int MaxFormats = 128;

    /// <summary>Candidates that are kept of a section.</summary>
    public const int MaxCandidates = 128;

    /// <summary>SSRCs, and groups of them, that are kept of a section.</summary>
    public const int MaxSources = 256;

    /// <summary>Entries that are kept of any other attribute that may be repeated.</summary>
    public const int MaxRepeats = 64;
}
