// Source-generated JSON of every REST request and response: snake_case, nulls left out unless the contract names them.
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;
using Parley.Server.Features.History;
using Parley.Server.Features.Ice;
using Parley.Server.Features.Meetings;
using Parley.Server.Features.Whip;
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
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(SignupRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(GuestRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(PatchMeRequest))]
[JsonSerializable(typeof(ListBody<DirectoryEntry>))]
[JsonSerializable(typeof(PostMeetingRequest))]
[JsonSerializable(typeof(PatchMeetingRequest))]
[JsonSerializable(typeof(ValidateRequest))]
[JsonSerializable(typeof(ValidateBody))]
[JsonSerializable(typeof(MeetingBody))]
[JsonSerializable(typeof(ListBody<MeetingBody>))]
[JsonSerializable(typeof(PublicMeetingBody))]
[JsonSerializable(typeof(ListBody<ChatBody>))]
[JsonSerializable(typeof(ListBody<StayBody>))]
[JsonSerializable(typeof(ListBody<CallLogBody>))]
[JsonSerializable(typeof(CallLogBody))]
[JsonSerializable(typeof(IceServersBody))]
[JsonSerializable(typeof(ListBody<AuditBody>))]
[JsonSerializable(typeof(ListBody<MediaSessionBody>))]
[JsonSerializable(typeof(string))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The metadata of one type.</summary>
    /// <exception cref="InvalidOperationException">The type is not listed above.</exception>
    public static JsonTypeInfo<T> Of<T>() =>
        Default.GetTypeInfo(typeof(T)) as JsonTypeInfo<T> ?? throw new InvalidOperationException($"{typeof(T)} is not listed in {nameof(ApiJson)}.");

    /// <summary>Gives the framework's options, from which the OpenAPI document is made, the rules that stand above.</summary>
    internal static void Describe(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new TimestampConverter());
    }
}
