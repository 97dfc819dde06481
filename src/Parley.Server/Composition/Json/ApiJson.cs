// Source-generated JSON of every REST request and response: snake_case, nulls left out unless the contract names them.
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Operations.Health;

namespace Parley.Server.Composition.Json;

/// <summary>The JSON metadata of REST.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(UserView))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The metadata of one type.</summary>
    /// <exception cref="InvalidOperationException">The type is not listed above.</exception>
    public static JsonTypeInfo<T> Of<T>() =>
        Default.GetTypeInfo(typeof(T)) as JsonTypeInfo<T> ?? throw new InvalidOperationException($"{typeof(T)} is not listed in {nameof(ApiJson)}.");
}
