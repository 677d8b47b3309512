using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>What came of policies and scripts on a device, as fields. The name is the whole of what is written.</summary>
static class OutcomeFields
{
    public static IReadOnlyList<string> Statuses { get; } = ["compliant", "drifted", "failed", "unknown"];

    public static ExpressionField Compliance(string policy) => new TextField
    {
        Name = $"compliance({ExpressionTokens.Quote(policy)})", Type = FieldType.Text, Values = Statuses, Description = "", Example = $"compliance({ExpressionTokens.Quote(policy)}) = \"failed\"",
        // A device may be of an organization whose policy has the name of the partner's: one is enough.
        Where = (p, _, condition) =>
            $"""
            EXISTS (SELECT 1 FROM policies o JOIN policy_compliance c ON c.policy_id = o.id WHERE c.device_id = d.id AND o.partner_id = d.partner_id AND o.enabled
             AND {FieldSources.Folded("o.name")} = {p.Add(FoldedText.Of(policy))} AND {condition})
            """,
        Column = (_, _) => "c.status", KeyColumn = "c.status", Read = (_, _) => throw new InvalidOperationException("Compliance is asked of the database."),
    };

    public static ExpressionField Script(string script) => new NumberField
    {
        Name = $"script({ExpressionTokens.Quote(script)})", Type = FieldType.Number, Description = "", Example = $"script({ExpressionTokens.Quote(script)}) != 0",
        Where = (p, _, condition) =>
            $"""
            EXISTS (SELECT 1 FROM (SELECT q.exit_code FROM script_executions x JOIN scripts s ON s.id = x.script_id AND s.partner_id = d.partner_id JOIN command_results q ON q.command_id = x.command_id
             WHERE x.device_id = d.id AND {FieldSources.Folded("s.name")} = {p.Add(FoldedText.Of(script))} ORDER BY x.id DESC LIMIT 1) r WHERE {condition})
            """,
        Column = (_, _) => "r.exit_code::float8", Read = (_, _) => throw new InvalidOperationException("Outcomes are asked of the database."),
    };
}
