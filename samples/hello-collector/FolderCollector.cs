using Breeze.Sdk;

namespace HelloCollector;

/// <summary>Counts the files of one folder and adds up their sizes.</summary>
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

    HelloOptions options = new();

    public string Name => "hello";

    public IReadOnlyList<MetricDescriptor> Metrics { get; } = [Files, Size];

    public TimeSpan? Interval => TimeSpan.FromSeconds(options.IntervalSeconds);

    public void Configure(HelloOptions value) => options = value;

    public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(options.Directory.Length > 0 ? options.Directory : Path.GetTempPath());
        if (!folder.Exists)
        {
            return ValueTask.CompletedTask;
        }

        long files = 0, bytes = 0;
        foreach (var file in folder.EnumerateFiles("*", new EnumerationOptions { IgnoreInaccessible = true }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files++;
            bytes += file.Length;
        }

        sink.Add(Files, files);
        sink.Add(Size, bytes);
        return ValueTask.CompletedTask;
    }
}
