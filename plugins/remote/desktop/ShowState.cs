using System.Collections.Concurrent;
using Breeze.Remote.Desktop.Frames;
using Breeze.Remote.Desktop.Wire;

namespace Breeze.Remote.Desktop;

/// <summary>What the reader of a session tells the thread that shows. Any thread.</summary>
sealed class ShowState(int monitor) : IDisposable
{
    readonly SemaphoreSlim _wake = new(0);
    volatile int _monitor = monitor;
    volatile Sharpness _sharpness;

    public Pace Pace { get; } = new();

    /// <summary>Of pings that wait for their answer; bounded, as they are somebody's input.</summary>
    public ConcurrentQueue<uint> Pings { get; } = [];

    /// <summary>Which monitor is wanted.</summary>
    public int Monitor
    {
        get => _monitor;
        set => _monitor = value;
    }

    public Sharpness Sharpness
    {
        get => _sharpness;
        set => _sharpness = value;
    }

    /// <summary>The monitor that is shown; where the pointer is, is said in its pixels.</summary>
    public DesktopMonitor? Shown { get; set; }

    public void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (ObjectDisposedException)
        {
            // The session is over.
        }
    }

    public void Wait(TimeSpan atMost, CancellationToken cancellationToken) => _wake.Wait(atMost, cancellationToken);

    public void Dispose() => _wake.Dispose();
}
