namespace Breeze.PluginHost;

/// <summary>
/// Proves in the background that unloaded generations are gone. One loop serves all of them, so that many reloads cost no more collections
/// than one.
/// </summary>
sealed class UnloadProver(TimeProvider time)
{
    const int MaxTries = 10;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A stack that is slow to unwind looks like a leak; a reference that is never let go does not end. After the last look, the next
    // unload of any plugin looks again.
    static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LastLook = TimeSpan.FromMinutes(1);

    readonly Lock sync = new();
    readonly List<Case> pending = [];
    readonly List<Case> leaked = [];
    bool isRunning;
    bool isLookingAgain;

    /// <param name="ticket">The generation's.</param>
    /// <param name="onVerdict">Told whether it is gone; a leaked one may be reported gone later.</param>
    public void Add(UnloadTicket ticket, Action<bool> onVerdict)
    {
        lock (sync)
        {
            pending.Add(new Case(ticket, onVerdict));
            if (isRunning)
            {
                return;
            }

            isRunning = true;
        }

        _ = Task.Run(RunAsync);
    }

    async Task RunAsync()
    {
        do
        {
            await LookAsync(Pause);
        }
        while (HasMore());

        if (HasNewLeaks())
        {
            await LookAgainAsync();
        }
    }

    async Task LookAgainAsync()
    {
        var pause = FirstLook;
        while (pause <= LastLook && HasLeaks())
        {
            await LookAsync(pause);
            pause *= 2;
        }

        lock (sync)
        {
            isLookingAgain = false;
        }
    }

    async Task LookAsync(TimeSpan pause)
    {
        await Task.Delay(pause, time);
        Collect();
        foreach (var (item, isGone) in Judge())
        {
            item.OnVerdict(isGone);
        }
    }

    static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    List<(Case Item, bool IsGone)> Judge()
    {
        var verdicts = new List<(Case, bool)>();
        lock (sync)
        {
            foreach (var item in leaked.Where(item => item.Ticket.IsGone).ToList())
            {
                leaked.Remove(item);
                verdicts.Add((item, true));
            }

            foreach (var item in pending.ToList())
            {
                item.Tries++;
                if (!item.Ticket.IsGone && item.Tries < MaxTries)
                {
                    continue;
                }

                pending.Remove(item);
                verdicts.Add((item, item.Ticket.IsGone));
                if (!item.Ticket.IsGone)
                {
                    leaked.Add(item);
                }
            }
        }

        return verdicts;
    }

    bool HasMore()
    {
        lock (sync)
        {
            return isRunning = pending.Count > 0;
        }
    }

    bool HasLeaks()
    {
        lock (sync)
        {
            return leaked.Count > 0;
        }
    }

    /// <summary>Whether there are leaks and nobody looks at them; the caller does from now on.</summary>
    bool HasNewLeaks()
    {
        lock (sync)
        {
            return leaked.Count > 0 && !isLookingAgain && (isLookingAgain = true);
        }
    }

    sealed class Case(UnloadTicket ticket, Action<bool> onVerdict)
    {
        public UnloadTicket Ticket { get; } = ticket;

        public Action<bool> OnVerdict { get; } = onVerdict;

        public int Tries { get; set; }
    }
}
