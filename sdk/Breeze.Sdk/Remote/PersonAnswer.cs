namespace Breeze.Sdk;

/// <summary>What the person at a device said.</summary>
/// <param name="Decision">The answer, or why there is none.</param>
/// <param name="Detail">For the technician, where nobody could be asked: why that is so, in a sentence.</param>
public sealed record PersonAnswer(PersonDecision Decision, string? Detail = null);
