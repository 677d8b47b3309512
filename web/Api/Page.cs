namespace Breeze.Web.Api;

/// <summary>One page of a list; the next one starts at the cursor, and a null cursor is the end.</summary>
sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor)
{
    /// <summary>Cuts a page from rows of which one more than the limit was asked for.</summary>
    public static Page<T> Cut(List<T> rows, int limit, Func<T, string> cursorOf)
    {
        if (rows.Count <= limit)
        {
            return new(rows, null);
        }
        rows.RemoveRange(limit, rows.Count - limit);
        return new(rows, cursorOf(rows[^1]));
    }
}
