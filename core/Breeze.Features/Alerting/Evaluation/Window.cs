using Breeze.Features.Alerting.Conditions;

namespace Breeze.Features.Alerting.Evaluation;

/// <param name="Label">The series; empty for the device as a whole.</param>
readonly record struct WindowValue(string Label, double Value);

/// <summary>What stored readings say of each device, as last asked: one question for all partners whose rules ask it. Read by many threads.</summary>
sealed class Window(WindowField field)
{
    /// <summary>One that takes long is asked for less often: it costs a fiftieth of the time at most.</summary>
    const int Share = 50;

    static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Slow = TimeSpan.FromMinutes(5);
    State _state = new([], []);
    long _due;

    /// <summary>Whose devices are asked for.</summary>
    public HashSet<Guid> Partners { get; private set; } = [];

    public WindowField Field { get; } = field;

    /// <summary>Whether it reads a day or more, for an answer that changes slowly.</summary>
    public bool IsSlow => Field.Kind is WindowKind.Forecast or WindowKind.Baseline;

    /// <summary>In real time, whatever the clock of the rules says.</summary>
    public bool IsDue => Environment.TickCount64 >= _due || !Partners.IsSubsetOf(Volatile.Read(ref _state).Asked);

    public IReadOnlyCollection<Guid> Devices => Volatile.Read(ref _state).Values.Keys;

    /// <summary>Whether it says anything of a partner's devices yet.</summary>
    public bool IsLoadedFor(Guid partner) => Volatile.Read(ref _state).Asked.Contains(partner);

    /// <summary>Of a device; empty where too little is known of it.</summary>
    public WindowValue[] Of(Guid device) => Volatile.Read(ref _state).Values.GetValueOrDefault(device, []);

    /// <summary>From now on for these.</summary>
    public void AskFor(HashSet<Guid> partners) => Partners = partners;

    /// <param name="asked">The partners whose devices were asked for.</param>
    /// <param name="values">What was found.</param>
    /// <param name="took">How long that took.</param>
    public void Replace(HashSet<Guid> asked, Dictionary<Guid, WindowValue[]> values, TimeSpan took)
    {
        Volatile.Write(ref _state, new(asked, values));
        Rest(took);
    }

    /// <summary>For one device, where nobody else looks: in a replay.</summary>
    public void Put(Guid device, WindowValue[] values) => _state.Values[device] = values;

    /// <summary>It was asked, with or without an answer.</summary>
    public void Rest(TimeSpan took)
    {
        var usual = IsSlow ? Slow : Usual;
        _due = Environment.TickCount64 + (long)Math.Max(usual.TotalMilliseconds, (took * Share).TotalMilliseconds);
    }

    sealed record State(HashSet<Guid> Asked, Dictionary<Guid, WindowValue[]> Values);
}
