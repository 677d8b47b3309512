using System.Globalization;
using System.Text.Json;
using Breeze.Agent.Metrics;
using Breeze.Agent.State;
using Breeze.Protocol;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Spool;

/// <summary>
/// Readings that could not be delivered, on disk: small files that are written, sent and deleted whole, so that nothing of them is kept in
/// memory. Bounded in age and size; the oldest go first. A full disk loses readings and nothing else.
/// </summary>
sealed partial class MetricSpool : IDisposable
{
    public const int BatchReadings = 200;
    const long BatchBytes = 512 * 1024;

    readonly Lock _gate = new();
    readonly string _directory;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly long _maximumBytes;
    readonly TimeSpan _maximumAge;
    readonly List<Segment> _segments = [];
    FileStream? _stream;
    bool _full;

    public MetricSpool(
        string directory, TimeProvider time, ILogger logger, long maximumBytes = 64L << 20, TimeSpan? maximumAge = null)
    {
        _directory = directory;
        _time = time;
        _logger = logger;
        _maximumBytes = maximumBytes;
        _maximumAge = maximumAge ?? TimeSpan.FromHours(72);
        Open();
    }

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _segments.Sum(segment => segment.Bytes);
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count == 0;
            }
        }
    }

    public void Append(IReadOnlyList<Reading> readings)
    {
        lock (_gate)
        {
            try
            {
                foreach (var reading in readings.OrderBy(reading => reading.Sample.At))
                {
                    Append(reading);
                }

                _full = false;
            }
            catch (IOException error)
            {
                if (!_full)
                {
                    LogFull(error.Message);
                }

                // What is half written is a torn tail; the next reading begins a new file.
                _full = true;
                CloseStream();
            }

            Trim();
        }
    }

    /// <summary>Takes the newest readings, at most one batch; <see langword="null"/> when there are none.</summary>
    public SpoolBatch? Take()
    {
        lock (_gate)
        {
            Trim();
            var taken = new List<Segment>();
            var readings = new List<Reading>();
            long bytes = 0;
            for (var i = _segments.Count - 1; i >= 0; i--)
            {
                var segment = _segments[i];
                if (taken.Count > 0 && bytes + segment.Bytes > BatchBytes)
                {
                    break;
                }

                var content = ReadSegment(segment.Path, out _, out _);
                if (taken.Count > 0 && readings.Count + content.Count > BatchReadings)
                {
                    break;
                }

                content.Reverse();
                readings.AddRange(content);
                bytes += segment.Bytes;
                segment.IsTaken = true;
                taken.Add(segment);
            }

            return taken.Count == 0 ? null : new SpoolBatch(readings, taken);
        }
    }

    public void Delivered(SpoolBatch batch)
    {
        lock (_gate)
        {
            foreach (var segment in batch.Segments)
            {
                Delete(segment);
            }
        }
    }

    public void Return(SpoolBatch batch)
    {
        lock (_gate)
        {
            foreach (var segment in batch.Segments)
            {
                segment.IsTaken = false;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            CloseStream();
        }
    }

    void Open()
    {
        foreach (var path in Directory.EnumerateFiles(_directory, "*.seg").Order(StringComparer.Ordinal))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var firstAt))
            {
                // Readings are not counted here: a file of an earlier process is never appended to.
                _segments.Add(new Segment(path, firstAt) { Bytes = new FileInfo(path).Length, Readings = BatchReadings });
            }
        }

        if (_segments is [.., var newest])
        {
            ReadSegment(newest.Path, out var end, out var length);
            if (end < length)
            {
                LogTorn(newest.Path, length - end);
                using var stream = AtomicFile.Create(newest.Path, FileMode.Open);
                stream.SetLength(end);
                newest.Bytes = end;
            }

            if (end == 0)
            {
                Delete(newest);
            }
        }
    }

    void Append(Reading reading)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(reading.Sample, ProtocolJson.Default.MetricSample);
        if (_stream is null
            || _segments is not [.., var segment]
            || segment.IsTaken || segment.Readings >= BatchReadings || segment.Bytes + content.Length > BatchBytes)
        {
            segment = Begin(reading.Sample.At);
        }

        if (segment.Layouts.Add(reading.Layout.Id))
        {
            Write(segment, JsonSerializer.SerializeToUtf8Bytes(reading.Layout, ProtocolJson.Default.MetricLayout));
        }

        Write(segment, content);
        segment.Readings++;
    }

    Segment Begin(long at)
    {
        CloseStream();
        // Names sort by age even when the clock was set back.
        var first = _segments is [.., var newest] ? Math.Max(at, newest.FirstAt + 1) : at;
        var path = Path.Combine(_directory, first.ToString("D15", CultureInfo.InvariantCulture) + ".seg");
        _stream = AtomicFile.Create(path, FileMode.Create);
        var segment = new Segment(path, first);
        _segments.Add(segment);
        return segment;
    }

    void Write(Segment segment, byte[] content)
    {
        var record = RecordFile.Frame(content);
        _stream!.Write(record);
        segment.Bytes += record.Length;
    }

    List<Reading> ReadSegment(string path, out long end, out long length)
    {
        var layouts = new Dictionary<string, MetricLayout>();
        var readings = new List<Reading>();
        var oldest = (_time.GetUtcNow() - _maximumAge).ToUnixTimeMilliseconds();
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        length = stream.Length;
        end = RecordFile.Read(stream, record =>
        {
            if (Parse(record.Span, out var layout) is { } sample)
            {
                if (sample.At >= oldest && layouts.TryGetValue(sample.Layout, out var known))
                {
                    readings.Add(new Reading(sample, known));
                }
            }
            else if (layout is not null)
            {
                layouts[layout.Id] = layout;
            }
        });
        return readings;
    }

    static MetricSample? Parse(ReadOnlySpan<byte> record, out MetricLayout? layout)
    {
        layout = null;
        try
        {
            if (record.StartsWith("{\"id\""u8))
            {
                layout = JsonSerializer.Deserialize(record, ProtocolJson.Default.MetricLayout);
                return null;
            }

            return JsonSerializer.Deserialize(record, ProtocolJson.Default.MetricSample);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    void Trim()
    {
        var oldest = (_time.GetUtcNow() - _maximumAge).ToUnixTimeMilliseconds();
        var bytes = _segments.Sum(segment => segment.Bytes);
        while (_segments.Count > 1 && (bytes > _maximumBytes || _segments[1].FirstAt < oldest))
        {
            bytes -= _segments[0].Bytes;
            LogDropped(_segments[0].Path);
            Delete(_segments[0]);
        }
    }

    void Delete(Segment segment)
    {
        if (_segments is [.., var newest] && newest == segment)
        {
            CloseStream();
        }

        _segments.Remove(segment);
        try
        {
            File.Delete(segment.Path);
        }
        catch (IOException error)
        {
            LogNotDeleted(segment.Path, error.Message);
        }
    }

    void CloseStream()
    {
        _stream?.Dispose();
        _stream = null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Readings are lost because they cannot be written: {Reason}")]
    private partial void LogFull(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} was torn by a crash; {Bytes} bytes at its end are dropped")]
    private partial void LogTorn(string file, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is dropped: the readings that wait for the server are too many or too old")]
    private partial void LogDropped(string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} cannot be deleted, its readings may be sent again: {Reason}")]
    private partial void LogNotDeleted(string file, string reason);
}
