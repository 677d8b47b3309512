using System.Globalization;
using System.Text.Json.Serialization;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Sdk;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>The readings of a device over time.</summary>
static class MetricEndpoints
{
    static readonly TimeSpan LongestRange = TimeSpan.FromDays(3660);
    static readonly TimeSpan LongestStep = TimeSpan.FromDays(31);

    public sealed record SeriesItem(string Name, IReadOnlyDictionary<string, string> Labels, string Unit, string Kind, IEnumerable<double[]> Points)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IEnumerable<double>? Min { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IEnumerable<double>? Max { get; init; }
    }

    public sealed record MetricsResponse(IEnumerable<SeriesItem> Series, double Step, string Resolution, double Gap, IReadOnlyList<MetricWarning> Warnings);

    public sealed record NameItem(
        string Name, IReadOnlyDictionary<string, string> Labels, string? Title, string Unit, string Kind, double? Warning, double? Critical, double[] Last);

    public sealed record NamesResponse(IEnumerable<NameItem> Data, IReadOnlyList<MetricWarning> Warnings);

    public static void MapMetrics(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/metrics", ReadAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<MetricsResponse>();
        group.MapGet("/{id:guid}/metrics/names", NamesAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<NamesResponse>();
    }

    static async Task<IResult> ReadAsync(
        BreezeDbContext database, MetricQueries metrics, MetricWarnings warnings, AccessScope scope, TimeProvider time, Guid id, string[]? name, string? from, string? to,
        string? step, CancellationToken cancellationToken)
    {
        if (!TryTime(to, time.GetUtcNow(), out var until) || !TryTime(from, until.AddHours(-1), out var since))
        {
            return ApiProblem.Invalid("range_invalid", "from and to are times in ISO 8601, such as 2026-05-01T12:00:00Z, or Unix milliseconds, from 1970 to 9999.");
        }
        if (since >= until)
        {
            return ApiProblem.Invalid("range_invalid", "from must be before to. Without to it is now, without from an hour before to.");
        }
        if (until - since > LongestRange)
        {
            return ApiProblem.Invalid("range_invalid", "from and to lie at most ten years apart. Ask for a shorter range.");
        }
        TimeSpan? width = null;
        if (step is not null)
        {
            if (!double.TryParse(step.EndsWith('s') ? step[..^1] : step, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                || !(seconds >= 1 && seconds <= LongestStep.TotalSeconds))
            {
                return ApiProblem.Invalid("step_invalid", "step is a number of seconds from 1 to 2678400, which is 31 days. Leave it out to get as many points as a chart needs.");
            }
            width = TimeSpan.FromSeconds(seconds);
        }
        if (name is { Length: > 200 })
        {
            return ApiProblem.Invalid("name_invalid", "A request names at most 200 metrics. Name none to get all of them.");
        }
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        var answer = await metrics.ReadAsync(scope, id, name ?? [], since, until, width, cancellationToken);
        return Results.Ok(new MetricsResponse(
            answer.Series.Select(Item), answer.StepMs / 1000.0, answer.Resolution, answer.GapMs / 1000.0, await warnings.ReadAsync(scope, id, cancellationToken)));
    }

    /// <summary>What the device has reported in the last month, with the newest value of each.</summary>
    static async Task<IResult> NamesAsync(
        BreezeDbContext database, MetricQueries metrics, MetricWarnings warnings, AccessScope scope, TimeProvider time, Guid id, CancellationToken cancellationToken)
    {
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        var now = time.GetUtcNow();
        var answer = await metrics.ReadAsync(scope, id, [], now.AddDays(-30), now.AddMinutes(5), TimeSpan.FromDays(1), cancellationToken);
        return Results.Ok(new NamesResponse(
            answer.Series.Select(s => new NameItem(
                s.Name, s.Labels, s.Definition?.Title, s.Unit, Word(s.Kind), s.Definition?.Warning, s.Definition?.Critical, [s.Last.AtMs, s.Last.Value])),
            await warnings.ReadAsync(scope, id, cancellationToken)));
    }

    static SeriesItem Item(MetricSeries series)
    {
        var isBand = series.Points.Any(p => p.Min < p.Max);
        return new(series.Name, series.Labels, series.Unit, Word(series.Kind), series.Points.Select(p => new[] { p.AtMs, p.Value }))
        {
            Min = isBand ? series.Points.Select(p => p.Min) : null,
            Max = isBand ? series.Points.Select(p => p.Max) : null,
        };
    }

    static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.State => "state",
        _ => "gauge",
    };

    static bool TryTime(string? text, DateTimeOffset otherwise, out DateTimeOffset value)
    {
        value = otherwise;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var ms))
        {
            var isTime = ms is > 0 and < 253_402_300_800_000;
            value = isTime ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : value;
            return isTime;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value) && value.Year is >= 1970 and < 9999;
    }
}
