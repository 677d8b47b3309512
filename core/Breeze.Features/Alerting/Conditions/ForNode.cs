using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Holds when its part has held continuously for so long.</summary>
sealed record ForNode(Node Inner, TimeSpan Duration, string Written) : ExtensionNode
{
    public override string Write(Func<Node, int, string> write) =>
        $"{(Inner is TestNode or OfflineNode or AbsentNode ? write(Inner, 2) : $"({write(Inner, 0)})")} for {Written}";
}
