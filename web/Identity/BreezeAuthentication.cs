using Breeze.Core.Tenancy;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Breeze.Web.Identity;

/// <summary>People are known by a cookie on pages and by a bearer token on the API; neither works on the other, so the API needs no anti-forgery.</summary>
static class BreezeAuthentication
{
    public const string Cookie = "breeze";
    const string Selector = "breeze-selector";

    public static bool IsApi(HttpContext context) => IsApi(context.Request.Path);

    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase);

    public static void AddBreezeAuthentication(this IServiceCollection services, TokenIssuer tokens)
    {
        services.AddSingleton(tokens);
        services.AddSingleton<CookieSignIn>();
        services.AddHttpContextAccessor();
        services.AddScoped(s => s.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<AccessScope>() ?? AccessScope.None);
        services.AddAuthentication(Selector)
            .AddPolicyScheme(Selector, null, o => o.ForwardDefaultSelector = c => IsApi(c) ? JwtBearerDefaults.AuthenticationScheme : Cookie)
            .AddCookie(Cookie, o =>
            {
                o.Cookie.Name = "breeze-session";
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                o.ExpireTimeSpan = TimeSpan.FromHours(12);
                o.SlidingExpiration = true;
                o.LoginPath = "/sign-in";
                o.ReturnUrlParameter = "return";
            })
            .AddJwtBearer(o =>
            {
                o.MapInboundClaims = false;
                o.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = TokenIssuer.Issuer,
                    ValidAudience = TokenIssuer.Audience,
                    IssuerSigningKey = tokens.Key,
                    ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                    ClockSkew = TimeSpan.FromSeconds(30),
                };
            });
    }
}
