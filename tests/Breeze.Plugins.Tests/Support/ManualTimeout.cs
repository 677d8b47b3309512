using System.Collections.Concurrent;

namespace Breeze.Plugins.Tests.Support;

/// <summary>A clock whose timers go off when the test says so, however slow the machine is.</summary>
sealed class ManualTimeout : TimeProvider
{
    readonly ConcurrentBag<Action> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add(() => callback(state));
        return new Silent();
    }

    public void GoOff()
    {
        foreach (var timer in _timers)
            timer();
    }

    sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
