namespace Breeze.Agent.State;

/// <summary>The agent's token, which the server replaces now and then.</summary>
sealed class Credentials(StateDirectory state, AgentIdentity identity)
{
    volatile AgentIdentity _identity = identity;

    public string Token => _identity.AuthToken;

    /// <summary>Keeps the next token; it is on the disk when this returns.</summary>
    public void Replace(string token)
    {
        var next = _identity with { AuthToken = token };
        StateDirectory.Write(state.IdentityFile, next, StateJson.Default.AgentIdentity);
        _identity = next;
    }
}
