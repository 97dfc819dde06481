// The paging of every list: ?limit=1..100 and an opaque ?cursor.
using System.Globalization;
using Parley.Data;

namespace Parley.Server.Composition.Http;

/// <summary>The page that a request asks for, or what is wrong with the question.</summary>
public sealed class PageQuery : IBoundRequest
{
    private PageQuery(PageRequest request, Problem? problem)
    {
        Request = request;
        Problem = problem;
    }

    /// <summary>The page.</summary>
    public PageRequest Request { get; }

    /// <inheritdoc/>
    public Problem? Problem { get; }

    /// <summary>Called by the framework's binding.</summary>
    public static ValueTask<PageQuery?> BindAsync(HttpContext context)
    {
        var errors = new FieldErrors();
        var limit = PageRequest.DefaultLimit;
        if (context.Request.Query.TryGetValue("limit", out var limitText)
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= PageRequest.MaxLimit))
            errors.Add("limit", $"A limit is a whole number from 1 to {PageRequest.MaxLimit}.");
        Cursor? after = null;
        if (context.Request.Query.TryGetValue("cursor", out var cursorText))
        {
            if (Cursor.TryParse(cursorText, out var cursor))
                after = cursor;
            else
                errors.Add("cursor", "This is not a next_cursor of this list.");
        }

        return ValueTask.FromResult<PageQuery?>(new PageQuery(new PageRequest(limit, after), errors.IsEmpty ? null : errors.ToProblem()));
    }
}

/// <summary>A page of a list as it is answered.</summary>
/// <typeparam name="T">The items.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">Where the next page begins; null when this is the last.</param>
public sealed record ListBody<T>(
    IReadOnlyList<T> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? NextCursor);

/// <summary>Makes list bodies.</summary>
internal static class ListBody
{
    public static IResult From<TRow, TItem>(Page<TRow> page, Func<TRow, TItem> item) =>
        Json.JsonAnswer.Ok(new ListBody<TItem>([.. page.Items.Select(item)], page.Next?.ToString()));
}
