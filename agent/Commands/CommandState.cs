namespace Breeze.Agent.Commands;

/// <summary>How far a command has come on this device.</summary>
enum CommandState
{
    /// <summary>Never heard of.</summary>
    Unknown,

    /// <summary>It has started.</summary>
    Started,

    /// <summary>Its result waits for the server.</summary>
    Finished,

    /// <summary>The server has its result.</summary>
    Delivered,
}
