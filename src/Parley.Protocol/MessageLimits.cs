// The sizes that bound a message (docs/protocol.md §2, "Limits").
namespace Parley.Protocol;

/// <summary>Limits of single messages and fields. Characters are UTF-16 code units, bytes are UTF-8.</summary>
public static class MessageLimits
{
    /// <summary>A whole frame, in bytes.</summary>
    public const int FrameBytes = 256 * 1024;

    /// <summary>Nesting of JSON.</summary>
    public const int Depth = 32;

    /// <summary>A message's own id, in characters.</summary>
    public const int IdLength = 128;

    /// <summary>A client_id, in characters.</summary>
    public const int ClientIdLength = 128;

    /// <summary>A person's shown name, in characters.</summary>
    public const int NameLength = 80;

    /// <summary>A chat text, in characters.</summary>
    public const int ChatLength = 4000;

    /// <summary>A data_message payload, in bytes.</summary>
    public const int PayloadBytes = 16 * 1024;

    /// <summary>An SDP, in characters.</summary>
    public const int SdpLength = 200 * 1024;

    /// <summary>An ICE candidate, in bytes.</summary>
    public const int CandidateBytes = 4 * 1024;

    /// <summary>A reaction, in characters: one emoji with its modifiers.</summary>
    public const int EmojiLength = 32;

    /// <summary>A decline's reason, in characters.</summary>
    public const int ReasonLength = 200;

    /// <summary>A meeting's password, in characters.</summary>
    public const int PasswordLength = 200;

    /// <summary>A token, in characters.</summary>
    public const int TokenLength = 8 * 1024;

    /// <summary>Statistics of one report, in bytes.</summary>
    public const int SamplesBytes = 64 * 1024;

    /// <summary>Tracks named in one offer or answer.</summary>
    public const int Tracks = 64;
}
