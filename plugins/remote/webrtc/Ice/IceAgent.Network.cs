namespace Breeze.WebRtc.Ice;

/// <summary>What the agent gathers, and what it does when the network becomes another.</summary>
sealed partial class IceAgent
{
    void Run(Func<Task> gather)
    {
        _gathered = false;
        _work.RemoveAll(t => t.IsCompleted);
        _work.Add(Task.Run(async () =>
        {
            try
            {
                await gather();
                Change(() =>
                {
                    _gathered = true;
                    _events.Post(() => CandidateFound?.Invoke(null));
                });
            }
            catch (OperationCanceledException)
            {
                // Closed meanwhile.
            }
        }));
    }

    void OnNetworkChanged(object? sender, EventArgs e)
    {
        lock (_sync)
        {
            if (_closed)
            {
                return;
            }
            _work.RemoveAll(t => t.IsCompleted);
            _work.Add(Task.Run(async () =>
            {
                try
                {
                    // Addresses come and go in flocks.
                    await Task.Delay(NetworkSettles, _time, _closing.Token);
                    Refresh();
                }
                catch (OperationCanceledException)
                {
                    // Closed meanwhile.
                }
            }));
        }
    }

    void OnFound(IceCandidate candidate, IIceTransport transport) => Change(() =>
    {
        // The same address twice is one candidate; so a socket without NAT has no reflexive one.
        if (!_found.Exists(f => f.Candidate.EndPoint.Equals(candidate.EndPoint)))
        {
            _found.Add((candidate, transport));
            _session.AddLocal(candidate, transport);
            _events.Post(() => CandidateFound?.Invoke(candidate));
        }
    });

    void OnLost(IIceTransport transport) => Change(() =>
    {
        _found.RemoveAll(f => f.Transport == transport);
        _session.RemoveLocal(transport);
    });
}
