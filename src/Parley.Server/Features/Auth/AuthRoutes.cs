// The area of accounts' and guests' sessions.
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Parley.Server.Features.Auth;

internal static class AuthRoutes
{
    public static void AddAuth(this IServiceCollection services)
    {
        // The core alone: the rest of AddAuthentication would keep Data Protection keys in the home directory, which nothing here needs.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = BearerAuthentication.SchemeName;
            options.AddScheme<BearerAuthentication>(BearerAuthentication.SchemeName, null);
        });
        services.AddTransient<BearerAuthentication>();
        services.AddAuthorization(Policies.Configure);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IPasswordHasher<string>>(new PasswordHasher<string>());
        services.AddSingleton<SlowHashing>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<RateLimits>();
        services.TryAddSingleton<ITokenVerifier, TokenVerifier>();
    }

    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        PostSignup.Map(api);
        PostLogin.Map(api);
        PostGuest.Map(api);
        PostRefresh.Map(api);
        PostLogout.Map(api);
    }
}
