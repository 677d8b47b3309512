namespace Breeze.Sdk;

/// <summary>A kind of remote access to a device, such as a terminal.</summary>
public interface IRemoteAccessProvider
{
    /// <summary>The kind, unique on a host: <c>terminal</c>, <c>files</c>, <c>desktop</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Serves one session until the channel closes, the session ends by itself, or the token is cancelled. Called concurrently for
    /// different sessions. The host has checked the technician's rights and the device's consent before the call.
    /// </summary>
    ValueTask<RemoteSessionEnd> ServeAsync(RemoteSessionRequest request, IRemoteChannel channel, CancellationToken cancellationToken);
}
