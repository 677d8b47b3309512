using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Microsoft.AspNetCore.DataProtection;

namespace Breeze.Web.Identity.Sso;

/// <summary>
/// Keeps a sign-in and the browser that began it together: in an encrypted cookie of its own, for ten minutes, once on all
/// nodes together.
/// </summary>
public sealed class SsoTickets(IDataProtectionProvider protection, RateLimiter limiter, TimeProvider time)
{
    const string Cookie = "breeze-sso";
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    readonly IDataProtector _protector = protection.CreateProtector("Breeze.Sso.Ticket");

    public SsoTicket Start(HttpContext context, SsoProvider provider, string redirectUri, string returnTo)
    {
        var ticket = new SsoTicket(provider.Id, Secret(), Secret(), Secret(), redirectUri, returnTo, time.GetUtcNow() + Lifetime);
        context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(ticket))), new CookieOptions
        {
            // The way back is a link from another site, which a strict cookie would not come along with.
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = Lifetime, Path = "/sso", IsEssential = true,
        });
        return ticket;
    }

    /// <summary>The ticket of this browser for this provider and state; null when there is none, or it is too old, or was used.</summary>
    public async Task<SsoTicket?> RedeemAsync(HttpContext context, SsoProvider provider, string? state)
    {
        var text = context.Request.Cookies[Cookie];
        context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/sso" });
        var now = time.GetUtcNow();
        if (Read(text) is not { } ticket || ticket.ExpiresAt <= now || ticket.ProviderId != provider.Id
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ticket.State), Encoding.UTF8.GetBytes(state ?? "")))
        {
            return null;
        }
        return await limiter.TakeAsync(RateLimit.Once, ticket.State) is null ? ticket : null;
    }

    SsoTicket? Read(string? text)
    {
        if (text is not { Length: > 0 and < 4096 } || !Base64Url.IsValid(text))
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<SsoTicket>(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
