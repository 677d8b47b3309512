using System.Globalization;

namespace Breeze.Core.Expressions;

/// <summary>Makes of an expression a delegate over facts in memory; answers what <see cref="SqlWriter"/> answers.</summary>
static class FactsCompiler
{
    public static Func<DeviceFacts, bool> Compile(Node node)
    {
        switch (node)
        {
            case AndNode and:
                var all = and.Parts.Select(Compile).ToArray();
                return f => Array.TrueForAll(all, part => part(f));
            case OrNode or:
                var any = or.Parts.Select(Compile).ToArray();
                return f => Array.Exists(any, part => part(f));
            case NotNode not:
                var inner = Compile(not.Inner);
                return f => !inner(f);
            case SearchNode search:
                var wanted = FoldedText.Of(search.Text);
                return f => Found(f, wanted);
            default:
                return Test((TestNode)node);
        }
    }

    static Func<DeviceFacts, bool> Test(TestNode test)
    {
        var arguments = test.Arguments;
        switch (test.Field)
        {
            case BooleanField field:
                var negated = test.Operands is [NumberOperand { Number: 0 }] != (test.Comparison == Comparison.NotEqual);
                return f => field.Read(f, arguments) != negated;
            case TextField field when test.Comparison == Comparison.True:
                return f => field.Read(f, arguments).Any();
            case TextField field:
                var text = Text(test);
                return f => Any(field.Read(f, arguments), text);
            case NumberField field:
                var number = Number(test);
                return f => field.Read(f, arguments).Any(v => v is { } value && number(value));
            default:
                return Time((TimeField)test.Field, test);
        }
    }

    static bool Any(IEnumerable<string?> values, Func<string, bool> test)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrEmpty(value) && test(value))
            {
                return true;
            }
        }
        return false;
    }

    static Func<string, bool> Text(TestNode test)
    {
        switch (test.Comparison)
        {
            case Comparison.Present:
                return _ => true;
            case Comparison.Contains:
                var part = ((TextOperand)test.Operands[0]).Folded;
                return v => FoldedText.Of(v).Contains(part, StringComparison.Ordinal);
            case Comparison.StartsWith:
                var start = ((TextOperand)test.Operands[0]).Folded;
                return v => FoldedText.Of(v).StartsWith(start, StringComparison.Ordinal);
            case Comparison.Matches:
                var regex = ((PatternOperand)test.Operands[0]).Pattern.Regex;
                return v => regex.IsMatch(FoldedText.Of(v));
        }
        switch (test.Operands[0])
        {
            case VersionOperand version:
                var keys = test.Operands.Select(o => ((VersionOperand)o).Key).ToHashSet(StringComparer.Ordinal);
                return v => VersionKey.Of(v) is { } key && (test.Comparison == Comparison.In ? keys.Contains(key) : Holds(test.Comparison, string.CompareOrdinal(key, version.Key)));
            case NumberOperand:
                var number = Number(test);
                return v => TryDecimal(v, out var value) && number(value);
            default:
                var texts = test.Operands.Select(o => ((TextOperand)o).Folded).ToHashSet(StringComparer.Ordinal);
                return test.Comparison == Comparison.NotEqual ? v => !texts.Contains(FoldedText.Of(v)) : v => texts.Contains(FoldedText.Of(v));
        }
    }

    static Func<double, bool> Number(TestNode test)
    {
        if (test.Comparison == Comparison.Present)
        {
            return _ => true;
        }
        if (test.Comparison == Comparison.In)
        {
            var numbers = test.Operands.Select(o => ((NumberOperand)o).Number).ToHashSet();
            return numbers.Contains;
        }
        var operand = ((NumberOperand)test.Operands[0]).Number;
        return v => Holds(test.Comparison, v.CompareTo(operand));
    }

    static Func<DeviceFacts, bool> Time(TimeField field, TestNode test)
    {
        if (test.Comparison == Comparison.Present)
        {
            return f => field.Read(f).Any(v => v is not null);
        }
        return test.Operands[0] is AgeOperand age
            ? f => field.Read(f).Any(v => v is { } began && Holds(SqlWriter.Turned(test.Comparison), began.CompareTo(f.At - age.Age)))
            : f => field.Read(f).Any(v => v is { } at && Holds(test.Comparison, at.CompareTo(((TimeOperand)test.Operands[0]).Resolve(f.At))));
    }

    static bool Holds(Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };

    static bool Found(DeviceFacts facts, string wanted)
    {
        bool Holds(string? text) => !string.IsNullOrEmpty(text) && FoldedText.Of(text).Contains(wanted, StringComparison.Ordinal);
        return Holds(facts.Hostname) || Holds(facts.DisplayName ?? facts.Hostname) || Holds(facts.SerialNumber)
            || facts.Addresses.Any(Holds) || facts.Macs.Any(Holds) || facts.Users.Any(Holds);
    }

    /// <summary>What the database's pattern for a number takes.</summary>
    public static bool TryDecimal(string text, out double value)
    {
        value = 0;
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "0" : digits[(point + 1)..];
        return whole.Length is > 0 and <= 15 && fraction.Length is > 0 and <= 15 && whole.IndexOfAnyExceptInRange('0', '9') < 0 && fraction.IndexOfAnyExceptInRange('0', '9') < 0
            && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
