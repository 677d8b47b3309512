using System.Net.WebSockets;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>Tells the server what a plugin did in a session.</summary>
sealed class SessionActivityLog(SessionLine line) : IRemoteActivityLog
{
    /// <summary>A frame has room for 64 KiB, and the server keeps less than this.</summary>
    const int MaximumWords = 2000;

    public async ValueTask WriteAsync(RemoteActivity activity, CancellationToken cancellationToken)
    {
        var note = new RemoteActivityNote(Cut(activity.Action)!, Cut(activity.Target)!)
        {
            Outcome = Cut(activity.Outcome), Detail = Cut(activity.Detail), Items = activity.Items, Bytes = activity.Bytes, Sha256 = Cut(activity.Sha256),
        };
        try
        {
            await line.SendAsync(new RemoteFrame(RemoteFrameTypes.Activity) { Activity = note }, cancellationToken);
        }
        catch (Exception error) when (error is WebSocketException or IOException or ObjectDisposedException)
        {
            // The session is over.
        }
    }

    static string? Cut(string? text) => text is { Length: > MaximumWords } ? text[..MaximumWords] : text;
}
