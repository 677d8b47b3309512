using Breeze.Core.Identity;

namespace Breeze.Web.Identity;

/// <summary>Carries the token of a half-done sign-in from the password to the code.</summary>
static class MfaCookie
{
    const string Name = "breeze-mfa";

    public static string? Read(HttpContext context) => context.Request.Cookies[Name];

    public static void Write(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context, MfaToken.Lifetime));

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, null));

    static CookieOptions Options(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/sign-in", MaxAge = age, IsEssential = true,
    };
}
