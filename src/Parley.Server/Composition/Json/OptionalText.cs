// A text field of a PATCH that may be absent (keep), null (clear) or a value (set).
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Composition.Json;

/// <summary>Absent, null, or a value.</summary>
[JsonConverter(typeof(OptionalTextConverter))]
public readonly record struct OptionalText
{
    /// <summary>Wraps what was sent.</summary>
    public OptionalText(string? value)
    {
        IsPresent = true;
        Value = value;
    }

    /// <summary>False when the field was left out.</summary>
    public bool IsPresent { get; }

    /// <summary>The value; null when it was null or absent.</summary>
    public string? Value { get; }
}

/// <summary>Reads a string or null; System.Text.Json never calls it for an absent field.</summary>
public sealed class OptionalTextConverter : JsonConverter<OptionalText>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override OptionalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => new OptionalText(null),
        JsonTokenType.String => new OptionalText(reader.GetString()),
        _ => throw new JsonException("A string or null is expected."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, OptionalText value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
