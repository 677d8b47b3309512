using Breeze.Remote.Files.Unix;
using Breeze.Remote.Files.Windows;
using Breeze.Sdk;

namespace Breeze.Remote.Files;

/// <summary>Serves sessions of the kind <c>files</c>: requests for the device's files, several at once.</summary>
sealed class FilesProvider : IRemoteAccessProvider
{
    public string Kind => "files";

    public async ValueTask<RemoteSessionEnd> ServeAsync(RemoteSessionRequest request, IRemoteChannel channel, CancellationToken cancellationToken)
    {
        IFileSystem system = OperatingSystem.IsWindows() ? new WindowsFileSystem() : new UnixFileSystem();
        await using var session = new FilesSession(system, channel, request, cancellationToken);
        await session.RunAsync().ConfigureAwait(false);
        return new("closed");
    }
}
