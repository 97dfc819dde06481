// The ids of the contract as types. On the wire each is a lower-case UUIDv7 string (docs/protocol.md, "Vocabulary").
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>One person's presence in a room. The literal <c>sfu</c> stands for the media server.</summary>
[JsonConverter(typeof(ParticipantIdConverter))]
public readonly record struct ParticipantId(Guid Value)
{
    /// <summary>The media server as a peer; written as the literal <c>sfu</c>.</summary>
    public static ParticipantId Sfu { get; } = new(new Guid(0x5f000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

    /// <summary>What any string that names nobody decodes to; no participant ever has it.</summary>
    public static ParticipantId Unknown { get; } = new(new Guid(0x5f000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2));

    /// <inheritdoc/>
    public override string ToString() => this == Sfu ? "sfu" : Value.ToString("D");

    /// <summary>Reads a UUID or the literal <c>sfu</c>; anything else is <see cref="Unknown"/>, which names nobody.</summary>
    public static ParticipantId Parse(string? text) =>
        text == "sfu" ? Sfu : Guid.TryParseExact(text, "D", out var value) ? new ParticipantId(value) : Unknown;
}

/// <summary>An account, a guest, or the user of another program.</summary>
[JsonConverter(typeof(UserIdConverter))]
public readonly record struct UserId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no user has.</summary>
    public static UserId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new UserId(value) : default;
}

/// <summary>A stored chat message.</summary>
[JsonConverter(typeof(MessageIdConverter))]
public readonly record struct MessageId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no message has.</summary>
    public static MessageId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new MessageId(value) : default;
}

/// <summary>One act of ringing somebody.</summary>
[JsonConverter(typeof(InvitationIdConverter))]
public readonly record struct InvitationId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no invitation has.</summary>
    public static InvitationId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new InvitationId(value) : default;
}

/// <summary>The durable identity of a meeting inside the program; clients know a meeting by its <see cref="MeetingCode"/>.</summary>
[JsonConverter(typeof(MeetingIdConverter))]
public readonly record struct MeetingId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no meeting has.</summary>
    public static MeetingId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new MeetingId(value) : default;
}
