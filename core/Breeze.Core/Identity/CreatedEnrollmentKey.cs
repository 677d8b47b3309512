using Breeze.Protocol;

namespace Breeze.Core.Identity;

/// <summary>A new key; the only time that it is seen.</summary>
public sealed record CreatedEnrollmentKey(Guid Id, string Key);

/// <summary>An enrolment, or a stable code and what to do.</summary>
public sealed record EnrollmentResult(EnrollResponse? Response, string? Code, string? Detail);
