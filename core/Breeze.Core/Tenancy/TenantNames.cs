using System.Text;
using Breeze.Core.Identity;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>The rules for what people call partners, organizations, sites and groups.</summary>
public static class TenantNames
{
    public const int MaximumLength = 200;

    /// <summary>The name as it is kept; null when there is nothing left of it or too much.</summary>
    public static string? Clean(string? name) =>
        name is null || name.Trim().Length > MaximumLength ? null : AgentText.Clean(name.Trim(), MaximumLength) is { Length: > 0 } clean ? clean : null;

    public static Refusal Invalid() => Refusal.Invalid("name_invalid", $"Give it a name of 1 to {MaximumLength} characters.");

    public static Refusal Taken(string what, string name) => Refusal.Conflict("name_taken", $"There is {what} called “{name}” already. Choose another name.");

    /// <summary>Saves what was named; a refusal when the name is in use, of which the unique index is the judge.</summary>
    /// <param name="what">What it is, as in "There is a group called …".</param>
    internal static async Task<Refusal?> SaveAsync(DbContext context, string what, string name, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Taken(what, name);
        }
    }

    /// <summary>A name for addresses, from one for people.</summary>
    public static string Slug(string name, string otherwise)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }
        var text = slug.ToString()[..Math.Min(slug.Length, 63)].Trim('-');
        return text.Length == 0 ? otherwise : text;
    }

    public static bool IsSlug(string slug) =>
        slug.Length is > 0 and <= 63 && slug[0] != '-' && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
