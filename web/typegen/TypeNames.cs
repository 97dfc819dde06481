// TypeScript's name for a C# type, and the list of records and enums that still have to be written.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Protocol;

namespace Parley.Typegen;

/// <summary>Names types and remembers which were mentioned.</summary>
internal sealed class TypeNames
{
    private static readonly HashSet<Type> Strings =
    [
        typeof(string), typeof(DateTimeOffset), typeof(ParticipantId), typeof(UserId), typeof(MessageId), typeof(InvitationId),
        typeof(MeetingId), typeof(MeetingCode), typeof(AdmissionTarget),
    ];

    private static readonly HashSet<Type> Numbers = [typeof(int), typeof(long), typeof(double)];

    /// <summary>JSON that passes through the server untouched but that clients agree on, and what the browser's own types want mutable.</summary>
    private static readonly Dictionary<(Type, string), string> PassedThrough = new()
    {
        [(typeof(IceCandidate), "candidate")] = "RTCIceCandidateInit | null",
        [(typeof(IceCandidateFrom), "candidate")] = "RTCIceCandidateInit | null",
        [(typeof(IceServer), "urls")] = "string[]",
        [(typeof(RoomResumed), "missed")] = "readonly ServerMessage[]",
        [(typeof(AcceptedIntoRoom), "missed")] = "readonly ServerMessage[]",
    };

    private readonly Queue<(Type Type, Direction Direction)> _referenced = new();
    private readonly HashSet<Type> _seen = [];

    public static string Pascal(string snake) => string.Concat(snake.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    public static string Of(Type type) => type.Name;

    public string Of(Type owner, JsonPropertyInfo property, Direction direction) =>
        PassedThrough.TryGetValue((owner, property.Name), out var agreed) ? agreed : Of(property.PropertyType, direction);

    public bool TryTakeReferenced([NotNullWhen(true)] out Type? type, out Direction direction)
    {
        var any = _referenced.TryDequeue(out var entry);
        (type, direction) = entry;
        return any;
    }

    private string Of(Type type, Direction direction)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Strings.Contains(type))
            return "string";
        if (Numbers.Contains(type))
            return "number";
        if (type == typeof(bool))
            return "boolean";
        if (type == typeof(RawJson) || type == typeof(JsonElement))
            return "unknown";
        if (type.IsGenericType && type.GetGenericArguments() is [var element] && type.IsAssignableTo(typeof(System.Collections.IEnumerable)))
            return $"readonly {Of(element, direction)}[]";
        if (type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string))
            return $"Readonly<Record<string, {Of(value, direction)}>>";
        if (type.IsEnum || type.Namespace == typeof(MessageCatalog).Namespace)
        {
            if (_seen.Add(type))
                _referenced.Enqueue((type, direction));
            return Of(type);
        }

        throw new NotSupportedException($"{type} has no TypeScript form yet; give it one here.");
    }
}
