using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Breeze.Web.Identity.Sso;

/// <summary>Checks the signed word of a provider: who says it, to whom, about which sign-in, and until when.</summary>
public sealed class IdTokens
{
    static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = 64 << 10 };

    /// <summary>The claims; null when anything about the token is not as it must be.</summary>
    public async Task<Dictionary<string, JsonElement>?> ReadAsync(
        SsoProvider provider, OpenIdConnectConfiguration configuration, string token, string nonce, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer, ValidAudience = provider.ClientId, IssuerSigningKeys = configuration.SigningKeys, ValidAlgorithms = Algorithms,
            RequireSignedTokens = true, RequireExpirationTime = true, ClockSkew = TimeSpan.FromMinutes(2),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
        {
            return null;
        }
        var claims = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload))!;
        // A token for several parties, or handed out to another one, must name us as the one it was handed to.
        var party = OidcClaims.Text(claims, "azp");
        var isOurs = party is null ? jwt.Audiences.Count() == 1 : party == provider.ClientId;
        return isOurs && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(OidcClaims.Text(claims, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)) ? claims : null;
    }
}
