using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>What a network does to packets.</summary>
sealed record NetworkConditions
{
    public double Loss { get; init; }
    public double Duplication { get; init; }
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>A random addition to the delay, which reorders.</summary>
    public TimeSpan Jitter { get; init; }
    public double? BytesPerSecond { get; init; }

    /// <summary>Bytes that wait for the rate before the next packet is dropped.</summary>
    public double Buffer { get; init; } = 128 * 1024;
}

/// <summary>
/// Two endpoints and a network between them in virtual time: the same seed gives the same run, in as little real time as it takes to
/// compute.
/// </summary>
sealed class SimulatedNetwork
{
    readonly Random random;
    readonly PriorityQueue<(CoreEndpoint To, byte[] Packet), (TimeSpan At, long Order)> underway = new();
    readonly Dictionary<CoreEndpoint, TimeSpan> busyUntil = [];
    long order;

    public SimulatedNetwork(int seed, NetworkConditions conditions, SctpOptions? a = null, SctpOptions? b = null)
    {
        random = new Random(seed);
        Conditions = conditions;
        A = new CoreEndpoint(a ?? new SctpOptions());
        B = new CoreEndpoint(b ?? new SctpOptions());
    }

    public NetworkConditions Conditions { get; set; }
    public CoreEndpoint A { get; }
    public CoreEndpoint B { get; }
    public TimeSpan Now { get; private set; }
    public long PacketsSent { get; private set; }

    /// <summary>Sees each packet before the network; false drops it.</summary>
    public Func<CoreEndpoint, byte[], bool>? Filter { get; set; }

    public void Start()
    {
        A.Core.Start(Now);
        B.Core.Start(Now);
        Collect();
    }

    public void Establish()
    {
        Start();
        Run(() => A.IsEstablished && B.IsEstablished, TimeSpan.FromMinutes(1));
    }

    /// <summary>Does something as the application of an endpoint, and takes what it sends.</summary>
    public void Do(CoreEndpoint endpoint, Action<AssociationCore> what)
    {
        what(endpoint.Core);
        endpoint.Core.Transmit(Now);
        Collect();
    }

    /// <summary>Runs until the condition holds; fails when it does not within the (virtual) time.</summary>
    public void Run(Func<bool> until, TimeSpan limit)
    {
        var end = Now + limit;
        while (!until())
        {
            Step(end).ShouldBeTrue($"nothing more would happen, or not within {limit}: {A} | {B}");
        }
    }

    public void RunFor(TimeSpan span)
    {
        var end = Now + span;
        while (Step(end))
        {
        }
        Now = end;
    }

    bool Step(TimeSpan end)
    {
        var next = A.Core.Due < B.Core.Due ? A.Core.Due : B.Core.Due;
        var delivers = underway.TryPeek(out _, out var first) && first.At <= next;
        next = delivers ? first.At : next;
        if (next > end)
        {
            return false;
        }
        Now = next > Now ? next : Now;
        if (delivers)
        {
            var (to, packet) = underway.Dequeue();
            to.Core.Receive(packet, Now);
        }
        else
        {
            var rings = A.Core.Due <= Now ? A : B;
            rings.Core.OnTime(Now);
        }
        Collect();
        return true;
    }

    void Collect()
    {
        Collect(A, B);
        Collect(B, A);
    }

    void Collect(CoreEndpoint from, CoreEndpoint to)
    {
        while (from.Core.Outbox.TryTake(out var buffer, out var length))
        {
            var packet = buffer[..length];
            from.Core.Outbox.Return(buffer);
            from.Core.Transmit(Now);
            PacketsSent++;
            packet.Length.ShouldBeLessThanOrEqualTo(1191);
            if (Filter?.Invoke(from, packet) == false || random.NextDouble() < Conditions.Loss)
            {
                continue;
            }
            Carry(from, to, packet);
            if (random.NextDouble() < Conditions.Duplication)
            {
                Carry(from, to, packet);
            }
        }
    }

    void Carry(CoreEndpoint from, CoreEndpoint to, byte[] packet)
    {
        var leaves = Now;
        if (Conditions.BytesPerSecond is { } rate)
        {
            var free = busyUntil.GetValueOrDefault(from);
            leaves = free > Now ? free : Now;
            if ((leaves - Now).TotalSeconds * rate > Conditions.Buffer)
            {
                return;
            }
            leaves += TimeSpan.FromSeconds(packet.Length / rate);
            busyUntil[from] = leaves;
        }
        underway.Enqueue((to, packet), (leaves + Conditions.Delay + Conditions.Jitter * random.NextDouble(), order++));
    }
}
