using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>
/// Makes the rows of a rollup from readings or finer rows that come by device and, within a device, in the order of time. Holds one device's
/// bucket at a time, whatever the size of the fleet.
/// </summary>
sealed class RollupBuilder(long widthMs, long fromMs, MetricKinds kinds, RollupCopyBuffer output)
{
    readonly List<RollupRow> _open = [];
    readonly Dictionary<int, RollupRow> _spare = [];
    readonly Dictionary<string, (long AtMs, double Value)> _totals = [];
    Guid _device;
    long _bucket = long.MinValue;

    /// <summary>How many rows were made.</summary>
    public int Rows { get; private set; }

    /// <summary>A reading; one from before the window only tells where counters stood.</summary>
    public void Add(Guid device, long atMs, MetricLayoutEntry layout, ReadOnlySpan<double> values)
    {
        MoveTo(device, atMs);
        var row = atMs >= fromMs ? RowOf(layout) : null;
        var known = kinds.Of(layout);
        var count = Math.Min(values.Length, known.Length);
        for (var i = 0; i < count; i++)
        {
            var value = values[i];
            if (!double.IsFinite(value))
            {
                continue;
            }
            if (known[i] != MetricKind.Counter)
            {
                row?.Add(i, known[i], value, value, value, 1);
                continue;
            }
            var name = layout.Names[i];
            if (row is not null && _totals.TryGetValue(name, out var before) && Rate.TryGet(before.AtMs, before.Value, atMs, value, out var rate, out var seconds))
            {
                row.Add(i, MetricKind.Counter, rate, rate, rate, seconds);
            }
            _totals[name] = (atMs, value);
        }
    }

    /// <summary>A row of the finer resolution.</summary>
    public void Add(Guid device, long atMs, MetricLayoutEntry layout, float[] mins, float[] averages, float[] maxs, short[] counts)
    {
        MoveTo(device, atMs);
        var row = RowOf(layout);
        var known = kinds.Of(layout);
        for (var i = 0; i < Math.Min(counts.Length, known.Length); i++)
        {
            if (counts[i] > 0)
            {
                row.Add(i, known[i], mins[i], averages[i], maxs[i], counts[i]);
            }
        }
    }

    /// <summary>Writes the rows of the bucket that is open.</summary>
    public void Flush()
    {
        foreach (var row in _open)
        {
            if (!row.IsEmpty)
            {
                output.Add(_device, _bucket, row, kinds.Of(row.Layout));
                Rows++;
            }
            row.Clear();
            _spare[row.Layout.Id] = row;
        }
        _open.Clear();
    }

    void MoveTo(Guid device, long atMs)
    {
        var bucket = atMs - atMs % widthMs;
        if (device == _device && bucket == _bucket)
        {
            return;
        }
        Flush();
        if (device != _device)
        {
            _totals.Clear();
        }
        _device = device;
        _bucket = bucket;
    }

    RollupRow RowOf(MetricLayoutEntry layout)
    {
        foreach (var row in _open)
        {
            if (row.Layout.Id == layout.Id)
            {
                return row;
            }
        }
        if (!_spare.Remove(layout.Id, out var found))
        {
            found = new RollupRow(layout);
        }
        _open.Add(found);
        return found;
    }
}
