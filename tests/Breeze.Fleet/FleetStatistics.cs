using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Breeze.Fleet;

/// <summary>What happened since the start or the last mark, for the lines on the screen and the figures at the end. Thread-safe.</summary>
sealed class FleetStatistics
{
    readonly ConcurrentDictionary<string, int> _errors = new();
    readonly Lock _gate = new();
    readonly Latencies _heartbeats = new();
    readonly Latencies _recent = new();
    readonly Latencies _returns = new();
    long _since = Stopwatch.GetTimestamp();
    double _lastReturn;
    int _mark = 1;
    long _commands;
    long _results;
    int _live;

    public int Live => Volatile.Read(ref _live);

    /// <summary>Results that the server has not confirmed yet.</summary>
    public long OpenResults => Interlocked.Read(ref _commands) - Interlocked.Read(ref _results);

    /// <summary>Begins heartbeats, errors and returns anew; commands and results go on.</summary>
    public void Mark()
    {
        lock (_gate)
        {
            _heartbeats.Clear();
            _returns.Clear();
            _lastReturn = 0;
            _since = Stopwatch.GetTimestamp();
            _mark++;
        }
        _errors.Clear();
    }

    /// <param name="seenMark">The agent's own, by which its first heartbeat since a mark is known.</param>
    public void Heartbeat(double milliseconds, ref int seenMark)
    {
        lock (_gate)
        {
            _heartbeats.Add(milliseconds);
            _recent.Add(milliseconds);
            if (seenMark != _mark)
            {
                seenMark = _mark;
                _lastReturn = Stopwatch.GetElapsedTime(_since).TotalMilliseconds;
                _returns.Add(_lastReturn);
            }
        }
    }

    public void Error(string kind) => _errors.AddOrUpdate(kind, 1, static (_, n) => n + 1);

    public void Command() => Interlocked.Increment(ref _commands);

    public void Result() => Interlocked.Increment(ref _results);

    public void LiveChanged(int by) => Interlocked.Add(ref _live, by);

    /// <summary>The last period in a line.</summary>
    public string Line(double seconds, int online, int agents)
    {
        string latency;
        long count;
        lock (_gate)
        {
            count = _recent.Count;
            latency = string.Create(CultureInfo.InvariantCulture, $"p50 {_recent.At(0.5):0} ms, p99 {_recent.At(0.99):0} ms");
            _recent.Clear();
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"{online} of {agents} in contact, {Live} live; {count / seconds:0} heartbeats/s, {latency}; {Interlocked.Read(ref _results)} results, {OpenResults} open{Errors()}");
    }

    public string Json()
    {
        lock (_gate)
        {
            var errors = string.Join(',', _errors.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"\"{e.Key}\":{e.Value}"));
            return string.Create(CultureInfo.InvariantCulture,
                $$"""{"seconds":{{Stopwatch.GetElapsedTime(_since).TotalSeconds:0.000}},"heartbeats":{{_heartbeats.Count}},"p50_ms":{{_heartbeats.At(0.5):0.0}},"p99_ms":{{_heartbeats.At(0.99):0.0}},"agents_heard":{{_returns.Count}},"heard_p50_ms":{{_returns.At(0.5):0}},"heard_p99_ms":{{_returns.At(0.99):0}},"heard_last_ms":{{_lastReturn:0}},"live":{{Live}},"commands":{{_commands}},"results":{{_results}},"errors":{ {{errors}} } }""");
        }
    }

    string Errors() => _errors.IsEmpty ? "" : "; " + string.Join(", ", _errors.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key} {e.Value}"));
}
