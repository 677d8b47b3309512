using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Breeze.Web.Identity.Sso;

/// <summary>Talks to OpenID Connect providers: authorization code with PKCE. What they say is bounded in size and time, and believed only when it is signed.</summary>
public sealed partial class OidcClient(IHttpClientFactory http, IdTokens tokens, ILogger<OidcClient> logger)
{
    public const string HttpClientName = "sso";
    const int MaximumProviders = 500;
    const int MaximumAnswer = 512 << 10;

    readonly ConcurrentDictionary<string, ConfigurationManager<OpenIdConnectConfiguration>> _configurations = [];

    public static SocketsHttpHandler CreateHandler() => new()
    {
        // A redirect would lead to an address that nobody has checked.
        AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    public static void Configure(HttpClient client) => (client.Timeout, client.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(10), MaximumAnswer);

    /// <summary>Where the browser goes.</summary>
    public async Task<Outcome<string>> BeginAsync(SsoProvider provider, SsoTicket ticket, CancellationToken cancellationToken)
    {
        var discovered = await DiscoverAsync(provider, cancellationToken);
        return discovered.Value is not { } configuration
            ? discovered.Refusal!
            : QueryHelpers.AddQueryString(configuration.AuthorizationEndpoint, new Dictionary<string, string?>
            {
                ["response_type"] = "code", ["client_id"] = provider.ClientId, ["redirect_uri"] = ticket.RedirectUri, ["scope"] = "openid email profile",
                ["state"] = ticket.State, ["nonce"] = ticket.Nonce, ["code_challenge_method"] = "S256",
                ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Verifier))),
            });
    }

    /// <summary>Exchanges the code for what the provider says about the person.</summary>
    public async Task<Outcome<SsoIdentity>> CompleteAsync(SsoProvider provider, string? secret, SsoTicket ticket, string code, CancellationToken cancellationToken)
    {
        var discovered = await DiscoverAsync(provider, cancellationToken);
        if (discovered.Value is not { } configuration)
        {
            return discovered.Refusal!;
        }
        try
        {
            using var answer = await ExchangeAsync(provider, configuration, secret, ticket, code, cancellationToken);
            if (answer is null || !answer.RootElement.TryGetProperty("id_token", out var idToken) || idToken.GetString() is not { } text)
            {
                return Refusal.Forbidden("code_refused", $"{provider.Name} did not complete the sign-in. Try again; if it stays, the client id or secret may be wrong.");
            }
            var claims = await tokens.ReadAsync(provider, configuration, text, ticket.Nonce, cancellationToken);
            if (claims is null)
            {
                // Perhaps it has new keys.
                ManagerOf(provider).RequestRefresh();
                claims = await tokens.ReadAsync(provider, await ManagerOf(provider).GetConfigurationAsync(cancellationToken), text, ticket.Nonce, cancellationToken);
            }
            if (claims is null)
            {
                return Refusal.Forbidden("id_token_invalid", $"What {provider.Name} sent is not valid for this sign-in. Try again, and tell your administrator if it stays.");
            }
            if (!claims.ContainsKey("email") && answer.RootElement.TryGetProperty("access_token", out var access) && access.GetString() is { } accessToken)
            {
                await AddUserInfoAsync(configuration, accessToken, claims, cancellationToken);
            }
            return OidcClaims.ToIdentity(claims, provider.RoleClaim);
        }
        catch (Exception e) when (IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, provider.Slug, e.GetType().Name);
            return Unreachable(provider);
        }
    }

    static async Task<JsonDocument?> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "application/json"
            ? JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), new JsonDocumentOptions { MaxDepth = 32 })
            : null;
    }

    async Task<JsonDocument?> ExchangeAsync(
        SsoProvider provider, OpenIdConnectConfiguration configuration, string? secret, SsoTicket ticket, string code, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = ticket.RedirectUri, ["code_verifier"] = ticket.Verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint);
        var methods = configuration.TokenEndpointAuthMethodsSupported;
        if (secret is not null && (methods.Count == 0 || methods.Contains("client_secret_basic")))
        {
            var pair = $"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = provider.ClientId;
            if (secret is not null)
            {
                form["client_secret"] = secret;
            }
        }
        request.Content = new FormUrlEncodedContent(form);
        return await SendAsync(http.CreateClient(HttpClientName), request, cancellationToken);
    }

    /// <summary>Many providers say the address there and not in the token. It must be about the same person.</summary>
    async Task AddUserInfoAsync(OpenIdConnectConfiguration configuration, string accessToken, Dictionary<string, JsonElement> claims, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(configuration.UserInfoEndpoint) || !IsAllowed(configuration.UserInfoEndpoint, configuration.Issuer))
        {
            return;
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, configuration.UserInfoEndpoint) { Headers = { Authorization = new("Bearer", accessToken) } };
        using var answer = await SendAsync(http.CreateClient(HttpClientName), request, cancellationToken);
        if (answer is null || answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("sub", out var subject)
            || subject.ValueKind != JsonValueKind.String || subject.GetString() != OidcClaims.Text(claims, "sub"))
        {
            return;
        }
        foreach (var claim in answer.RootElement.EnumerateObject())
        {
            claims.TryAdd(claim.Name, claim.Value.Clone());
        }
    }

    async Task<Outcome<OpenIdConnectConfiguration>> DiscoverAsync(SsoProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = await ManagerOf(provider).GetConfigurationAsync(cancellationToken);
            // The document must speak of the issuer that the administrator named, and of nothing unencrypted.
            return configuration.Issuer?.TrimEnd('/') == provider.Authority.TrimEnd('/') && IsAllowed(configuration.AuthorizationEndpoint, provider.Authority) && IsAllowed(configuration.TokenEndpoint, provider.Authority)
                ? configuration
                : Refusal.Forbidden("provider_mismatch", $"{provider.Name} is set up wrongly: its discovery document belongs to another issuer. Ask your administrator.");
        }
        catch (Exception e) when (IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, provider.Slug, e.GetType().Name);
            return Unreachable(provider);
        }
    }

    ConfigurationManager<OpenIdConnectConfiguration> ManagerOf(SsoProvider provider)
    {
        var authority = provider.Authority.TrimEnd('/');
        if (_configurations.Count > MaximumProviders)
        {
            _configurations.Clear();
        }
        return _configurations.GetOrAdd(authority, a => new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{a}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http.CreateClient(HttpClientName)) { RequireHttps = a.StartsWith("https:", StringComparison.OrdinalIgnoreCase) })
        {
            RefreshInterval = TimeSpan.FromSeconds(30),
        });
    }

    static bool IsAllowed(string? address, string authority) => Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.IsLoopback && url.Scheme == Uri.UriSchemeHttp && authority.StartsWith("http:", StringComparison.OrdinalIgnoreCase)));

    static bool IsUnreachable(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException or JsonException or ArgumentException;

    static Refusal Unreachable(SsoProvider provider) =>
        Refusal.Conflict("provider_unreachable", $"{provider.Name} does not answer as it should. Try again in a moment, or sign in another way.");

    [LoggerMessage(LogLevel.Warning, "The sign-on provider {Slug} could not be asked: {Reason}.")]
    static partial void LogUnreachable(ILogger logger, string slug, string reason);
}
