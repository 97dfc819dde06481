// Who may make a call, as authorization policies over the verified principal.
using Microsoft.AspNetCore.Authorization;
using Parley.Rooms;

namespace Parley.Server.Features.Auth;

/// <summary>The names of the policies.</summary>
internal static class Policies
{
    /// <summary>Anybody with a valid token, users of other programs too.</summary>
    public const string Anybody = "anybody";

    /// <summary>Accounts and guests.</summary>
    public const string Member = "member";

    /// <summary>Accounts alone.</summary>
    public const string Account = "account";

    /// <summary>Accounts that administer this server.</summary>
    public const string Administrator = "administrator";

    public static void Configure(AuthorizationOptions options)
    {
        Add(options, Anybody, static _ => true);
        Add(options, Member, static principal => principal.User.Kind is UserKind.Account or UserKind.Guest);
        Add(options, Account, static principal => principal.User.Kind == UserKind.Account);
        Add(options, Administrator, static principal => principal.IsAdministrator && principal.User.Kind == UserKind.Account);
    }

    /// <summary>The bearer of the request's token; null without a valid one.</summary>
    public static Principal? FindPrincipal(this HttpContext context) => context.Features.Get<Principal>();

    /// <summary>The bearer of the request's token, where a policy has made sure of it.</summary>
    public static Principal GetPrincipal(this HttpContext context) =>
        context.FindPrincipal() ?? throw new InvalidOperationException("The route has no policy that asks for a token.");

    private static void Add(AuthorizationOptions options, string name, Func<Principal, bool> may) =>
        options.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
            context.Resource is HttpContext http && http.FindPrincipal() is { } principal && may(principal)));
}
