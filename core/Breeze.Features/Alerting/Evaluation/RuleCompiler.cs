using Breeze.Core.Expressions;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Makes checks of a rule's condition and recovery: leaves over readings, of now and stored, and around them the largest parts that SQL answers for all devices at once.</summary>
sealed class RuleCompiler(Func<DeviceExpression, DeviceSet> setOf, Func<WindowField, Window> windowOf)
{
    public List<ReadingLeaf> Leaves { get; } = [];

    public List<WindowLeaf> Windows { get; } = [];

    public List<DeviceSet> Sets { get; } = [];

    public int Timers { get; private set; }

    public Check Compile(Node node)
    {
        if (IsPlain(node))
        {
            var set = setOf(new DeviceExpression(Lower(node)));
            Sets.Add(set);
            return new SetCheck(set);
        }
        switch (node)
        {
            case AndNode and:
                return new AllCheck([.. Parts(and.Parts, parts => new AndNode(parts))]);
            case OrNode or:
                return new AnyCheck([.. Parts(or.Parts, parts => new OrNode(parts))]);
            case NotNode not:
                return new NotCheck(Compile(not.Inner));
            case ForNode lasting:
                var inner = Compile(lasting.Inner);
                return new ForCheck(inner, Timers++, (long)lasting.Duration.TotalMilliseconds);
            case TestNode { Field: WindowField field } test:
                var stored = new WindowLeaf(test, windowOf(field));
                Windows.Add(stored);
                return new WindowCheck(stored);
            default:
                var leaf = new ReadingLeaf((TestNode)node, Leaves.Count);
                Leaves.Add(leaf);
                return new ReadingCheck(leaf);
        }
    }

    /// <summary>Readings first: where they decide, no set is looked into. The plain parts go together into one set.</summary>
    IEnumerable<Check> Parts(IReadOnlyList<Node> parts, Func<IReadOnlyList<Node>, Node> join)
    {
        foreach (var part in parts.Where(p => !IsPlain(p)))
        {
            yield return Compile(part);
        }
        Node[] plain = [.. parts.Where(IsPlain)];
        if (plain.Length > 0)
        {
            yield return Compile(plain.Length == 1 ? plain[0] : join(plain));
        }
    }

    static bool IsPlain(Node node) => node switch
    {
        AndNode and => and.Parts.All(IsPlain),
        OrNode or => or.Parts.All(IsPlain),
        NotNode not => IsPlain(not.Inner),
        TestNode test => !ReadingFields.IsMeasured(test.Field),
        _ => node is OfflineNode or AbsentNode,
    };

    static Node Lower(Node node) => node switch
    {
        AndNode and => new AndNode([.. and.Parts.Select(Lower)]),
        OrNode or => new OrNode([.. or.Parts.Select(Lower)]),
        NotNode not => new NotNode(Lower(not.Inner)),
        OfflineNode offline => offline.Test,
        AbsentNode absent => absent.Test,
        _ => node,
    };
}
