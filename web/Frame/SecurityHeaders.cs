using System.Security.Cryptography;

namespace Breeze.Web.Frame;

/// <summary>The headers that keep a page to our own code: no inline script, no inline style, no frame around it.</summary>
public static class SecurityHeaders
{
    const string NonceKey = "breeze.csp-nonce";

    public static IApplicationBuilder UseBreezeSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var http = (HttpContext)state;
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            if (http.Response.StatusCode < 400 && http.Request.Path.StartsWithSegments("/api/v1/agents"))
            {
                // Nobody but an agent gets this far, and it has no use for the rest, which would be longer than most answers.
                return Task.CompletedTask;
            }
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
            headers.XFrameOptions = "DENY";
            if (http.Request.IsHttps && http.Request.Host.Host is not "localhost")
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }
            headers["X-Trace-Id"] = TraceIds.Of(http);
            if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = Policy(http);
            }
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>The nonce of this answer, for a script or style that cannot come from a file of ours.</summary>
    public static string CspNonce(this HttpContext context)
    {
        if (context.Items[NonceKey] is not string nonce)
        {
            context.Items[NonceKey] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        }
        return nonce;
    }

    static string Policy(HttpContext context)
    {
        var own = $"'self' 'nonce-{context.CspNonce()}'";
        return $"default-src 'none'; script-src {own}; style-src {own}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            + "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }
}
