namespace Breeze.Core.Tenancy;

/// <summary>What closing an organization ends, in numbers.</summary>
/// <param name="Commands">Commands that wait or run.</param>
/// <param name="EnrollmentKeys">Keys that still work.</param>
/// <param name="People">Memberships in the organization itself.</param>
/// <param name="Invitations">Invitations that nobody has taken up yet.</param>
public sealed record OffboardingPlan(long Devices, long Commands, long EnrollmentKeys, long People, long Invitations, long Sites);
