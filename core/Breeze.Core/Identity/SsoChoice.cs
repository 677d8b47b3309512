namespace Breeze.Core.Identity;

/// <summary>A way to sign in, as a button: the short name in its address, and its words.</summary>
public sealed record SsoChoice(string Slug, string Name);

/// <summary>What a provider said about a person, once its word was found to be its own.</summary>
/// <param name="Subject">Its name for them, which never changes.</param>
/// <param name="Email">Their address; null when it said none.</param>
/// <param name="EmailVerified">Whether it vouches for the address.</param>
/// <param name="Name">What to call them.</param>
/// <param name="Groups">The values of the claim that the mapping reads.</param>
/// <param name="WithMfa">Whether a second factor was part of it.</param>
public sealed record SsoIdentity(string Subject, string? Email, bool EmailVerified, string? Name, IReadOnlyList<string> Groups, bool WithMfa);

/// <summary>Who it is, and the membership that their session acts in.</summary>
public sealed record SsoPerson(User User, Guid PartnerId, Guid MembershipId);
