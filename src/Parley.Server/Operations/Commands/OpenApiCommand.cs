// `parley openapi`: prints the OpenAPI document without starting the server.
using System.CommandLine;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Parley.Server.Composition;
using Parley.Server.Composition.OpenApi;

namespace Parley.Server.Operations.Commands;

internal static class OpenApiCommand
{
    public static Command Create(IReadOnlyList<string> args, TextWriter output)
    {
        var command = new Command("openapi", "Prints the OpenAPI document.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (_, cancellation) =>
        {
            await using var app = ParleyServer.Build(args);
            var documents = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiDocuments.Name);
            var document = await documents.GetOpenApiDocumentAsync(cancellation);
            await output.WriteLineAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation));
            return 0;
        });
        return command;
    }
}
