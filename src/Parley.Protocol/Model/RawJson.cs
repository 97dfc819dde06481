// A JSON value that passes through untouched: data_message payloads, ICE candidates, statistics samples.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A JSON value as its UTF-8 bytes, relayed without being looked into.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly struct RawJson : IEquatable<RawJson>
{
    private static readonly byte[] NullLiteral = "null"u8.ToArray();

    private readonly byte[]? _utf8;

    /// <summary>Wraps one well-formed JSON value; the caller no longer changes the bytes.</summary>
    public RawJson(byte[] utf8) => _utf8 = utf8;

    /// <summary>The value's bytes; <c>null</c> for the default value.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8 ?? NullLiteral;

    /// <summary>True for JSON's null.</summary>
    public bool IsNull => Utf8.SequenceEqual(NullLiteral);

    /// <inheritdoc/>
    public bool Equals(RawJson other) => Utf8.SequenceEqual(other.Utf8);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawJson other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    /// <summary>Compares the bytes.</summary>
    public static bool operator ==(RawJson left, RawJson right) => left.Equals(right);

    /// <summary>Compares the bytes.</summary>
    public static bool operator !=(RawJson left, RawJson right) => !left.Equals(right);
}

/// <summary>Copies a value's bytes in and out without building a document.</summary>
public sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Re-written token by token through a writer, so that white space of the sender is not relayed and the bytes are well formed.
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, MessageJson.Default.JsonElement));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8, skipInputValidation: true);
}
