using System.Globalization;
using Breeze.Core.Expressions;
using FsCheck;
using FsCheck.Fluent;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>Texts of expressions that are well typed: any field with what it can be compared with.</summary>
static class RandomExpressions
{
    static readonly string[] Patterns =
    [
        "^web-\\d+$", "a", ".", "^.$", "^..$", "[^a-z]", "[a-zß]+", "(a|b)*c?", "\\w{2,}", "\\W", "\\s", "\\S+", "^(?:[A-F0-9]{2}:){5}", "\\\\", "%", "😀", "^a😀?b$", "[À-ÿ]", "STRASSE|straße", "(x+)+$", "^\\D*$", "\\.", "ß$", "[\\d_-]", "^$", "K",
        "(?:)", "|a", "[.]", "\\t|\\n",
    ];

    static readonly string[] Labels = ["", ", mountpoint = \"/\"", ", mountpoint = \"/home\"", ", interface = \"eth0\"", ", direction = \"receive\", interface = \"eth0\"", ", mountpoint = \"C:\\ \\\"x\\\"\""];

    public static Gen<string> Of(ExpressionCatalog catalog) => Node(catalog, 3);

    static Gen<string> Node(ExpressionCatalog catalog, int depth) => depth == 0 ? Condition(catalog) : Gen.Frequency(
        (4, Condition(catalog)),
        (2, from left in Node(catalog, depth - 1) from right in Node(catalog, depth - 1) select $"({left}) and ({right})"),
        (2, from left in Node(catalog, depth - 1) from right in Node(catalog, depth - 1) select $"({left}) or ({right})"),
        (2, from inner in Node(catalog, depth - 1) select $"not ({inner})"));

    static Gen<string> Condition(ExpressionCatalog catalog) => Gen.Frequency(
        (1, from word in Word() select word),
        (20, Conditions(catalog.Fields)));

    /// <summary>One comparison with one of the fields.</summary>
    public static Gen<string> Conditions(IEnumerable<ExpressionField> fields) =>
        from field in Gen.Elements(fields.ToArray()) from name in Name(field) from test in Test(field, name) select test;

    static Gen<string> Name(ExpressionField field) => field.Form switch
    {
        FieldForm.Suffix => Gen.Elements("custom.asset_tag", "custom.rack", "custom.firmware", "custom.vip", "custom.Größe", "custom.none"),
        FieldForm.Named => from word in Gen.Elements("\"openssl\"", "\"nginx\"", "\"NGINX\"", "\"breeze.system\"", "\"日本語\"") select $"{field.Name}({word})",
        FieldForm.Labelled => from labels in Gen.Elements(Labels) select $"metric(\"{field.Name}\"{labels})",
        _ => Gen.Constant(field.Name),
    };

    static Gen<string> Test(ExpressionField field, string name)
    {
        var tests = new List<Gen<string>>();
        if (field.Type != FieldType.Boolean)
        {
            tests.Add(Gen.Elements($"{name} is empty", $"{name} is not empty"));
        }
        if (field.StandsAlone)
        {
            tests.Add(Gen.Constant(name));
        }
        if (field.Type is FieldType.Text or FieldType.Version or FieldType.Any)
        {
            tests.Add(from op in Gen.Elements("contains", "starts_with", "not contains") from word in Word() select $"{name} {op} {word}");
            tests.Add(from pattern in Gen.Elements(Patterns) select $"{name} matches {Quoted(pattern)}");
        }
        var value = Value(field);
        if (field.Type is FieldType.Time or FieldType.Age)
        {
            tests.Add(from op in Gen.Elements("<", "<=", ">", ">=") from v in value select $"{name} {op} {v}");
        }
        else if (field.Type == FieldType.Boolean)
        {
            tests.Add(Gen.Elements($"{name} = true", $"{name} = false", $"{name} != true"));
        }
        else
        {
            var ordered = field.Type is not FieldType.Text;
            tests.Add(from op in Gen.Elements([.. field.IsSet ? new[] { "=" } : ["=", "!="], .. ordered ? new[] { "<", "<=", ">", ">=" } : []]) from v in value select $"{name} {op} {v}");
            tests.Add(from first in value from second in value from not in Gen.Elements("", "not ") select $"{name} {not}in ({first}, {second})");
        }
        return Gen.OneOf(tests);
    }

    static Gen<string> Value(ExpressionField field) => field.Type switch
    {
        FieldType.Text when field.Values.Count > 0 => from v in Gen.Elements(field.Values.ToArray()) select $"\"{v}\"",
        FieldType.Text => Word(),
        FieldType.Version => Gen.OneOf(Gen.Elements("1.10", "3.0.15", "1:2.0", "2.0~rc1"), from v in Gen.Elements(RandomDevices.Versions.Where(v => VersionKey.Of(v) is not null).ToArray()) select Quoted(v)),
        FieldType.Any => field.Name == "custom" ? Gen.Elements("4", "10", "-3.5", "100") : Gen.Constant("0"),
        FieldType.Percent => from n in Gen.Choose(0, 100) from percent in Gen.Elements("", "%") select n.ToString(CultureInfo.InvariantCulture) + percent,
        FieldType.Ratio => Gen.Elements("0.1", "0.5", "90%", "0", "0.9"),
        FieldType.Size => Gen.Elements("4 GiB", "16GiB", "500 MB", "17179869184", "0.1"),
        FieldType.Duration => Gen.Elements("90s", "1h30m", "0.5", "30 days"),
        FieldType.Time => Gen.Elements("now", "7d ago", "1h30m ago", "3 weeks ago", "2020-01-31", "\"2026-01-31 12:00\"", "2026-06-30T18:00Z"),
        FieldType.Age => Gen.Elements("7d", "12h", "30 days", "90s"),
        _ => Gen.Elements("0", "1", "2", "8", "64", "0.5"),
    };

    static Gen<string> Word() => from word in Gen.Elements([.. RandomDevices.Words, "A-17", "server", "Servers", "x64", "grace", "10.1", "true", "xl", "kvm"]) select Quoted(word);

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
