using System.Globalization;
using Npgsql;

namespace Breeze.Core.Expressions;

/// <summary>Collects the literals of expressions as parameters of a command: no part of a text ever becomes SQL.</summary>
/// <param name="now">What relative times count from.</param>
/// <param name="prefix">For two expressions in one command.</param>
public sealed class SqlParameters(DateTimeOffset now, string prefix = "x")
{
    readonly List<NpgsqlParameter> _parameters = [];

    /// <summary>Of the database's precision.</summary>
    public DateTimeOffset Now { get; } = new(now.UtcTicks / 10 * 10, TimeSpan.Zero);

    public IReadOnlyList<NpgsqlParameter> Parameters => _parameters;

    /// <summary>Answers the placeholder.</summary>
    public string Add<T>(T value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_parameters.Count}");
        _parameters.Add(new NpgsqlParameter<T>(name, value));
        return "@" + name;
    }

    public void AddTo(NpgsqlCommand command)
    {
        foreach (var parameter in _parameters)
        {
            command.Parameters.Add(parameter);
        }
    }
}
