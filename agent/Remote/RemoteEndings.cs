namespace Breeze.Agent.Remote;

/// <summary>Why a session ended, in the words of the wire, where the agent says so.</summary>
static class RemoteEndings
{
    public const string Closed = "closed";
    public const string Failed = "failed";
    public const string Unavailable = "unavailable";
    public const string Flood = "flood";
    public const string NotAllowed = "not_allowed";
    public const string EndedAtDevice = "ended_at_device";
    public const string Replaced = "plugin_replaced";
    public const string AgentStopped = "agent_stopped";
}
