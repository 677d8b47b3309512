using NJsonSchema;
using NJsonSchema.Validation;

namespace Breeze.PluginHost;

/// <summary>Checks JSON against a JSON Schema. The only user of NJsonSchema, which is loaded with the first call and not before.</summary>
static class SchemaValidator
{
    const int MaxProblems = 10;

    public static async Task<IReadOnlyList<string>> ValidateAsync(string schemaJson, string json)
    {
        JsonSchema schema;
        try
        {
            schema = await JsonSchema.FromJsonAsync(schemaJson);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Newtonsoft.Json.JsonException or NotSupportedException)
        {
            return [$"{PluginPackage.SettingsSchemaFileName} is not a usable JSON Schema ({exception.Message})"];
        }

        return [.. schema.Validate(json).SelectMany(Flatten).Take(MaxProblems).Select(Describe)];
    }

    static IEnumerable<ValidationError> Flatten(ValidationError error) =>
        error is ChildSchemaValidationError { Errors.Count: > 0 } parent ? parent.Errors.Values.First().SelectMany(Flatten) : [error];

    static string Describe(ValidationError error)
    {
        var path = error.Path?.TrimStart('#', '/') is { Length: > 0 } text ? text.Replace('/', '.') : "(the whole)";
        var schema = error.Schema;
        var problem = error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => "is missing",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not a known setting",
            ValidationErrorKind.StringExpected => "must be a text",
            ValidationErrorKind.IntegerExpected => "must be a whole number",
            ValidationErrorKind.NumberExpected => "must be a number",
            ValidationErrorKind.BooleanExpected => "must be true or false",
            ValidationErrorKind.ArrayExpected => "must be a list",
            ValidationErrorKind.ObjectExpected => "must be an object",
            ValidationErrorKind.NumberTooSmall => $"must be at least {schema.Minimum}",
            ValidationErrorKind.NumberTooBig => $"must be at most {schema.Maximum}",
            ValidationErrorKind.StringTooShort => $"must have at least {schema.MinLength} characters",
            ValidationErrorKind.StringTooLong => $"must have at most {schema.MaxLength} characters",
            ValidationErrorKind.TooFewItems => $"must have at least {schema.MinItems} items",
            ValidationErrorKind.TooManyItems => $"must have at most {schema.MaxItems} items",
            ValidationErrorKind.ItemsNotUnique => "must not list anything twice",
            ValidationErrorKind.PatternMismatch => $"must match {schema.Pattern}",
            ValidationErrorKind.NotInEnumeration => $"must be one of {string.Join(", ", schema.Enumeration)}",
            _ => $"is not valid ({error.Kind})",
        };
        return $"{path} {problem}";
    }
}
