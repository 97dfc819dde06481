// Bytes to messages and back. Whatever arrives, decoding answers with a result; it never throws.
using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Protocol;

/// <summary>What decoding a frame came to: a message, or why there is none.</summary>
/// <typeparam name="T">The family of messages.</typeparam>
/// <param name="Message">The message; null when <paramref name="Fault"/> says why not.</param>
/// <param name="Fault">What is wrong; null when nothing is.</param>
/// <param name="Id">The frame's own id, as far as one could be read, so that the refusal can carry it.</param>
public readonly record struct Decoded<T>(T? Message, MessageFault? Fault, string? Id)
    where T : class;

/// <summary>The JSON codec of the signaling protocol.</summary>
public static class MessageCodec
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MessageLimits.Depth };

    /// <summary>Reads a client's frame. Unknown fields are ignored; an unknown type is <c>bad_message</c>.</summary>
    /// <param name="utf8">The whole frame; over <see cref="MessageLimits.FrameBytes"/> it is <c>too_large</c>.</param>
    public static Decoded<ClientMessage> DecodeClient(ReadOnlySpan<byte> utf8)
    {
        var decoded = Decode<ClientMessage>(utf8, MessageCatalog.Client);
        return decoded.Message?.Validate() is { } fault ? new Decoded<ClientMessage>(null, fault, decoded.Id) : decoded;
    }

    /// <summary>Reads a server's frame; for clients.</summary>
    public static Decoded<ServerMessage> DecodeServer(ReadOnlySpan<byte> utf8) => Decode<ServerMessage>(utf8, MessageCatalog.Server);

    /// <summary>Writes a message as one UTF-8 JSON object.</summary>
    public static byte[] Encode(ServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, MessageCatalog.Server[message.Type]);

    /// <summary>Writes a message as one UTF-8 JSON object; for clients.</summary>
    public static byte[] Encode(ClientMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, MessageCatalog.Client[message.Type]);

    /// <summary>Writes a message into a buffer.</summary>
    public static void Encode(ServerMessage message, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, message, MessageCatalog.Server[message.Type]);
    }

    private static Decoded<T> Decode<T>(ReadOnlySpan<byte> utf8, FrozenDictionary<string, JsonTypeInfo> catalog)
        where T : class
    {
        if (utf8.Length > MessageLimits.FrameBytes)
            return new Decoded<T>(null, new MessageFault(ErrorCodes.TooLarge, $"A message has at most {MessageLimits.FrameBytes} bytes."), null);
        string? id = null;
        try
        {
            if (ReadEnvelope(utf8, ref id, out var type) is { } fault)
                return new Decoded<T>(null, fault, id);
            if (type is null || !catalog.TryGetValue(type, out var info))
                return new Decoded<T>(null, Bad(type is null ? "The message has no type." : "The type is unknown."), id);
            return new Decoded<T>((T?)JsonSerializer.Deserialize(utf8, info), null, id);
        }
        catch (JsonException exception)
        {
            return new Decoded<T>(null, Bad(Describe(exception)), id);
        }
        catch (InvalidOperationException)
        {
            // Invalid surrogates or UTF-8 inside a string surface as this from the reader.
            return new Decoded<T>(null, Bad("A string is not valid UTF-8."), id);
        }
    }

    // Finds type and id without building anything; also proves that the whole frame is one well-formed object.
    private static MessageFault? ReadEnvelope(ReadOnlySpan<byte> utf8, ref string? id, out string? type)
    {
        type = null;
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Bad("A message is one JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isId = !isType && reader.ValueTextEquals("id"u8);
            _ = reader.Read();
            if (isType || isId)
            {
                if (isId && reader.TokenType == JsonTokenType.Null)
                    continue;
                if (reader.TokenType != JsonTokenType.String)
                    return Bad(isType ? "type is not a string." : "id is not a string.");
                if (isType)
                    type = reader.GetString();
                else if (reader.GetString() is { Length: <= MessageLimits.IdLength } text)
                    id = text;
                else
                    return new MessageFault(ErrorCodes.TooLarge, $"id has more than {MessageLimits.IdLength} characters.");
            }
            else
            {
                reader.Skip();
            }
        }

        _ = reader.Read();
        return null;
    }

    private static MessageFault Bad(string message) => new(ErrorCodes.BadMessage, message);

    // The path names the field; the parser's own text would leak type names of the program.
    private static string Describe(JsonException exception) =>
        string.IsNullOrEmpty(exception.Path) || exception.Path == "$"
            ? "The message is not well-formed JSON, or a required field is missing."
            : $"The field {exception.Path.TrimStart('$', '.')} is not as the protocol wants it.";
}
