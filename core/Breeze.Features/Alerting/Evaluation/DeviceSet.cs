using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>The devices of a partner that an expression finds, as last asked.</summary>
sealed class DeviceSet(Guid partner, DeviceExpression expression)
{
    static readonly HashSet<Guid> Nothing = [];
    HashSet<Guid> _devices = Nothing;

    public Guid Partner { get; } = partner;

    public DeviceExpression Expression { get; } = expression;

    public bool IsLoaded { get; private set; }

    public IReadOnlyCollection<Guid> Devices => Volatile.Read(ref _devices);

    public bool Contains(Guid device) => Volatile.Read(ref _devices).Contains(device);

    public void Replace(HashSet<Guid> devices)
    {
        Volatile.Write(ref _devices, devices);
        IsLoaded = true;
    }
}
