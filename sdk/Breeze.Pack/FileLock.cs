namespace Breeze.Pack;

/// <summary>Lets one process at a time do something, by a file that only one can open.</summary>
static class FileLock
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static FileStream Take(string path)
    {
        for (var begun = Environment.TickCount64; ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 - begun < Patience.TotalMilliseconds)
            {
                Thread.Sleep(50);
            }
        }
    }
}
