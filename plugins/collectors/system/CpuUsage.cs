namespace Breeze.Collectors.System;

/// <summary>Turns running totals of CPU time into the share used between two readings.</summary>
sealed class CpuUsage
{
    CpuTimes _last;
    double _share;

    /// <summary>A value from 0 to 1; the previous one when the clock has not ticked since.</summary>
    public double Next(CpuTimes now)
    {
        var elapsed = now.Total - _last.Total;
        if (elapsed > 0)
            _share = Math.Clamp((now.Busy - _last.Busy) / elapsed, 0, 1);
        // A total that went back means a core that was switched off and on: take it as the new baseline.
        _last = now;
        return _share;
    }
}
