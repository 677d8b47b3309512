namespace Breeze.Sdk;

/// <summary>In what way a process ended.</summary>
public enum ProcessEnd
{
    /// <summary>By itself or by a signal from elsewhere.</summary>
    Exited,

    /// <summary>The host ended it at its time-out.</summary>
    TimedOut,

    /// <summary>The host ended it because the caller cancelled.</summary>
    Cancelled,

    /// <summary>It never ran: no such executable, no permission, no resources.</summary>
    NotStarted,
}
