using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Tests.Ice;

/// <summary>Two agents of this machine that tell each other their candidates as they find them.</summary>
sealed class TwoAgents : IAsyncDisposable
{
    public static readonly IceTimings Quick = new()
    {
        Consent = TimeSpan.FromMilliseconds(60),
        DisconnectedAfter = TimeSpan.FromMilliseconds(300),
        FailedAfter = TimeSpan.FromMilliseconds(1200),
        WaitForBetter = TimeSpan.FromMilliseconds(30),
        WaitForDirect = TimeSpan.FromMilliseconds(60),
        FirstRetransmission = TimeSpan.FromMilliseconds(100),
        LongestRetransmission = TimeSpan.FromMilliseconds(200),
    };

    public static readonly IceTimings Usual = new() { WaitForBetter = TimeSpan.FromMilliseconds(30), WaitForDirect = TimeSpan.FromMilliseconds(60) };

    readonly BlockingCollection<string> _atA = [];
    readonly BlockingCollection<string> _atB = [];

    public TwoAgents(IceOptions? a = null, IceOptions? b = null)
    {
        A = new(a ?? Options());
        B = new(b ?? Options());
        A.Controlling = true;
        A.Received = d => _atA.Add(Encoding.UTF8.GetString(d[1..]));
        B.Received = d => _atB.Add(Encoding.UTF8.GetString(d[1..]));
    }

    public IceAgent A { get; }
    public IceAgent B { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static IceOptions Options(IceTimings? timings = null, params string[] addresses) => new()
    {
        Loopback = true,
        Timings = timings ?? Usual,
        Addresses = () => [.. (addresses.Length == 0 ? ["127.0.0.1"] : addresses).Select(IPAddress.Parse)],
    };

    /// <summary>From now on each learns what the other finds.</summary>
    public TwoAgents Trickle(bool aToB = true, bool bToA = true)
    {
        Wire(A, B, aToB);
        Wire(B, A, bToA);
        return this;

        static void Wire(IceAgent from, IceAgent to, bool on) => from.CandidateFound += c =>
        {
            if (c is null)
            {
                to.EndRemote();
            }
            else if (on)
            {
                to.AddRemote(c);
            }
        };
    }

    public TwoAgents Begin()
    {
        A.SetRemote(B.Local);
        B.SetRemote(A.Local);
        A.Gather();
        B.Gather();
        return this;
    }

    public Task ConnectAsync() => Task.WhenAll(ReachAsync(A, IceState.Connected, IceState.Completed), ReachAsync(B, IceState.Connected, IceState.Completed));

    public static async Task ReachAsync(IceAgent agent, params IceState[] states)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void On(IceState state)
        {
            if (states.Contains(state))
            {
                reached.TrySetResult();
            }
        }

        agent.StateChanged += On;
        On(agent.State);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        agent.StateChanged -= On;
    }

    /// <summary>Sends one datagram each way, and again until it is there: the first may meet a moment of change.</summary>
    public async Task ExchangeAsync(string text)
    {
        await Task.Run(() =>
        {
            Cross(A, _atB, "a " + text);
            Cross(B, _atA, "b " + text);
        });

        static void Cross(IceAgent from, BlockingCollection<string> at, string text)
        {
            for (var i = 0; i < 100; i++)
            {
                from.Send([22, .. Encoding.UTF8.GetBytes(text)]);
                while (at.TryTake(out var got, 100))
                {
                    if (got == text)
                    {
                        return;
                    }
                }
            }
            throw new TimeoutException($"'{text}' did not arrive.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        _atA.Dispose();
        _atB.Dispose();
    }
}
