using System.Security.Cryptography;
using System.Text;
using Breeze.Protocol;

namespace Breeze.Agent.Metrics;

/// <summary>
/// Keeps one list of names for as long as it fits the readings, so that names cross the wire seldom: a series that pauses is a null, and
/// only new series, or long gone ones, make a new list.
/// </summary>
sealed class SampleShape
{
    public const int MaximumNames = 2000;
    const int ToleratedRounds = 30;

    MetricLayout? _layout;
    HashSet<string> _names = [];
    int _roundsWithGaps;

    public Reading Build(long at, IReadOnlyDictionary<string, double> values)
    {
        var complete = values.Count == _names.Count;
        _roundsWithGaps = complete ? 0 : _roundsWithGaps + 1;
        if (_layout is null || _roundsWithGaps > ToleratedRounds || !values.Keys.All(_names.Contains))
        {
            _layout = Layout(values.Keys);
            _names = [.. _layout.Names];
            _roundsWithGaps = 0;
        }

        var row = new double?[_layout.Names.Count];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = values.TryGetValue(_layout.Names[i], out var value) ? value : null;
        }

        return new Reading(new MetricSample(at, _layout.Id, row), _layout);
    }

    static MetricLayout Layout(IEnumerable<string> names)
    {
        string[] sorted = [.. names.Order(StringComparer.Ordinal).Take(MaximumNames)];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', sorted)));
        return new MetricLayout(Convert.ToHexStringLower(hash)[..16], sorted);
    }
}
