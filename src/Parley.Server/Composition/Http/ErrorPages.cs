// Gives every bare status code and every unhandled exception its problem details.
using Microsoft.AspNetCore.Diagnostics;
using Parley.Data;

namespace Parley.Server.Composition.Http;

/// <summary>The outermost middleware of errors.</summary>
internal static class ErrorPages
{
    public static void UseProblemDetails(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException or DatabaseUnavailableException,
        });
        app.UseStatusCodePages(context => Problems.ForStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
    }

    private static Task HandleAsync(HttpContext context)
    {
        var problem = context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            BadHttpRequestException { StatusCode: var status } => Problems.ForStatus(status),
            DatabaseUnavailableException => Problems.Unavailable,
            _ => Problems.Internal,
        };
        return problem.ExecuteAsync(context);
    }
}
