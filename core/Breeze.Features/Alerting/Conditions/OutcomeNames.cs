using System.Text.RegularExpressions;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Suggests the names of scripts and policies within reach, in the brackets of the functions that ask for their outcome.</summary>
public sealed partial class OutcomeNames(Database database)
{
    const int Most = 20;

    /// <summary>What could stand where the text ends; null when no such name is being written there.</summary>
    public async Task<IReadOnlyList<ExpressionSuggestion>?> CompleteAsync(AccessScope scope, string text, CancellationToken cancellationToken)
    {
        if (Open().Match(text) is not { Success: true } open || !IsOutside(text[..open.Index]))
        {
            return null;
        }
        var (function, name) = (open.Groups["function"].Value.ToLowerInvariant(), open.Groups["name"]);
        if (!scope.Can(function == "script" ? Permissions.ScriptsRead : Permissions.PoliciesRead))
        {
            return [];
        }
        var typed = name.Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        var says = function == "script" ? "the exit code of its last run" : "what it says of the device";
        return
        [
            .. (await ReadAsync(scope, function == "script" ? "scripts" : "policies", typed, cancellationToken))
                .Select(n => new ExpressionSuggestion($"{ExpressionTokens.Quote(n)[1..]}) ", n, says, "value", name.Index, text.Length - name.Index)),
        ];
    }

    /// <summary>Whether the text ends outside of quotes, so that what follows is no part of a quoted text.</summary>
    static bool IsOutside(string text) => ExpressionTokens.Read(text).Error is null;

    async Task<List<string>> ReadAsync(AccessScope scope, string table, string typed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            // What begins so before what holds it.
            $"SELECT name FROM {table} WHERE strpos(lower(name), lower($1)) > 0 GROUP BY name ORDER BY strpos(lower(name), lower($1)) > 1, lower(name), name LIMIT {Most}", connection)
        {
            Parameters = { new() { Value = typed.Replace("\0", "", StringComparison.Ordinal) } },
        };
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }

    [GeneratedRegex(@"\b(?<function>script|compliance)\s*\(\s*""(?<name>(?:[^""\\]|\\.)*)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Open();
}
