namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A part of a condition, ready to be evaluated. Nothing here allocates.</summary>
abstract class Check
{
    /// <summary>Whether it must be looked at even when the rest decides: its timers follow every reading.</summary>
    public virtual bool HasTimer => false;

    public abstract bool Holds(in Frame frame);
}

sealed class AllCheck(Check[] parts) : Check
{
    public override bool HasTimer { get; } = Array.Exists(parts, p => p.HasTimer);

    public override bool Holds(in Frame frame)
    {
        var holds = true;
        foreach (var part in parts)
        {
            if (holds || part.HasTimer)
            {
                holds &= part.Holds(frame);
            }
        }
        return holds;
    }
}

sealed class AnyCheck(Check[] parts) : Check
{
    public override bool HasTimer { get; } = Array.Exists(parts, p => p.HasTimer);

    public override bool Holds(in Frame frame)
    {
        var holds = false;
        foreach (var part in parts)
        {
            if (!holds || part.HasTimer)
            {
                holds |= part.Holds(frame);
            }
        }
        return holds;
    }
}

sealed class NotCheck(Check inner) : Check
{
    public override bool HasTimer => inner.HasTimer;

    public override bool Holds(in Frame frame) => !inner.Holds(frame);
}

/// <summary>Continuously for so long: true since a moment, with no look in between at which it was not.</summary>
sealed class ForCheck(Check inner, int timer, long durationMs) : Check
{
    public override bool HasTimer => true;

    public override bool Holds(in Frame frame)
    {
        ref var since = ref frame.Timers[timer];
        if (!inner.Holds(frame))
        {
            since = 0;
            return false;
        }
        since = since == 0 ? frame.AtMs : since;
        return frame.AtMs - since >= durationMs;
    }
}

/// <summary>The device is among those that an expression finds.</summary>
sealed class SetCheck(DeviceSet set) : Check
{
    public override bool Holds(in Frame frame) => set.Contains(frame.Device);
}

/// <summary>A value of the reading meets a comparison; of several one is enough.</summary>
sealed class ReadingCheck(ReadingLeaf leaf) : Check
{
    public override bool Holds(in Frame frame) => !frame.Values.IsEmpty && leaf.Holds(frame.Values, frame.Places[leaf.Index]);
}
