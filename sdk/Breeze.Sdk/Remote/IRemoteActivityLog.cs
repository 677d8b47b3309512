namespace Breeze.Sdk;

/// <summary>Where a session says what was done in it, for the server's audit log. Safe to call from any thread.</summary>
public interface IRemoteActivityLog
{
    /// <summary>Sends one entry. It does not throw when the server cannot be reached: the session is over then.</summary>
    ValueTask WriteAsync(RemoteActivity activity, CancellationToken cancellationToken);
}
