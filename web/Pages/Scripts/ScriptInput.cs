using System.Globalization;
using System.Text.Json;
using Breeze.Features.Scripts;

namespace Breeze.Web.Pages.Scripts;

/// <summary>What a person fills in for a stored script.</summary>
public sealed class ScriptInput
{
    public string? Name { get; set; }
    public string? Description { get; set; }
    public string? Runtime { get; set; }
    public string? Content { get; set; }
    public int? Timeout { get; set; } = ScriptLimits.UsualTimeout;

    /// <summary>The organization; empty for all.</summary>
    public Guid? OrganizationId { get; set; }

    /// <summary>The version that was shown.</summary>
    public int? Version { get; set; }

    public List<ParameterInput> Parameters { get; set; } = [];

    public static ScriptInput Of(Script s) => new()
    {
        Name = s.Name, Description = s.Description, Runtime = s.Runtime, Content = s.Content, Timeout = s.TimeoutSeconds, OrganizationId = s.OrganizationId, Version = s.Version,
        Parameters = [.. ScriptParameter.Read(s.Parameters).Select(ParameterInput.Of)],
    };

    public ScriptDraft Draft() => new()
    {
        Name = Name, Description = Description, Runtime = Runtime, Content = Content, TimeoutSeconds = Timeout ?? 0, Version = Version, Parameters = [.. Parameters.Select(p => p.Parameter())],
    };

    /// <summary>Adds or drops a parameter, as the button says that was pressed.</summary>
    public void Change(string change)
    {
        if (change == "add" && Parameters.Count < ScriptLimits.Parameters)
        {
            Parameters.Add(new());
        }
        else if (change.StartsWith("drop:", StringComparison.Ordinal) && int.TryParse(change.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < Parameters.Count)
        {
            Parameters.RemoveAt(place);
        }
    }
}

/// <summary>A parameter as it is filled in.</summary>
public sealed class ParameterInput
{
    public string? Name { get; set; }
    public string Type { get; set; } = ScriptParameter.Text;
    public bool Required { get; set; }
    public string? Default { get; set; }

    /// <summary>With commas between them.</summary>
    public string? Choices { get; set; }
    public string? Description { get; set; }

    public static ParameterInput Of(ScriptParameter p) => new()
    {
        Name = p.Name, Type = p.Type, Required = p.Required, Default = p.DefaultText, Choices = string.Join(", ", p.Choices ?? []), Description = p.Description,
    };

    public ScriptParameter Parameter() => new()
    {
        Name = Name?.Trim() ?? "", Type = Type, Required = Required, Description = Description ?? "", Default = Value(),
        Choices = Type == ScriptParameter.Choice ? (Choices ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null,
    };

    JsonElement? Value() => string.IsNullOrEmpty(Default) ? null : Type switch
    {
        ScriptParameter.Number when decimal.TryParse(Default, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonSerializer.SerializeToElement(number),
        ScriptParameter.Boolean when bool.TryParse(Default, out var flag) => JsonSerializer.SerializeToElement(flag),
        _ => JsonSerializer.SerializeToElement(Default),
    };
}
