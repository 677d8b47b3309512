using System.Diagnostics;

namespace Breeze.Web.Hosting;

/// <summary>The plain lines that say what the start is doing.</summary>
sealed class StartupProgress(TextWriter output)
{
    readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Say(string step) => output.WriteLine($"  {_watch.Elapsed.TotalSeconds,5:0.0} s  {step}");

    public void Blank() => output.WriteLine();

    public void Headline(string text) => output.WriteLine(text);
}
