using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>The devices of a partner that an expression finds, as last asked.</summary>
sealed class DeviceSet(Guid partner, DeviceExpression expression)
{
    /// <summary>An expression that takes long is asked for less often: it costs a two-hundredth of the time at most.</summary>
    const int Share = 200;

    static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);
    static readonly HashSet<Guid> Nothing = [];
    long _rests;
    HashSet<Guid> _devices = Nothing;

    public Guid Partner { get; } = partner;

    public DeviceExpression Expression { get; } = expression;

    public bool IsLoaded { get; private set; }

    public IReadOnlyCollection<Guid> Devices => Volatile.Read(ref _devices);

    public bool Contains(Guid device) => Volatile.Read(ref _devices).Contains(device);

    /// <summary>Whether it was dear, and is not asked again yet. In real time, whatever the clock of the rules says.</summary>
    public bool Rests => Environment.TickCount64 < _rests;

    /// <param name="devices">What was found.</param>
    /// <param name="took">How long that took.</param>
    public void Replace(HashSet<Guid> devices, TimeSpan took)
    {
        Volatile.Write(ref _devices, devices);
        IsLoaded = true;
        _rests = Environment.TickCount64 + (long)((took * Share) - Usual).TotalMilliseconds;
    }
}
