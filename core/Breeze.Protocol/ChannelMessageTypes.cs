namespace Breeze.Protocol;

/// <summary>The values of <see cref="ChannelMessage.Type"/>.</summary>
public static class ChannelMessageTypes
{
    /// <summary>To the agent: send a heartbeat now (the configuration changed, or there is more than fits here).</summary>
    public const string Wake = "wake";

    /// <summary>To the agent: a command to run.</summary>
    public const string Command = "command";

    /// <summary>To the agent: end a running command.</summary>
    public const string Cancel = "cancel";

    /// <summary>To the agent: somebody watches this device.</summary>
    public const string Watch = "watch";

    /// <summary>From the agent: a command has started. The agent has it on disk by then.</summary>
    public const string Started = "started";

    /// <summary>From the agent: output of a running command.</summary>
    public const string Output = "output";

    /// <summary>From the agent: readings while somebody watches.</summary>
    public const string Live = "live";
}
