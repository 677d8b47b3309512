namespace Breeze.Remote.Desktop.Frames;

/// <summary>What the browser has of a monitor, and which tiles of it are not there yet, or not sharp.</summary>
sealed class Picture(int width, int height)
{
    /// <summary>A tile's edge: small enough that a blinking cursor costs little, large enough that a moving window is not thousands.</summary>
    public const int Edge = 64;

    readonly uint[] _pixels = new uint[width * height];
    readonly long[] _changedAt = new long[Count(width) * Count(height)];
    readonly bool[] _stale = [.. Enumerable.Repeat(true, Count(width) * Count(height))];
    readonly bool[] _blurred = new bool[Count(width) * Count(height)];

    public int Width => width;

    public int Height => height;

    public int Columns { get; } = Count(width);

    public int Rows { get; } = Count(height);

    public ReadOnlySpan<uint> Pixels => _pixels;

    /// <summary>Whether anything waits to be sent.</summary>
    public bool IsStale => Array.IndexOf(_stale, true) >= 0;

    public bool IsBlurred => Array.IndexOf(_blurred, true) >= 0;

    public bool StaleAt(int column, int row) => _stale[row * Columns + column];

    public Area AreaOf(int column, int row) => new(column * Edge, row * Edge, Math.Min(Edge, width - column * Edge), Math.Min(Edge, height - row * Edge));

    /// <summary>Takes rows of the monitor in, and marks the tiles that differ from what was there.</summary>
    /// <param name="rows">Whole rows.</param>
    /// <param name="top">The first one's number.</param>
    /// <param name="now">In milliseconds.</param>
    public void Take(ReadOnlySpan<uint> rows, int top, long now)
    {
        for (var y = top; !rows.IsEmpty; y++, rows = rows[width..])
        {
            var theirs = rows[..width];
            var ours = _pixels.AsSpan(y * width, width);
            if (theirs.SequenceEqual(ours))
                continue;
            var tile = y / Edge * Columns;
            for (var x = 0; x < width; x += Edge, tile++)
            {
                var piece = theirs[x..Math.Min(x + Edge, width)];
                var old = ours[x..Math.Min(x + Edge, width)];
                if (piece.SequenceEqual(old))
                    continue;
                piece.CopyTo(old);
                (_stale[tile], _changedAt[tile]) = (true, now);
            }
        }
    }

    /// <summary>Marks the tiles of an area as sent.</summary>
    public void Sent(Area area, bool sharp)
    {
        for (var row = area.Y / Edge; row * Edge < area.Y + area.Height; row++)
        {
            for (var column = area.X / Edge; column * Edge < area.X + area.Width; column++)
                (_stale[row * Columns + column], _blurred[row * Columns + column]) = (false, !sharp);
        }
    }

    /// <summary>Tiles that are not sharp and have not changed since a time: at most so many.</summary>
    public List<Area> Blurred(long since, int most)
    {
        var areas = new List<Area>();
        for (var tile = 0; tile < _blurred.Length && areas.Count < most; tile++)
        {
            if (_blurred[tile] && !_stale[tile] && _changedAt[tile] <= since)
                areas.Add(AreaOf(tile % Columns, tile / Columns));
        }
        return areas;
    }

    static int Count(int length) => (length + Edge - 1) / Edge;
}
