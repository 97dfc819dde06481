// GET /api/users?q=: the directory, for ringing somebody.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Accounts;

/// <summary>Somebody in the directory.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">The name.</param>
/// <param name="Online">Whether they can be rung now.</param>
public sealed record DirectoryEntry(UserId Id, string Name, bool Online);

internal static class GetUsers
{
    private const int MinQuery = 2;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/users", HandleAsync).WithName("SearchUsers").WithTags("users").WithSummary("Accounts whose name contains a text.")
            .Answers<ListBody<DirectoryEntry>>().Paged().Fails(401, 403, 429).Query("q", "At least two characters of a name.", required: true)
            .RequireAuthorization(Policies.Account);

    private static async Task<IResult> HandleAsync(PageQuery page, HttpContext context, AccountStore accounts, RateLimits limits, IPresence presence)
    {
        var text = context.Request.Query["q"].ToString().Trim();
        if (text.Length is < MinQuery or > MessageLimits.NameLength)
            return Problems.Validation("q", $"A search has {MinQuery} to {MessageLimits.NameLength} characters.");
        var me = context.GetPrincipal().User.Id;
        if (!limits.TryDirectory(me, out var retryAfter))
            return Problems.RateLimited(retryAfter);
        var found = await accounts.SearchByNameAsync(text, me, page.Request, context.RequestAborted);
        return ListBody.From(found, user => new DirectoryEntry(user.Id, user.Name, presence.IsOnline(user.Id)));
    }
}
