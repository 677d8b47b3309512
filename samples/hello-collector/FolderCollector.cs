using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace HelloCollector;

/// <summary>Counts the files of one folder, adds up their sizes, and says what the folder is like.</summary>
sealed class FolderCollector : ICollector
{
    static readonly MetricDescriptor Files = new("hello.folder.files", "{file}", MetricKind.Gauge, "How many files the chosen folder holds.")
    {
        Title = "Files in folder",
    };

    static readonly MetricDescriptor Size = new("hello.folder.size", "By", MetricKind.Gauge, "How large the files of the chosen folder are together.")
    {
        Title = "Size of folder",
    };

    /// <summary>What people can ask for: <c>hello-folder.extensions has "log"</c>.</summary>
    static readonly InventoryDescriptor Document = new("hello-folder", "The chosen folder and what is in it.")
    {
        Fields =
        [
            new("directory", InventoryValue.Text, "The folder that is measured."),
            new("extensions", InventoryValue.Text, "The endings of the files in it, without the point.") { IsList = true },
            new("largest_bytes", InventoryValue.Size, "How large its largest file is."),
            new("newest_at", InventoryValue.Time, "When a file in it was last changed."),
            new("empty", InventoryValue.Flag, "Whether there is no file in it."),
        ],
    };

    HelloOptions options = new();

    public string Name => "hello";

    public IReadOnlyList<MetricDescriptor> Metrics { get; } = [Files, Size];

    public IReadOnlyList<InventoryDescriptor> Inventory { get; } = [Document];

    public TimeSpan? Interval => TimeSpan.FromSeconds(options.IntervalSeconds);

    public void Configure(HelloOptions value) => options = value;

    public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(options.Directory.Length > 0 ? options.Directory : Path.GetTempPath());
        if (!folder.Exists)
        {
            return ValueTask.CompletedTask;
        }

        long files = 0, bytes = 0, largest = 0;
        DateTime? newest = null;
        var extensions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in folder.EnumerateFiles("*", new EnumerationOptions { IgnoreInaccessible = true }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files++;
            bytes += file.Length;
            largest = Math.Max(largest, file.Length);
            newest = newest > file.LastWriteTimeUtc ? newest : file.LastWriteTimeUtc;
            if (file.Extension.Length > 1 && extensions.Count < 100)
            {
                extensions.Add(file.Extension[1..].ToLowerInvariant());
            }
        }

        sink.Add(Files, files);
        sink.Add(Size, bytes);
        var document = new FolderDocument(
            folder.FullName, [.. extensions], largest, newest?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), files == 0);
        sink.AddInventory(Document.Kind, JsonSerializer.SerializeToUtf8Bytes(document, HelloJson.Default.FolderDocument));
        return ValueTask.CompletedTask;
    }
}
