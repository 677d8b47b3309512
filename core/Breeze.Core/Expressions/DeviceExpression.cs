namespace Breeze.Core.Expressions;

/// <summary>A checked expression. Immutable, so that it may be kept and used by many at once.</summary>
public sealed class DeviceExpression
{
    readonly Node _node;
    Func<DeviceFacts, bool>? _compiled;

    internal DeviceExpression(Node node)
    {
        _node = node;
        Text = ExpressionWriter.Write(node);
        Fields = [.. FieldsOf(node).Distinct()];
        Needs = Fields.Aggregate(HasSearch(node) ? FactKinds.Network | FactKinds.Sessions : FactKinds.None, (needs, field) => needs | field.Needs);
    }

    /// <summary>In normal form.</summary>
    public string Text { get; }

    public IReadOnlyList<ExpressionField> Fields { get; }

    /// <summary>The facts that <see cref="Compile"/>'s delegate wants to be read.</summary>
    public FactKinds Needs { get; }

    /// <summary>
    /// A condition on <c>devices d</c> for a WHERE: true for a match, false or null otherwise. All literals go into the parameters. It adds no tenant:
    /// the connection's row-level security or a condition beside it does.
    /// </summary>
    public string ToSql(SqlParameters parameters, SqlReach reach = SqlReach.All) => new SqlWriter(parameters, reach).Write(_node);

    /// <summary>The same over facts in memory.</summary>
    public Func<DeviceFacts, bool> Compile() => _compiled ??= FactsCompiler.Compile(_node);

    static IEnumerable<ExpressionField> FieldsOf(Node node) => node switch
    {
        AndNode and => and.Parts.SelectMany(FieldsOf),
        OrNode or => or.Parts.SelectMany(FieldsOf),
        NotNode not => FieldsOf(not.Inner),
        TestNode test => [test.Field],
        _ => [],
    };

    static bool HasSearch(Node node) => node switch
    {
        AndNode and => and.Parts.Any(HasSearch),
        OrNode or => or.Parts.Any(HasSearch),
        NotNode not => HasSearch(not.Inner),
        _ => node is SearchNode,
    };
}
