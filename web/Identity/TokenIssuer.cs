using System.Security.Claims;
using Breeze.Core.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Breeze.Web.Identity;

/// <summary>Short access tokens. What the session may do is looked up at each request.</summary>
sealed class TokenIssuer(byte[] secret, TimeProvider time)
{
    public const string Issuer = "breeze";
    public const string Audience = "breeze-api";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    public SymmetricSecurityKey Key { get; } = new(secret);

    public string Issue(User user, Guid sessionId)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Subject = new ClaimsIdentity(SessionClaims.Of(user, sessionId)),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
        });
    }
}
