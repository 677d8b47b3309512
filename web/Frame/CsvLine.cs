using System.Text;

namespace Breeze.Web.Frame;

/// <summary>A line of comma-separated values (RFC 4180).</summary>
static class CsvLine
{
    public static string Of(params ReadOnlySpan<string> fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            if (line.Length > 0)
            {
                line.Append(',');
            }
            line.Append('"');
            // A spreadsheet takes a field that begins so for a formula, and what agents and people sent must not run there.
            if (field.Length > 0 && field[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            {
                line.Append('\'');
            }
            line.Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        return line.Append("\r\n").ToString();
    }
}
