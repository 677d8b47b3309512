using Breeze.Sdk;

namespace Breeze.Collectors.Sessions;

/// <summary>Lists who is signed in.</summary>
interface ISessionReader
{
    ValueTask<IReadOnlyList<SessionInfo>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Chooses the reader of the operating system.</summary>
static class SessionReaders
{
    public static ISessionReader ForThisSystem(IProcessRunner processes, TimeProvider time) =>
        OperatingSystem.IsWindows() ? new WindowsSessions()
        : OperatingSystem.IsMacOS() ? new MacSessions(processes, time)
        : new LinuxSessions("/", processes);
}
