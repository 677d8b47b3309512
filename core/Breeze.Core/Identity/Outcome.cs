using System.Diagnostics.CodeAnalysis;

namespace Breeze.Core.Identity;

/// <summary>What came of it, or why not.</summary>
public sealed record Outcome<T>(T? Value, Refusal? Refusal) where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
}
