using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>The devices that an expression finds, as last asked: one question for all partners whose rules ask it, for many have the same rules.</summary>
sealed class DeviceSet(DeviceExpression expression)
{
    /// <summary>An expression that takes long is asked for less often: it costs a five-hundredth of the time at most.</summary>
    const int Share = 500;

    static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    /// <summary>For what people and inventories change, such as a tag or a version.</summary>
    static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);

    readonly TimeSpan _pause = expression.Needs.HasFlag(FactKinds.Services) || expression.Fields.Any(f => f.Name is "status" or "last_seen") ? Usual : Calm;
    static readonly HashSet<Guid> Nothing = [];
    HashSet<Guid> _asked = [];
    long _rests;
    HashSet<Guid> _devices = Nothing;

    /// <summary>Whose devices are asked for.</summary>
    public HashSet<Guid> Partners { get; private set; } = [];

    public DeviceExpression Expression { get; } = expression;

    public bool IsLoaded { get; private set; }

    /// <summary>Whether it has been asked for all of its partners.</summary>
    public bool IsComplete => IsLoaded && Partners.IsSubsetOf(_asked);

    public IReadOnlyCollection<Guid> Devices => Volatile.Read(ref _devices);

    public bool Contains(Guid device) => Volatile.Read(ref _devices).Contains(device);

    /// <summary>Whether it need not be asked again yet. In real time, whatever the clock of the rules says.</summary>
    public bool Rests => Environment.TickCount64 < _rests;

    /// <summary>From now on for these.</summary>
    public void AskFor(HashSet<Guid> partners) => Partners = partners;

    /// <param name="devices">What was found.</param>
    /// <param name="took">How long that took.</param>
    public void Replace(HashSet<Guid> devices, TimeSpan took)
    {
        _asked = Partners;
        Volatile.Write(ref _devices, devices);
        IsLoaded = true;
        _rests = Environment.TickCount64 + (long)(Math.Max((took * Share).TotalMilliseconds, _pause.TotalMilliseconds) - Usual.TotalMilliseconds);
    }
}
