namespace Breeze.Core.Expressions;

/// <summary>What is wrong with an expression, and where: the column counts from 1.</summary>
/// <param name="Suggestion">What to write in place of that part; null when nothing is near.</param>
public sealed record ExpressionError(int Column, int Length, string Message, string? Suggestion = null);

/// <summary>An expression, or why the text is none.</summary>
public sealed record ExpressionResult(DeviceExpression? Expression, ExpressionError? Error)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Expression))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Error is null;
}
