using Breeze.Core.Expressions;

namespace Breeze.Features.Policies;

/// <summary>A policy that was read: whom it is for, what must hold, and what cannot be read any more.</summary>
/// <param name="Target">Null for all devices.</param>
/// <param name="Checks">Those that can be done.</param>
/// <param name="Broken">The names of those that cannot.</param>
public sealed record PolicyQuestion(DeviceExpression? Target, IReadOnlyList<PolicyQuestion.Check> Checks, IReadOnlyList<string> Broken)
{
    public sealed record Check(string Name, DeviceExpression Condition);

    /// <summary>
    /// The head of a statement with <c>verdict (id, status, detail)</c>: what it says of each device, each read once. Conditions are three-valued, and what is not known to hold does not.
    /// </summary>
    /// <param name="parameters">Takes all literals.</param>
    /// <param name="where">Whose devices, as a condition on <c>devices d</c>.</param>
    public string ToSql(SqlParameters parameters, string where) =>
        $$"""
        WITH judged AS MATERIALIZED (
            SELECT d.id, EXISTS (SELECT 1 FROM device_presence s WHERE s.device_id = d.id AND s.last_seen_at IS NOT NULL) AS seen,
                ARRAY[{{string.Join(", ", Checks.Select(c => $"(({c.Condition.ToSql(parameters)}) IS TRUE)"))}}]::boolean[] AS holds
            FROM devices d WHERE {{where}}{{(Target is null ? "" : $" AND ({Target.ToSql(parameters)})")}}),
        verdict AS MATERIALIZED (
            SELECT j.id,
                CASE WHEN NOT j.seen THEN 'unknown' WHEN false = ANY (j.holds) THEN 'drifted' WHEN {{parameters.Add(Broken.Count > 0)}} THEN 'failed' ELSE 'compliant' END AS status,
                CASE WHEN NOT j.seen OR (true = ALL (j.holds) AND NOT {{parameters.Add(Broken.Count > 0)}}) THEN '{}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object(
                    'drifted', (SELECT jsonb_agg(n.name ORDER BY n.place) FROM (
                        SELECT c.name, c.place FROM unnest({{parameters.Add(Checks.Select(c => c.Name).ToArray())}}, j.holds) WITH ORDINALITY AS c (name, holds, place) WHERE NOT c.holds ORDER BY c.place LIMIT {{PolicyLimits.Named}}) n),
                    'more', (SELECT nullif(greatest(count(*) - {{PolicyLimits.Named}}, 0), 0) FROM unnest(j.holds) AS c (holds) WHERE NOT c.holds),
                    'failed', {{(Broken.Count == 0 ? "NULL::jsonb" : $"to_jsonb({parameters.Add(Broken.Take(PolicyLimits.Named).ToArray())})")}})) END AS detail
            FROM judged j)
        """;

    /// <summary>The columns that count verdicts, in the order of <see cref="PolicyCounts"/>.</summary>
    public const string Counts =
        "count(*) FILTER (WHERE v.status = 'compliant')::int, count(*) FILTER (WHERE v.status = 'drifted')::int, count(*) FILTER (WHERE v.status = 'failed')::int, count(*) FILTER (WHERE v.status = 'unknown')::int";
}
