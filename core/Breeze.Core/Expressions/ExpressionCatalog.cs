using System.Collections.Frozen;

namespace Breeze.Core.Expressions;

/// <summary>All fields of the language at one moment: those that every install has, and what plugins declare: metrics, and members of inventory documents.</summary>
public sealed class ExpressionCatalog
{
    readonly FrozenDictionary<string, ExpressionField> _byName;

    readonly FrozenDictionary<string, string> _gone;

    ExpressionCatalog(IReadOnlyList<ExpressionField> fields, FrozenDictionary<string, string> gone)
    {
        (Fields, _gone) = (fields, gone);
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Without what plugins declare.</summary>
    public static ExpressionCatalog BuiltIn { get; } = new(BuiltInFields.All, FrozenDictionary<string, string>.Empty);

    public IReadOnlyList<ExpressionField> Fields { get; }

    /// <summary>With more fields; a name that is taken stays what it is.</summary>
    public ExpressionCatalog With(IEnumerable<ExpressionField> fields) =>
        new([.. Fields, .. fields.Where(f => !_byName.ContainsKey(f.Name)).DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase)], _gone);

    /// <summary>With names that are no fields any more, each with a sentence that says why.</summary>
    public ExpressionCatalog Without(IEnumerable<KeyValuePair<string, string>> gone) => new(
        Fields, gone.Where(g => !_byName.ContainsKey(g.Key)).DistinctBy(g => g.Key, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));

    /// <summary>Why a name is no field any more; null when it never was one.</summary>
    public string? WhyGone(string name) => _gone.GetValueOrDefault(name);

    public ExpressionField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The name that somebody may have meant; null when none is near.</summary>
    public string? Nearest(string name) => Spelling.Nearest(name, Fields.Select(f => f.Name));
}
