using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>The device checks in, and no reading of it has the value.</summary>
/// <param name="Written">What is looked for.</param>
/// <param name="Test">The same as an expression about devices.</param>
sealed record AbsentNode(string Written, Node Test) : ExtensionNode
{
    public override string Write(Func<Node, int, string> write) => $"absent({Written})";
}
