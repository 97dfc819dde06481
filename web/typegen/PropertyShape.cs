// Whether a property may be left out or be null: what a client may omit is not what the server may omit.
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Typegen;

/// <summary>Who writes the JSON.</summary>
internal enum Direction
{
    /// <summary>The client: what has a default may be left out.</summary>
    FromClient,

    /// <summary>The server: nulls are left out unless the contract names them.</summary>
    FromServer,
}

/// <summary>How one property appears in TypeScript.</summary>
internal readonly record struct PropertyShape
{
    public PropertyShape(Type owner, JsonPropertyInfo property, Direction direction)
    {
        var member = Find(owner, property);
        Member = member.Name;
        var canBeNull = Nullable.GetUnderlyingType(member.PropertyType) is not null
            || (!member.PropertyType.IsValueType && new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable);
        if (direction == Direction.FromClient)
        {
            Optional = canBeNull || HasDefault(owner, member.Name);
            MayBeNull = canBeNull;
        }
        else
        {
            var always = member.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Never;
            Optional = canBeNull && !always;
            MayBeNull = canBeNull && always;
        }
    }

    /// <summary>The C# name.</summary>
    public string Member { get; }

    public bool Optional { get; }

    public bool MayBeNull { get; }

    private static PropertyInfo Find(Type owner, JsonPropertyInfo property) =>
        property.AttributeProvider as PropertyInfo
        ?? owner.GetProperties().Single(candidate => string.Equals(
            System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(candidate.Name), property.Name, StringComparison.Ordinal));

    private static bool HasDefault(Type owner, string member) => owner.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Any(parameter => parameter.HasDefaultValue && string.Equals(parameter.Name, member, StringComparison.Ordinal));
}
