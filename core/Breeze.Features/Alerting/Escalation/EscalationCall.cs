namespace Breeze.Features.Alerting.Escalation;

/// <summary>Whom a step tells, and whom it could not.</summary>
sealed class EscalationCall
{
    readonly List<string> _told = [];
    readonly List<string> _missed = [];
    readonly HashSet<EscalationTarget> _targets = [];
    readonly HashSet<Guid> _people = [];

    /// <summary>By name, for the timeline.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>What stood in the way, for the timeline.</summary>
    public IReadOnlyList<string> Missed => _missed;

    public IReadOnlyCollection<EscalationTarget> Targets => _targets;

    /// <summary>Whose bell rings.</summary>
    public IReadOnlyCollection<Guid> People => _people;

    public void Add(string name, Guid? person, params EscalationTarget[] targets)
    {
        if (person is { } id)
        {
            _people.Add(id);
        }
        _targets.UnionWith(targets);
        if (targets.Length > 0 && !_told.Contains(name))
        {
            _told.Add(name);
        }
    }

    public void Miss(string why)
    {
        if (!_missed.Contains(why))
        {
            _missed.Add(why);
        }
    }

    /// <summary>In words, beginning small.</summary>
    public string Describe() => string.Join("; ", ((string[])[_told.Count > 0 ? "told " + string.Join(", ", _told) : "nobody could be told", .. _missed]));
}

/// <summary>One telling of a step: a channel as it is, or one person by it.</summary>
sealed record EscalationTarget(Guid ChannelId, Guid? UserId, string? Recipient);
