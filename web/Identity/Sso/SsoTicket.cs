namespace Breeze.Web.Identity.Sso;

/// <summary>What the browser that began a sign-in keeps until it comes back.</summary>
public sealed record SsoTicket(Guid ProviderId, string State, string Nonce, string Verifier, string RedirectUri, string Return, DateTimeOffset ExpiresAt);
