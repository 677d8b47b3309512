namespace Breeze.Testing;

/// <summary>The browser of the tests, as Debian packages it. The one without windows draws the same pages with half the work.</summary>
public static class ChromiumProgram
{
    static readonly string[] Programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    public static string Path => Array.Find(Programs, File.Exists) ?? throw new InvalidOperationException(
        $"These tests need {Programs[0]}: 'apt-get install chromium-headless-shell'; elsewhere, your distribution's Chromium as {Programs[1]}.");

    public static string[] Arguments { get; } =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];
}
