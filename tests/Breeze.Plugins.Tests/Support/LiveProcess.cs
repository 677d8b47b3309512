namespace Breeze.Plugins.Tests.Support;

/// <summary>Whether a process still runs. One that has ended and waits for its parent to notice does not.</summary>
static class LiveProcess
{
    public static bool Exists(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
