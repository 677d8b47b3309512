using System.Text;

namespace Breeze.Agent.Metrics;

/// <summary>The name of one series on the wire: <c>system.filesystem.utilization{mountpoint="/"}</c>.</summary>
static class SeriesName
{
    public static string Of(string metric, IReadOnlyList<string> labels, ReadOnlySpan<string> values)
    {
        if (labels.Count == 0)
        {
            return metric;
        }

        var text = new StringBuilder(metric).Append('{');
        for (var i = 0; i < labels.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(labels[i]).Append("=\"");
            foreach (var character in values[i])
            {
                _ = character switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(character),
                };
            }

            text.Append('"');
        }

        return text.Append('}').ToString();
    }
}
