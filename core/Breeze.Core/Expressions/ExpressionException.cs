namespace Breeze.Core.Expressions;

/// <summary>Carries an error out of the parser; it never leaves the engine.</summary>
sealed class ExpressionException(ExpressionError error) : Exception(error.Message)
{
    public ExpressionError Error { get; } = error;

    public static ExpressionException At(Token token, string message, string? suggestion = null) => new(new(token.Start + 1, token.Length, message, suggestion));
}
