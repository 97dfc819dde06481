// `join_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Asks to enter a room. Idempotent by user and client_id.</summary>
/// <param name="Code">The meeting's code.</param>
/// <param name="Password">The meeting's password, when it has one.</param>
/// <param name="ClientId">The client's own random id, which makes a repeat the same participant.</param>
/// <param name="Media">What is open on entry; nothing by default.</param>
/// <param name="DisplayName">A guest's name in this room; fixed once in.</param>
public sealed record JoinRoom(
    MeetingCode Code,
    string? Password = null,
    string? ClientId = null,
    MediaState? Media = null,
    string? DisplayName = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "join_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.First(
        FieldRules.Length("password", Password, 0, MessageLimits.PasswordLength),
        FieldRules.Length("client_id", ClientId, 1, MessageLimits.ClientIdLength),
        FieldRules.Name("display_name", DisplayName, MessageLimits.NameLength));
}
