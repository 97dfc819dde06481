// GET /api/users/me: who the token stands for.
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Accounts;

internal static class GetMe
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/users/me", static (HttpContext context) => JsonAnswer.Ok(context.GetPrincipal().View))
            .WithName("GetMe").WithTags("users").WithSummary("Oneself.").Answers<UserView>().Fails(401, 403).RequireAuthorization(Policies.Member);
}
