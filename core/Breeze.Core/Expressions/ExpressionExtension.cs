namespace Breeze.Core.Expressions;

/// <summary>More words for the one language, where a feature understands them. Search words are not among what it reads.</summary>
abstract class ExpressionExtension
{
    /// <summary>Reads a condition that begins here; null, and nothing read, when the word is none of its own.</summary>
    public abstract Node? TryRead(TokenStream tokens);

    /// <summary>Reads a field of its own, up to where the comparison begins; null, and nothing read, when there is none.</summary>
    public virtual ExpressionField? TryReadField(TokenStream tokens) => null;

    /// <summary>Reads what may follow a comparison or a bracket.</summary>
    /// <param name="node">That.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="tokens">What follows.</param>
    public abstract Node Follow(Node node, Token start, TokenStream tokens);

    /// <summary>What is meant by a name that no field has; null when nothing special.</summary>
    public abstract string? Meant(string name);
}

/// <summary>A part of an expression that an extension has read. No back end of the core takes it.</summary>
abstract record ExtensionNode : Node
{
    /// <param name="write">Writes a part of it, bracketed when it binds less than the level says.</param>
    public abstract string Write(Func<Node, int, string> write);
}
