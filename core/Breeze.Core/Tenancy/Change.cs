namespace Breeze.Core.Tenancy;

/// <summary>A value to set, or none: leaving a limit as it is is not the same as lifting it.</summary>
public readonly record struct Change<T>(bool IsGiven, T? Value);
