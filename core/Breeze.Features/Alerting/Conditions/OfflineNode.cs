using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>The device has missed an interval and its grace.</summary>
/// <param name="Test">The same as a comparison.</param>
sealed record OfflineNode(Node Test) : ExtensionNode
{
    public override string Write(Func<Node, int, string> write) => "offline";
}
