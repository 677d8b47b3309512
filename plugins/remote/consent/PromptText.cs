using System.Globalization;
using System.Text;
using Breeze.Sdk;

namespace Breeze.Remote.Consent;

/// <summary>What the person reads. Names are somebody's input: they stay short, in one line, and without anything that could change how the rest is read.</summary>
static class PromptText
{
    const int LongestName = 60;

    public const string Title = "Remote access";
    public const string Allow = "Allow";
    public const string Deny = "Deny";
    public const string End = "End";

    /// <summary>Who it is, such as “Ann of Contoso IT”.</summary>
    public static string Who(PersonVisit visit)
    {
        var (name, company) = (Name(visit.Technician), Name(visit.Company));
        return (name.Length == 0 ? "Somebody" : name) + (company.Length == 0 ? "" : $" of {company}");
    }

    /// <summary>What is wanted, as the end of a sentence.</summary>
    public static string What(PersonVisit visit) => visit.Kind switch
    {
        "desktop" when visit.ViewOnly => "wants to see this screen.",
        "desktop" => "wants to see and control this screen.",
        "files" => "wants to see and change files of this computer.",
        "terminal" => "wants to run commands on this computer.",
        _ => $"wants to use \"{Name(visit.Kind)}\" on this computer.",
    };

    public static string Left(TimeSpan left) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Ceiling(left.TotalSeconds)):0} seconds left to answer");

    /// <summary>That it runs.</summary>
    public static string Running(PersonVisit visit) => $"{Who(visit)} is connected ({(visit.ViewOnly ? "looking" : Name(visit.Kind))})";

    /// <summary>A name in letters that stand for themselves.</summary>
    public static string Name(string text)
    {
        var safe = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
                continue;
            safe.Append(rune.IsBmp ? rune.ToString() : "?");
        }
        var name = safe.ToString().Trim();
        return name.Length <= LongestName ? name : name[..(LongestName - 3)] + "...";
    }
}
