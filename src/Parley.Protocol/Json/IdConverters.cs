// JSON converters of the id types: strings on the wire, never an exception for a string that names nobody.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Writes an id as its string and reads it back; a non-string is a <see cref="JsonException"/>.</summary>
/// <typeparam name="T">The id type.</typeparam>
public abstract class IdConverter<T> : JsonConverter<T>
    where T : struct
{
    /// <summary>Turns the wire's string into the id.</summary>
    protected abstract T Parse(string? text);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : throw new JsonException("A string is expected.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>JSON form of <see cref="ParticipantId"/>.</summary>
public sealed class ParticipantIdConverter : IdConverter<ParticipantId>
{
    /// <inheritdoc/>
    protected override ParticipantId Parse(string? text) => ParticipantId.Parse(text);
}

/// <summary>JSON form of <see cref="UserId"/>.</summary>
public sealed class UserIdConverter : IdConverter<UserId>
{
    /// <inheritdoc/>
    protected override UserId Parse(string? text) => UserId.Parse(text);
}

/// <summary>JSON form of <see cref="MessageId"/>.</summary>
public sealed class MessageIdConverter : IdConverter<MessageId>
{
    /// <inheritdoc/>
    protected override MessageId Parse(string? text) => MessageId.Parse(text);
}

/// <summary>JSON form of <see cref="InvitationId"/>.</summary>
public sealed class InvitationIdConverter : IdConverter<InvitationId>
{
    /// <inheritdoc/>
    protected override InvitationId Parse(string? text) => InvitationId.Parse(text);
}

/// <summary>JSON form of <see cref="MeetingId"/>.</summary>
public sealed class MeetingIdConverter : IdConverter<MeetingId>
{
    /// <inheritdoc/>
    protected override MeetingId Parse(string? text) => MeetingId.Parse(text);
}

/// <summary>JSON form of <see cref="MeetingCode"/>; a malformed code reads as the empty code, which names no meeting.</summary>
public sealed class MeetingCodeConverter : IdConverter<MeetingCode>
{
    /// <inheritdoc/>
    protected override MeetingCode Parse(string? text) => MeetingCode.TryParse(text, out var code) ? code : default;
}
