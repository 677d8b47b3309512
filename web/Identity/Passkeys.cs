using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Breeze.Core.Identity;
using Microsoft.AspNetCore.Identity;

namespace Breeze.Web.Identity;

/// <summary>
/// The two ceremonies of a passkey. The challenge goes to the browser twice, once for the authenticator and once encrypted for us, and works once
/// within five minutes.
/// </summary>
public sealed class Passkeys(IPasskeyHandler<User> handler, UserStore store, ISecretProtection protection, RateLimiter limiter, TimeProvider time)
{
    const string Creation = "passkey-creation";
    const string Request = "passkey-request";
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>What the browser is told, as JSON, and what it hands back.</summary>
    public sealed record Challenge(string Options, string State);

    public async Task<Challenge> BeginCreationAsync(HttpContext context, User user)
    {
        var made = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email, DisplayName = user.DisplayName }, context);
        return new(made.CreationOptionsJson, Seal(Creation, made.AttestationState));
    }

    /// <summary>The passkey that the browser made; null when it cannot be trusted.</summary>
    public async Task<UserPasskeyInfo?> EndCreationAsync(HttpContext context, User user, string? credential, string? state)
    {
        if (string.IsNullOrEmpty(credential) || await OpenAsync(Creation, state) is not { } attestation)
        {
            return null;
        }
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential, AttestationState = attestation });
        return result.Succeeded && result.UserEntity.Id == user.Id.ToString() ? result.Passkey : null;
    }

    public async Task<Challenge> BeginRequestAsync(HttpContext context)
    {
        var made = await handler.MakeRequestOptionsAsync(null, context);
        return new(made.RequestOptionsJson, Seal(Request, made.AssertionState));
    }

    /// <summary>Whose passkey it is; null when it cannot be trusted.</summary>
    public async Task<User?> EndRequestAsync(HttpContext context, string? credential, string? state, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(credential) || await OpenAsync(Request, state) is not { } assertion)
        {
            return null;
        }
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = assertion });
        if (!result.Succeeded || result.User.Status != "active")
        {
            return null;
        }
        // The counter goes up with each use, by which a copy would be noticed.
        await store.AddOrUpdatePasskeyAsync(result.User, result.Passkey, cancellationToken);
        return result.User;
    }

    string Seal(string purpose, string? state)
    {
        var text = Encoding.UTF8.GetBytes(state ?? "");
        var bytes = new byte[24 + text.Length];
        Guid.NewGuid().TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        text.CopyTo(bytes, 24);
        return Base64Url.EncodeToString(protection.Protect(purpose, bytes));
    }

    async Task<string?> OpenAsync(string purpose, string? sealedState)
    {
        if (sealedState is null || sealedState.Length > 8000 || !Base64Url.IsValid(sealedState)
            || protection.Unprotect(purpose, Base64Url.DecodeFromChars(sealedState)) is not { Length: >= 24 } bytes
            || BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)) < time.GetUtcNow().ToUnixTimeMilliseconds()
            || await limiter.TakeAsync(RateLimit.Once, new Guid(bytes.AsSpan(0, 16)).ToString("n")) is not null)
        {
            return null;
        }
        return Encoding.UTF8.GetString(bytes, 24, bytes.Length - 24);
    }
}
