using System.Net.Mail;

namespace Breeze.Core.Identity;

/// <summary>Addresses as people type them.</summary>
public static class EmailAddress
{
    /// <summary>Whether it can be an address and nothing but an address: no name, no list, no line break.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: >= 3 and <= 320 } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && MailAddress.TryCreate(text, out var address)
        && address.Address == text && address.DisplayName.Length == 0;

    /// <summary>What follows the last @, in lower case.</summary>
    public static string DomainOf(string email) => email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant();
}
