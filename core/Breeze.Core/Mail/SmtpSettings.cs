using Breeze.Core.Identity;

namespace Breeze.Core.Mail;

/// <summary>A mail server, as <c>smtp://user:password@host:587?from=breeze@example.com</c> says it; <c>smtps://</c> is encrypted from the first byte.</summary>
public sealed record SmtpSettings(string Host, int Port, bool ImplicitTls, string? User, string? Password, string From)
{
    public const string Form = "smtp://user:password@host:587?from=breeze@example.com";

    /// <summary>Null when it is not of the form; what it says is not repeated anywhere, for it holds a password.</summary>
    public static SmtpSettings? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0 || url.AbsolutePath is not ("" or "/"))
        {
            return null;
        }
        var from = url.Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).Where(p => p is ["from", _]).Select(p => Uri.UnescapeDataString(p[1])).FirstOrDefault();
        if (!EmailAddress.IsValid(from))
        {
            return null;
        }
        var tls = url.Scheme == "smtps";
        var user = url.UserInfo.Split(':', 2);
        return new(url.Host, url.Port > 0 ? url.Port : tls ? 465 : 587, tls, user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null, from!);
    }
}
