using System.Collections.Frozen;

namespace Breeze.Core.Expressions;

/// <summary>All fields of the language at one moment: those that every install has, and the metrics that are declared.</summary>
public sealed class ExpressionCatalog
{
    readonly FrozenDictionary<string, ExpressionField> _byName;

    ExpressionCatalog(IReadOnlyList<ExpressionField> fields)
    {
        Fields = fields;
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Without metrics.</summary>
    public static ExpressionCatalog BuiltIn { get; } = new(BuiltInFields.All);

    public IReadOnlyList<ExpressionField> Fields { get; }

    /// <summary>With more fields; a name that is taken stays what it is.</summary>
    public ExpressionCatalog With(IEnumerable<ExpressionField> fields) => new([.. Fields, .. fields.Where(f => !_byName.ContainsKey(f.Name)).DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase)]);

    public ExpressionField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The name that somebody may have meant; null when none is near.</summary>
    public string? Nearest(string name) => Spelling.Nearest(name, Fields.Select(f => f.Name));
}
