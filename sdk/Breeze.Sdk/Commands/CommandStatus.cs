namespace Breeze.Sdk;

/// <summary>The final states of a command that an agent can report.</summary>
public enum CommandStatus
{
    /// <summary>It ran to its end, whatever the exit code.</summary>
    Completed,

    /// <summary>It could not do its work.</summary>
    Failed,

    /// <summary>It took longer than it was given.</summary>
    Timeout,

    /// <summary>A person or the host cancelled it.</summary>
    Cancelled,

    /// <summary>It was refused before anything happened.</summary>
    Rejected,
}
