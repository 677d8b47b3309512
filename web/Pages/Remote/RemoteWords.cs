using Breeze.Core.Remote;

namespace Breeze.Web.Pages.Remote;

/// <summary>What kinds and ways are called.</summary>
public static class RemoteWords
{
    public static string Kind(string kind) => kind switch { RemoteKinds.Terminal => "Terminal", RemoteKinds.Files => "Files", RemoteKinds.Desktop => "Desktop", _ => kind };

    /// <summary>What the person at the device said; null where there is nothing to say.</summary>
    public static string? Consent(string? mode, string? consent) => (mode, consent) switch
    {
        ("silent", _) => "not told",
        ("ask", null) => "being asked",
        (_, "allowed") => "allowed it",
        (_, "denied") => "did not allow it",
        (_, "timed_out") => "did not answer",
        (_, "nobody") => "nobody to ask",
        ("notify", _) => "told",
        _ => null,
    };

    public static string Way(string? transport) => transport switch { "direct" => "Direct", "turn" => "Relayed (TURN)", "relay" => "Via server", _ => "–" };
}
