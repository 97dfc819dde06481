// The OpenAPI document: made from the routes, with what the framework cannot see of our types, paging and security added.
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;

namespace Parley.Server.Composition.OpenApi;

internal static class OpenApiDocuments
{
    public const string Name = "v1";

    private const string BearerScheme = "bearer";

    public static void AddOpenApiDocuments(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer(DescribeDocument);
        options.AddOperationTransformer(DescribeOperation);
        options.AddSchemaTransformer(DescribeType);
    });

    private static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Parley",
            Version = "v1",
            Description = "Accounts, meetings and history. Signaling goes over the WebSocket /ws (docs/protocol.md). Every error is an RFC 9457 problem with a stable code.",
        };
        // Where the document was asked for says nothing about where it is used.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The access token of signup, login, guest or refresh, or a token of another program (Parley:Auth:ApiKeys) where it is good.",
        };
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] }];
        operation.Parameters ??= [];
        if (metadata.OfType<PagedMetadata>().Any())
        {
            operation.Parameters.Add(Query("limit", "How many items at most.", false, new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 20 }));
            operation.Parameters.Add(Query("cursor", "The next_cursor of the page before.", false, new OpenApiSchema { Type = JsonSchemaType.String }));
        }

        foreach (var parameter in metadata.OfType<QueryParameterMetadata>())
            operation.Parameters.Add(Query(parameter.Name, parameter.Description, parameter.Required, new OpenApiSchema { Type = JsonSchemaType.String }));
        if (metadata.OfType<TextBodyMetadata>().FirstOrDefault() is { } body)
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = TextOf(body.MediaType) };
        return Task.CompletedTask;
    }

    private static Dictionary<string, OpenApiMediaType> TextOf(string mediaType) =>
        new(StringComparer.Ordinal) { [mediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } };

    private static OpenApiParameter Query(string name, string description, bool required, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Required = required, Schema = schema };

    /// <summary>Types that are written by converters of their own look like anything to the framework.</summary>
    private static Task DescribeType(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo.Type;
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var nullable = bare != type || bare == typeof(OptionalText) ? JsonSchemaType.Null : default;
        if (bare == typeof(UserId) || bare == typeof(MeetingId) || bare == typeof(MessageId) || bare == typeof(Guid))
            (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "uuid");
        else if (bare == typeof(MeetingCode))
            (schema.Type, schema.Pattern) = (JsonSchemaType.String | nullable, "^[a-z]{3}-[a-z]{4}-[a-z]{3}$");
        else if (bare == typeof(DateTimeOffset))
            (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
        else if (bare == typeof(OptionalText))
            schema.Type = JsonSchemaType.String | nullable;
        return Task.CompletedTask;
    }
}
