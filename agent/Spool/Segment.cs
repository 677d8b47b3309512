namespace Breeze.Agent.Spool;

/// <summary>One file of the spool. Its name is the time of its first reading, so that names sort by age.</summary>
sealed class Segment(string path, long firstAt)
{
    public string Path { get; } = path;

    public long FirstAt { get; } = firstAt;

    public long Bytes { get; set; }

    public int Readings { get; set; }

    /// <summary>The layouts that this file holds already; each file can be read by itself.</summary>
    public HashSet<string> Layouts { get; } = [];

    /// <summary>Set while its readings are on their way to the server: nothing may be appended that would be deleted with it.</summary>
    public bool IsTaken { get; set; }
}
