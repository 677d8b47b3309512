using System.Globalization;
using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Reads <c>event("source", id = "7", level = "error", message = "…", count >= 5, within = 10m)</c>: so many entries of the device's log.</summary>
static class EventReader
{
    const int MostText = 300;
    const int MostCount = 10_000;
    const string Shape = "event(\"sshd\", level = \"error\", message = \"failed\", count >= 5, within = 10m)";
    static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);
    static readonly string[] Levels = ["critical", "error", "warning", "info"];

    public static ExpressionField Read(TokenStream tokens)
    {
        var token = tokens.Take();
        var open = tokens.Take();
        var asked = new Asked();
        if (tokens.Current.Kind != TokenKind.Close)
        {
            do
            {
                ReadOne(tokens, asked);
            }
            while (tokens.TryTake(TokenKind.Comma));
        }
        FunctionReader.Close(tokens, open);
        return asked is { Source: null, Id: null, Level: null, Message: null }
            ? throw ExpressionException.At(token, $"Say which entries of the log: {Shape}.") : asked.Field();
    }

    static void ReadOne(TokenStream tokens, Asked asked)
    {
        var name = tokens.Take();
        if (name.Kind == TokenKind.Quoted && asked.Source is null)
        {
            asked.Source = Text(name, name.Value);
            return;
        }
        var (op, key) = (tokens.Take(), name.Value.ToLowerInvariant());
        if (name.Kind != TokenKind.Word || op.Kind != TokenKind.Operator || (key == "count" ? op.Value != ">=" : op.Value is not ("=" or "==")))
        {
            throw ExpressionException.At(key == "count" && op.Kind == TokenKind.Operator ? op : name, key == "count" ? "Events are counted from a number on: count >= 5." : $"Events are asked for like this: {Shape}.", key == "count" ? ">=" : null);
        }
        var value = tokens.Current;
        if (key != "within")
        {
            tokens.Take();
        }
        switch (key)
        {
            case "source":
                asked.Source = Text(value, value.Value);
                break;
            case "id":
                asked.Id = Text(value, value.Value);
                break;
            case "message":
                asked.Message = Text(value, value.Value);
                break;
            case "level":
                asked.Level = Levels.Contains(value.Value.ToLowerInvariant()) ? value.Value.ToLowerInvariant() : throw ExpressionException.At(value, $"A level is one of: {string.Join(", ", Levels)}.", "error");
                break;
            case "count":
                asked.Count = int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostCount
                    ? count : throw ExpressionException.At(value, $"A count is a number from 1 to {MostCount}.", "5");
                break;
            case "within":
                asked.Within = FunctionReader.Span(tokens, "`within` is a length of time with its unit: within = 10m.", "10m");
                if (asked.Within < Shortest || asked.Within > Longest)
                {
                    throw ExpressionException.At(value, "`within` is one minute at least, and 7 days at most.", "10m");
                }
                break;
            default:
                throw ExpressionException.At(name, $"Events have no `{name.Value}`. They are asked for like this: {Shape}.", "message");
        }
    }

    static string Text(Token token, string text) => token.Kind is TokenKind.Quoted or TokenKind.Word && text.Trim().Length is > 0 and <= MostText
        ? text.Trim() : throw ExpressionException.At(token, "A text should stand here, in quotes.");

    sealed class Asked
    {
        public string? Source { get; set; }

        public string? Id { get; set; }

        public string? Level { get; set; }

        public string? Message { get; set; }

        public int Count { get; set; } = 1;

        public TimeSpan Within { get; set; } = Usual;

        public ExpressionField Field()
        {
            List<string> parts = [];
            Add(Source, "");
            Add(Id, "id = ");
            Add(Level, "level = ");
            Add(Message, "message = ");
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"count >= {Count}"));
            parts.Add($"within = {LiteralText.Write(Within)}");
            return new BooleanField
            {
                Name = $"event({string.Join(", ", parts)})", Type = FieldType.Boolean, Description = "", Column = (p, _) => Sql(p),
                Read = (_, _) => throw new InvalidOperationException("Events are asked of the database."),
            };

            void Add(string? value, string name)
            {
                if (value is not null)
                {
                    parts.Add(name + ExpressionTokens.Quote(value));
                }
            }
        }

        /// <summary>All devices at once: the entries of a stretch of time are few beside the devices.</summary>
        string Sql(SqlParameters parameters)
        {
            var where = $"e.at > {parameters.Add(parameters.Now - Within)} AND e.at <= {parameters.Add(parameters.Now)}";
            where += Source is null ? "" : $" AND {FieldSources.Folded("e.source")} = {parameters.Add(FoldedText.Of(Source))}";
            where += Id is null ? "" : $" AND e.event_code = {parameters.Add(Id)}";
            where += Level is null ? "" : $" AND e.level = {parameters.Add(Level)}";
            where += Message is null ? "" : $" AND {FieldSources.Folded("e.message")} LIKE {parameters.Add($"%{SqlWriter.Like(FoldedText.Of(Message))}%")}";
            return $"d.id IN (SELECT e.device_id FROM device_log_entries e WHERE {where} GROUP BY e.device_id HAVING count(*) >= {parameters.Add((long)Count)})";
        }
    }
}
