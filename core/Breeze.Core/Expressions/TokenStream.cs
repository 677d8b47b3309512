namespace Breeze.Core.Expressions;

/// <summary>The tokens of a text and where the parser stands among them.</summary>
sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    int _position;

    public Token Current => tokens[_position];

    public Token Next => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public Token Take() => _position < tokens.Count - 1 ? tokens[_position++] : tokens[_position];

    public bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }
        Take();
        return true;
    }

    public bool TryTake(string keyword)
    {
        if (!Current.Is(keyword))
        {
            return false;
        }
        Take();
        return true;
    }
}
