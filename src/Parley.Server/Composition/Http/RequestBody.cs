// Reads a JSON body into a request record: every way it can be wrong becomes a Problem, and the record's own rules are checked.
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Parley.Server.Composition.Http;

/// <summary>A request that knows its own rules.</summary>
public interface IRequest
{
    /// <summary>Reports every field that breaks a rule.</summary>
    void Validate(FieldErrors errors);
}

/// <summary>Collects what is wrong with fields.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>True when nothing is wrong.</summary>
    public bool IsEmpty => _errors.Count == 0;

    /// <summary>Reports a broken rule.</summary>
    /// <param name="field">The field's name on the wire.</param>
    /// <param name="message">A sentence.</param>
    public void Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
            _errors[field] = messages = [];
        messages.Add(message);
    }

    /// <summary>The errors as the answer carries them.</summary>
    public Problem ToProblem() => Problems.Validation(_errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal));
}

/// <summary>What was bound from a request, or the problem that the filter answers with.</summary>
public interface IBoundRequest
{
    /// <summary>What is wrong; null when it can be used.</summary>
    Problem? Problem { get; }
}

/// <summary>A JSON body of one type. An absent body reads as an empty object.</summary>
/// <typeparam name="T">The request record.</typeparam>
public sealed class Body<T> : IBoundRequest, IEndpointParameterMetadataProvider
    where T : class, IRequest, new()
{
    private readonly T? _value;

    private Body(T? value, Problem? problem)
    {
        _value = value;
        Problem = problem;
    }

    /// <inheritdoc/>
    public Problem? Problem { get; }

    /// <summary>The request; only there when there is no problem.</summary>
    public T Value => _value ?? throw new InvalidOperationException("The body was not usable; its filter is missing.");

    /// <summary>Called by the framework's binding.</summary>
    public static async ValueTask<Body<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var request = context.Request;
        try
        {
            T? value;
            if (request.ContentLength is 0 || (request.ContentLength is null && !HasBody(context)))
                value = new T();
            else if (!request.HasJsonContentType())
                return new Body<T>(null, Problems.UnsupportedMediaType);
            else
                value = await JsonSerializer.DeserializeAsync(request.Body, Json.ApiJson.Of<T>(), context.RequestAborted);
            if (value is null)
                return new Body<T>(null, Problems.Malformed("The body must be a JSON object."));
            var errors = new FieldErrors();
            value.Validate(errors);
            return errors.IsEmpty ? new Body<T>(value, null) : new Body<T>(null, errors.ToProblem());
        }
        catch (JsonException exception)
        {
            return new Body<T>(null, Explain(exception));
        }
        catch (BadHttpRequestException exception)
        {
            return new Body<T>(null, Problems.ForStatus(exception.StatusCode));
        }
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    /// <summary>A value of the wrong type names its field; anything else is malformed JSON.</summary>
    private static Problem Explain(JsonException exception)
    {
        var path = exception.Path ?? string.Empty;
        var isSyntax = exception.InnerException is JsonException;
        return !isSyntax && path.StartsWith("$.", StringComparison.Ordinal)
            ? Problems.Validation(path[2..], "The value has the wrong type.")
            : Problems.Malformed("The body is not well-formed JSON.");
    }
}

/// <summary>Answers with the problem of what was bound, before the handler runs.</summary>
internal static class BoundRequestFilter
{
    public static ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is IBoundRequest { Problem: { } problem })
                return ValueTask.FromResult<object?>(problem);
        }

        return next(context);
    }
}
