using Breeze.Core.Remote;

namespace Breeze.Web.Pages.Remote;

/// <summary>What kinds and ways are called.</summary>
public static class RemoteWords
{
    public static string Kind(string kind) => kind switch { RemoteKinds.Terminal => "Terminal", RemoteKinds.Files => "Files", RemoteKinds.Desktop => "Desktop", _ => kind };

    public static string Way(string? transport) => transport switch { "direct" => "Direct", "turn" => "Relayed (TURN)", "relay" => "Via server", _ => "–" };
}
