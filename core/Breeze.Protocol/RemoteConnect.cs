namespace Breeze.Protocol;

/// <summary>The payload of a command of type <see cref="CommandType"/>: the agent opens <c>WS /ws/agents/{id}?session={session}</c> and reports the command as completed.</summary>
public sealed record RemoteConnect(Guid SessionId)
{
    public const string CommandType = "remote.connect";
}
