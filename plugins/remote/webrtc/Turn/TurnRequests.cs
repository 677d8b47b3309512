using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Turn;

/// <summary>
/// Requests under the long-term credential (RFC 8489, 9.2): learns realm and nonce by being refused, and takes a new nonce when the old one
/// is stale.
/// </summary>
sealed class TurnRequests(IceServerAddress server, ITurnLink link, TimeProvider time)
{
    const int MaxAttempts = 4;
    const int MaxText = 763;

    readonly StunTransactions _transactions = new(time);
    readonly Lock _sync = new();
    string? _realm;
    string? _nonce;
    byte[]? _key;

    public bool Deliver(StunMessage message) => _transactions.Deliver(message);

    /// <summary>The answer; null when the server said nothing, or nothing that its key vouches for.</summary>
    public async Task<StunMessage?> SendAsync(StunMethod method, Action<StunBuilder> fill, CancellationToken cancellationToken)
    {
        StunMessage? answer = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (message, id, key) = Build(method, fill);
            answer = await _transactions.RequestAsync(
                id, () => link.Send(message), a => a.Class == StunClass.Error || key is null || a.IsSignedWith(key),
                link.IsStream ? StunRetransmission.Stream : StunRetransmission.Datagrams, cancellationToken);
            if (answer is null || !Learn(answer, wasSigned: key is not null))
            {
                return answer;
            }
        }
        return answer;
    }

    /// <summary>Sends without waiting for the answer.</summary>
    public void SendOnce(StunMethod method, Action<StunBuilder> fill) => link.Send(Build(method, fill).Message);

    (byte[] Message, StunTransactionId Id, byte[]? Key) Build(StunMethod method, Action<StunBuilder> fill)
    {
        var request = new StunBuilder(StunClass.Request, method, StunTransactionId.Create());
        fill(request);
        lock (_sync)
        {
            if (_key is not null)
            {
                request.Add(StunAttribute.Username, server.Username).Add(StunAttribute.Realm, _realm!).Add(StunAttribute.Nonce, _nonce!).Sign(_key);
            }
            return (request.Build(), request.Id, _key);
        }
    }

    /// <summary>Whether the refusal says how to ask better.</summary>
    bool Learn(StunMessage answer, bool wasSigned)
    {
        if (answer.Class != StunClass.Error || answer.Text(StunAttribute.Nonce, MaxText) is not { } nonce)
        {
            return false;
        }
        lock (_sync)
        {
            if (answer.Error == 438 && _key is not null)
            {
                _nonce = nonce;
                return true;
            }
            if (answer.Error == 401 && !wasSigned && answer.Text(StunAttribute.Realm, MaxText) is { } realm)
            {
                (_realm, _nonce, _key) = (realm, nonce, StunKey.LongTerm(server.Username, realm, server.Credential));
                return true;
            }
        }
        return false;
    }
}
