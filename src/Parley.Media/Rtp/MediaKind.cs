// What a media section carries.
namespace Parley.Media.Rtp;

/// <summary>The kind of a track.</summary>
public enum MediaKind : byte
{
    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Pictures: a camera or a screen.</summary>
    Video,
}
