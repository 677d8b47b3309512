using System.Globalization;
using Breeze.Core.Remote.Consent;
using Breeze.Protocol;

namespace Breeze.Web.Pages.Settings;

/// <summary>Rules of consent as people read them.</summary>
public static class ConsentWords
{
    public static string Devices(string? type) => type switch
    {
        null => "All",
        "desktop" => "Desktop computers",
        "laptop" => "Laptops",
        "server" => "Servers",
        "all-in-one" => "All-in-ones",
        "tablet" => "Tablets",
        "convertible" => "Convertibles",
        "handheld" => "Handhelds",
        _ => type,
    };

    public static string Mode(string mode) => mode switch
    {
        RemoteConsentTerms.Ask => "The person is asked",
        RemoteConsentTerms.Notify => "The person is told",
        RemoteConsentTerms.Silent => "The person is not told",
        _ => mode,
    };

    public static string Otherwise(RemoteConsentRule rule) => rule.Mode == RemoteConsentTerms.Ask
        ? string.Create(CultureInfo.InvariantCulture, $"no answer in {rule.TimeoutSeconds} s: {Deed(rule.OnTimeout)} · nobody there: {Deed(rule.WhenNobody)}")
        : "";

    static string Deed(string word) => word == RemoteConsentTerms.Allow ? "it begins" : "it is refused";
}
