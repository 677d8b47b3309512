using Breeze.Core.Devices;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Expressions;

/// <summary>Reads expressions with the fields that this install has now.</summary>
public sealed class ExpressionEngine(Database database, TimeProvider time)
{
    static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(1);
    static readonly TimeSpan MinimumAge = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _refreshing = new(1);
    ExpressionCatalog _catalog = ExpressionCatalog.BuiltIn;
    DateTimeOffset _refreshedAt = DateTimeOffset.MinValue;

    /// <summary>The fields as last read.</summary>
    public ExpressionCatalog Catalog => _catalog;

    /// <summary>For <see cref="DeviceExpression.ToSql"/>: relative times count from now.</summary>
    public SqlParameters Parameters(string prefix = "x") => new(time.GetUtcNow(), prefix);

    /// <summary>The devices that an expression finds, within the reach of the context: to be narrowed, ordered and paged like any query.</summary>
    public IQueryable<Device> Filter(BreezeDbContext context, DeviceExpression expression)
    {
        var parameters = Parameters();
        return context.Devices.FromSqlRaw(Select(expression.ToSql(parameters)), [.. parameters.Parameters]);
    }

    /// <summary>What a field can be compared with.</summary>
    public static IReadOnlyList<string> OperatorsOf(ExpressionField field) => OperatorCheck.Operators(field);

    /// <summary>Reads a text with the fields as last read.</summary>
    public ExpressionResult Parse(string text) => Parse(text, _catalog);

    /// <summary>Reads a text; what a plugin declared a moment ago is known.</summary>
    public async ValueTask<ExpressionResult> ParseAsync(string text, CancellationToken cancellationToken)
    {
        var (node, error) = await ReadAsync(text, null, cancellationToken);
        return new(node is null ? null : new DeviceExpression(node), error);
    }

    /// <summary>The same in a language with more words.</summary>
    internal async ValueTask<(Node? Node, ExpressionError? Error)> ReadAsync(string text, Func<ExpressionCatalog, ExpressionExtension>? extension, CancellationToken cancellationToken)
    {
        await RefreshAsync(MaximumAge, cancellationToken);
        var result = Read(text, _catalog, extension?.Invoke(_catalog));
        if (result.Error is not null)
        {
            var before = _catalog;
            await RefreshAsync(MinimumAge, cancellationToken);
            result = ReferenceEquals(before, _catalog) ? result : Read(text, _catalog, extension?.Invoke(_catalog));
        }
        return result;
    }

    public static ExpressionResult Parse(string text, ExpressionCatalog catalog)
    {
        var (node, error) = Read(text, catalog, null);
        return new(node is null ? null : new DeviceExpression(node), error);
    }

    internal static (Node? Node, ExpressionError? Error) Read(string text, ExpressionCatalog catalog, ExpressionExtension? extension)
    {
        if (text.Length > ExpressionLimits.Characters)
        {
            return (null, new(ExpressionLimits.Characters + 1, text.Length - ExpressionLimits.Characters, $"An expression has at most {ExpressionLimits.Characters} characters; this one has {text.Length}."));
        }
        if (text.AsSpan().IndexOf('\0') is >= 0 and var nul)
        {
            return (null, new(nul + 1, 1, "This character cannot be stored, so nothing has it."));
        }
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return (null, new(i + 1, 1, "This is half a character."));
            }
        }
        try
        {
            var (tokens, error) = ExpressionTokens.Read(text);
            return error is not null ? (null, error) : (new ExpressionParser(new(tokens), catalog, extension).Parse(), null);
        }
        catch (ExpressionException e)
        {
            return (null, e.Error);
        }
    }

    /// <summary>FromSqlRaw takes braces for places of its own. There is no literal in the condition: those are parameters.</summary>
    static string Select(string condition) => $"SELECT d.* FROM devices d WHERE {condition.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}";

    /// <summary>Reads again what plugins declare when it was last read longer ago.</summary>
    public async ValueTask RefreshAsync(TimeSpan maximumAge, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _refreshedAt > maximumAge)
        {
            await ReadAsync(maximumAge, cancellationToken);
        }
    }

    /// <summary>Reads it again in any case: it has changed.</summary>
    public Task ReloadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    async Task ReadAsync(TimeSpan? maximumAge, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var began = time.GetUtcNow();
            if (began - _refreshedAt <= maximumAge)
            {
                return;
            }
            var (fields, gone) = await PluginFields.ReadAsync(database, cancellationToken);
            _catalog = ExpressionCatalog.BuiltIn.With(fields).Without(gone);
            _refreshedAt = began;
        }
        finally
        {
            _refreshing.Release();
        }
    }
}
