using System.Buffers.Binary;
using System.Buffers.Text;

namespace Breeze.Core.Identity;

/// <summary>Says that somebody has shown the first factor of an account, and nothing more. Bound to the account's security stamp, and short-lived.</summary>
public sealed record MfaToken(Guid Id, Guid UserId, Guid SecurityStamp, DateTimeOffset ExpiresAt, string Method)
{
    /// <summary>After a partner's single sign-on: the partner and the membership that the session will be good for.</summary>
    public (Guid PartnerId, Guid MembershipId)? Sso { get; init; }

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    const string Purpose = "mfa-token";
    const string Prefix = "brz_mfa_";
    const int FixedLength = 88;

    public string Write(ISecretProtection protection)
    {
        var bytes = new byte[FixedLength + Method.Length];
        Id.TryWriteBytes(bytes);
        UserId.TryWriteBytes(bytes.AsSpan(16));
        SecurityStamp.TryWriteBytes(bytes.AsSpan(32));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), ExpiresAt.ToUnixTimeMilliseconds());
        if (Sso is { } sso)
        {
            sso.PartnerId.TryWriteBytes(bytes.AsSpan(56));
            sso.MembershipId.TryWriteBytes(bytes.AsSpan(72));
        }
        System.Text.Encoding.ASCII.GetBytes(Method, bytes.AsSpan(FixedLength));
        return Prefix + Base64Url.EncodeToString(protection.Protect(Purpose, bytes));
    }

    /// <summary>Null when it is not one of ours or has expired.</summary>
    public static MfaToken? Read(string? text, ISecretProtection protection, DateTimeOffset now)
    {
        if (text is null || text.Length > 1000 || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return null;
        }
        if (protection.Unprotect(Purpose, Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length))) is not { Length: > FixedLength } bytes)
        {
            return null;
        }
        var token = new MfaToken(
            new Guid(bytes.AsSpan(0, 16)), new Guid(bytes.AsSpan(16, 16)), new Guid(bytes.AsSpan(32, 16)),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(48))), System.Text.Encoding.ASCII.GetString(bytes.AsSpan(FixedLength)))
        {
            Sso = new Guid(bytes.AsSpan(56, 16)) is var partner && partner != Guid.Empty ? (partner, new Guid(bytes.AsSpan(72, 16))) : null,
        };
        return token.ExpiresAt > now ? token : null;
    }
}
