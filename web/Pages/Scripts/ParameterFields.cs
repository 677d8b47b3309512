using System.Text.Json;
using Breeze.Features.Scripts;

namespace Breeze.Web.Pages.Scripts;

/// <summary>The fields for a script's parameters where it is run.</summary>
/// <param name="Values">What was typed; none begins with the defaults.</param>
public sealed record ParameterFields(IReadOnlyList<ScriptParameter> Parameters, IReadOnlyDictionary<string, string?>? Values)
{
    /// <summary>What stands in a field.</summary>
    public string? Of(ScriptParameter parameter) => Values is null ? parameter.DefaultText : Values.GetValueOrDefault(parameter.Name);

    /// <summary>What was typed as the API has it: what is empty is not given.</summary>
    public static JsonElement Typed(IReadOnlyDictionary<string, string?> values) =>
        JsonSerializer.SerializeToElement(values.Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Key, v => v.Value));
}
