namespace Breeze.Core.Transport;

/// <summary>
/// An agent that has enrolled at another node may be here before the word of it, and one that is refused stays away for minutes. So a token that nobody knows is
/// looked for in the database: a few times a second for all of them, so that wrong tokens stay cheap.
/// </summary>
public sealed class NewAgents(AgentDirectory directory, TimeProvider time)
{
    const int MostASecond = 20;

    /// <summary>A database that does not answer must not hold up those who are to be refused.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _second;
    int _looks;
    DateTimeOffset _restsUntil;

    /// <summary>The agent that holds the token; null when the database knows none either, or when too many have asked in this second or it does not answer.</summary>
    public async ValueTask<AgentEntry?> FindAsync(Guid deviceId, TokenHash token, CancellationToken cancellationToken)
    {
        if (deviceId == Guid.Empty || !MayLook())
        {
            return null;
        }
        try
        {
            await directory.RefreshAsync(deviceId, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            lock (_gate)
            {
                _restsUntil = time.GetUtcNow() + Rest;
            }
            return null;
        }
        return directory.FindByToken(token);
    }

    bool MayLook()
    {
        var now = time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        lock (_gate)
        {
            if (now < _restsUntil)
            {
                return false;
            }
            (_second, _looks) = (second, second == _second ? _looks + 1 : 1);
            return _looks <= MostASecond;
        }
    }
}
