namespace Breeze.Sdk;

/// <summary>Whether a script runtime can work on this device.</summary>
/// <param name="IsAvailable">Whether scripts can run.</param>
/// <param name="Version">The version of the interpreter, when available.</param>
/// <param name="Message">When not available: what is missing and how to get it, in one sentence.</param>
public sealed record ScriptRuntimeProbe(bool IsAvailable, string? Version, string? Message = null);
