namespace Breeze.Features.Alerting.OnCall;

/// <summary>Who is on call at a moment, worked out from layers and overrides and nothing else.</summary>
sealed class OnCallRota(IReadOnlyList<OnCallLayer> layers, IReadOnlyList<OnCallOverride> overrides)
{
    readonly IReadOnlyList<OnCallOverride> _overrides = [.. overrides.OrderByDescending(o => o.CreatedAt).ThenByDescending(o => o.Id)];

    /// <summary>Null when nobody is.</summary>
    public Guid? At(DateTimeOffset at) => Find(at).UserId;

    /// <summary>Who it is from a moment on, until that changes or the window ends.</summary>
    public OnCallTurn From(DateTimeOffset at) => Between(at, at + OnCallLimits.Window)[0];

    /// <summary>All turns of a span, one after the other, gaps among them.</summary>
    public IReadOnlyList<OnCallTurn> Between(DateTimeOffset from, DateTimeOffset to)
    {
        var moments = layers.SelectMany(l => l.Changes(from, to)).Concat(_overrides.SelectMany(o => new[] { o.StartsAt, o.EndsAt }))
            .Select(m => m.ToUniversalTime()).Where(m => m > from && m < to).Append(from.ToUniversalTime()).Distinct().Order().ToList();
        var turns = new List<OnCallTurn>();
        for (var i = 0; i < moments.Count; i++)
        {
            var (user, layer, by) = Find(moments[i]);
            var until = i + 1 < moments.Count ? moments[i + 1] : to.ToUniversalTime();
            if (turns.Count > 0 && turns[^1] is var last && last.UserId == user && last.Layer == layer && last.OverrideId == by)
            {
                turns[^1] = last with { Until = until };
            }
            else
            {
                turns.Add(new(user, moments[i], until, layer, by));
            }
        }
        return turns;
    }

    (Guid? UserId, int? Layer, Guid? OverrideId) Find(DateTimeOffset at)
    {
        if (_overrides.FirstOrDefault(o => o.StartsAt <= at && at < o.EndsAt) is { } found)
        {
            return (found.UserId, null, found.Id);
        }
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            if (layers[i].At(at) is { } user)
            {
                return (user, i, null);
            }
        }
        return default;
    }
}
