namespace Breeze.Remote.Files.Wire;

/// <summary>What the device says to a request: any number of times, the last time with <see cref="Done"/> or <see cref="Error"/>.</summary>
sealed record FilesAnswer(uint Id)
{
    public bool? Done { get; init; }

    public FilesError? Error { get; init; }

    /// <summary>Without any link in it.</summary>
    public string? Path { get; init; }

    public IReadOnlyList<FileEntry>? Entries { get; init; }

    public FileEntry? Entry { get; init; }

    public FilesProgress? Progress { get; init; }

    /// <summary>Where the transfer begins.</summary>
    public long? Offset { get; init; }

    /// <summary>How many bytes may be under way that <see cref="Taken"/> has not named.</summary>
    public int? Window { get; init; }

    /// <summary>So much of an upload has been written.</summary>
    public long? Taken { get; init; }

    public long? Size { get; init; }

    /// <summary>Shown again to go on with a download.</summary>
    public string? Version { get; init; }

    public string? Sha256 { get; init; }

    /// <summary>Whether the file was changed while it was read.</summary>
    public bool? Changed { get; init; }

    /// <summary>Of a preview: <c>text</c>, <c>image</c> or <c>binary</c>.</summary>
    public string? Content { get; init; }

    /// <summary>Of a preview: the kind of image, or the encoding of the text.</summary>
    public string? Type { get; init; }

    /// <summary>Whether there is more than was sent.</summary>
    public bool? More { get; init; }
}
