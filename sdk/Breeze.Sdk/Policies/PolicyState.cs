namespace Breeze.Sdk;

/// <summary>What a check of a policy resource found.</summary>
/// <param name="IsCompliant">Whether the device is in the desired state.</param>
/// <param name="Message">For a person: how the device differs, or why that could not be found out.</param>
/// <param name="Retryable">When an attempt failed: whether trying again later can help.</param>
public sealed record PolicyState(bool IsCompliant, string? Message = null, bool Retryable = false);
