namespace Breeze.Core.Expressions;

/// <summary>What an expression says, once read and checked. Both back ends are made from it.</summary>
abstract record Node;

sealed record AndNode(IReadOnlyList<Node> Parts) : Node;

sealed record OrNode(IReadOnlyList<Node> Parts) : Node;

sealed record NotNode(Node Inner) : Node;

/// <summary>A bare word: somewhere in the names, the serial number, an address or the user.</summary>
sealed record SearchNode(string Text) : Node;

/// <summary>A field compared with values; none for <c>is empty</c> and for what is true or false by itself.</summary>
sealed record TestNode(ExpressionField Field, FieldArguments Arguments, Comparison Comparison, IReadOnlyList<Operand> Operands) : Node;

enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
    Matches,
    In,

    /// <summary>It has a value.</summary>
    Present,

    /// <summary>It is true, or exists.</summary>
    True,
}

/// <summary>A value on the right of an operator, as its field wants it.</summary>
abstract record Operand(string Written);

/// <param name="Folded">Without case.</param>
sealed record TextOperand(string Folded, string Written) : Operand(Written);

sealed record NumberOperand(double Number, string Written) : Operand(Written);

sealed record VersionOperand(string Key, string Written) : Operand(Written);

/// <summary>An instant: absolute, or an age before now.</summary>
sealed record TimeOperand(DateTimeOffset? At, TimeSpan Ago, string Written) : Operand(Written)
{
    public DateTimeOffset Resolve(DateTimeOffset now) => At ?? now - Ago;
}

/// <summary>An age: how long ago something began.</summary>
sealed record AgeOperand(TimeSpan Age, string Written) : Operand(Written);

sealed record PatternOperand(TextPattern Pattern, string Written) : Operand(Written);

/// <summary>What stands in a field's brackets.</summary>
sealed record FieldArguments(string? Name, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    public static FieldArguments None { get; } = new(null, []);

    public bool IsNone => Name is null && Labels.Count == 0;

    public string Folded => field ??= FoldedText.Of(Name ?? "");
}
