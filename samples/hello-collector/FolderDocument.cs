namespace HelloCollector;

/// <summary>The inventory document <c>hello-folder</c>. The same folder gives the same bytes, so that it is sent only when something changed.</summary>
/// <param name="NewestAt">In ISO 8601, to the second.</param>
sealed record FolderDocument(string Directory, IReadOnlyList<string> Extensions, long LargestBytes, string? NewestAt, bool Empty);
