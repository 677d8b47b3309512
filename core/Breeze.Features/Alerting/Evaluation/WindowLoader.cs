using System.Collections.Concurrent;
using System.Diagnostics;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Features.Alerting.Conditions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>The windows that rules ask for, asked again in the background: neither readings nor ticks wait for them.</summary>
sealed partial class WindowLoader(Database database, ExpressionEngine expressions, ILogger logger)
{
    const int MaximumSeconds = 300;
    readonly ConcurrentDictionary<string, Window> _windows = new();

    public Window Of(WindowField field) => _windows.GetOrAdd(field.Name, static (_, f) => new Window(f), field);

    /// <summary>From now on these are asked for, each for its partners; others are forgotten.</summary>
    public void Keep(IReadOnlyDictionary<Window, HashSet<Guid>> used)
    {
        foreach (var (text, window) in _windows)
        {
            if (used.TryGetValue(window, out var partners))
            {
                window.AskFor(partners);
            }
            else
            {
                _windows.TryRemove(text, out _);
            }
        }
    }

    /// <summary>Asks all. One that cannot be read stays as it was.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(_ => true, cancellationToken);

    /// <summary>Asks those that are due: the slow ones, or the others, which are not to wait for them.</summary>
    public Task RefreshDueAsync(bool slow, CancellationToken cancellationToken) => RefreshAsync(w => w.IsSlow == slow && w.IsDue, cancellationToken);

    async Task RefreshAsync(Func<Window, bool> isWanted, CancellationToken cancellationToken)
    {
        foreach (var window in _windows.Values.Where(isWanted))
        {
            var (partners, began) = (window.Partners, Stopwatch.GetTimestamp());
            try
            {
                var values = await ReadAsync(window.Field, [.. partners], cancellationToken);
                window.Replace(partners, values, Stopwatch.GetElapsedTime(began));
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                window.Rest(Stopwatch.GetElapsedTime(began));
                LogWindow(logger, window.Field.Name, e.Message);
            }
        }
    }

    public async Task<Dictionary<Guid, WindowValue[]>> ReadAsync(WindowField field, Guid[] partners, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        var until = DateTimeOffset.MinValue;
        if (field.Span > WindowSql.Short && field.Kind is not (WindowKind.Forecast or WindowKind.Baseline))
        {
            await using var done = new NpgsqlCommand("SELECT done_until FROM metric_rollup_progress WHERE resolution = '5m'", connection);
            until = await done.ExecuteScalarAsync(cancellationToken) is DateTime at ? new(at) : until;
        }
        await using var command = new NpgsqlCommand(new WindowSql(field, parameters, partners, until).Write(), connection) { CommandTimeout = MaximumSeconds };
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<Guid, List<WindowValue>> found = [];
        Dictionary<string, string> labels = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(2) || reader.GetDouble(2) is not (var value and > double.NegativeInfinity and < double.PositiveInfinity))
            {
                continue;
            }
            var label = reader.GetString(1);
            ref var values = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(found, reader.GetGuid(0), out _);
            // Few labels of many devices.
            (values ??= []).Add(new(labels.TryGetValue(label, out var known) ? known : labels[label] = label, value));
        }
        return found.ToDictionary(f => f.Key, f => Shown(field, f.Value));
    }

    /// <summary>As the field has it: percentages, and of disks the fullest.</summary>
    public static WindowValue[] Shown(WindowField field, List<WindowValue> values)
    {
        var factor = field.Of.Type == FieldType.Percent && field.Kind != WindowKind.Baseline ? 100 : 1;
        return field.Of.Name switch
        {
            ReadingFields.DiskUsed => [new("", values.Max(v => v.Value) * factor)],
            ReadingFields.DiskFree => [new("", 100 - (values.Max(v => v.Value) * factor))],
            _ => [.. values.Select(v => v with { Value = v.Value * factor })],
        };
    }

    [LoggerMessage(LogLevel.Warning, "`{Window}` could not be read and stays as it was: {Error}")]
    static partial void LogWindow(ILogger logger, string window, string error);
}
