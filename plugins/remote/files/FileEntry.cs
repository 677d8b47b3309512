using System.Text.Json.Serialization;

namespace Breeze.Remote.Files;

/// <summary>Something in a folder.</summary>
/// <param name="Name">As <see cref="IFileSystem"/> writes names.</param>
/// <param name="Kind">One of <see cref="FileKinds"/>.</param>
/// <param name="Size">In bytes; of a link the link's own.</param>
/// <param name="Changed">Milliseconds since 1970.</param>
sealed record FileEntry(string Name, string Kind, long Size, long Changed)
{
    /// <summary>The twelve bits of Unix; null where there are none.</summary>
    public int? Mode { get; init; }

    public string? Owner { get; init; }

    public string? Group { get; init; }

    /// <summary>Of a link: where it says that it leads.</summary>
    public string? Target { get; init; }

    /// <summary>Of a link: the kind of what is there; null when it leads nowhere.</summary>
    public string? Leads { get; init; }

    /// <summary>Changes when the content may have.</summary>
    [JsonIgnore]
    public string Version { get; init; } = "";

    /// <summary>Which file system it lies on, and what it is there.</summary>
    [JsonIgnore]
    public ulong Device { get; init; }

    [JsonIgnore]
    public ulong Number { get; init; }

    [JsonIgnore]
    public uint UserId { get; init; }

    [JsonIgnore]
    public uint GroupId { get; init; }

    [JsonIgnore]
    public uint Links { get; init; } = 1;

    [JsonIgnore]
    public bool IsFolder => Kind == FileKinds.Folder;

    [JsonIgnore]
    public bool IsFile => Kind == FileKinds.File;

    [JsonIgnore]
    public bool IsLink => Kind == FileKinds.Link;
}
