using System.Diagnostics;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Hosting;

/// <summary>
/// The agent of this very machine, as a child process: an ordinary agent that enrols with an ordinary key. It starts when the set-up is
/// done, and again when it ends unasked.
/// </summary>
sealed partial class LocalAgent(
    ServerSettings settings, ServerAddress address, Database database, SetupService setup, EnrollmentService enrollment, ILogger<LocalAgent> logger)
    : BackgroundService
{
    string Executable => Path.Combine(AppContext.BaseDirectory, "agent", OperatingSystem.IsWindows() ? "breeze-agent.exe" : "breeze-agent");

    string StateDirectory => Path.Combine(settings.DataDirectory, "agent");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.LocalAgent)
        {
            return;
        }
        if (!File.Exists(Executable))
        {
            LogMissing(logger, Executable);
            return;
        }
        await SetupDoneAsync(stoppingToken);
        var url = await address.LoopbackAsync(stoppingToken);
        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = Stopwatch.StartNew();
            try
            {
                await RunAsync(url, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
            pause = started.Elapsed > TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(1) : pause * 2 < TimeSpan.FromMinutes(1) ? pause * 2 : TimeSpan.FromMinutes(1);
            await Task.Delay(pause, stoppingToken);
        }
    }

    async Task SetupDoneAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Completed() => done.TrySetResult();
        setup.Completed += Completed;
        try
        {
            if (setup.IsSetupPending)
            {
                await done.Task.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            setup.Completed -= Completed;
        }
    }

    async Task RunAsync(string url, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Executable)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            ArgumentList = { "run", "--server", url, "--state", StateDirectory, "--parent-pid", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        };
        foreach (var secret in start.Environment.Keys.Where(IsSecret).ToList())
        {
            start.Environment.Remove(secret);
        }
        if (await CreateKeyAsync(cancellationToken) is { } key)
        {
            // By the environment, since everybody on the machine can read an argument list.
            start.Environment["BREEZE_ENROLLMENT_KEY"] = key;
        }
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { Length: > 0 } line)
            {
                LogLine(logger, IsTrouble(line) ? LogLevel.Warning : LogLevel.Information, line);
            }
        };
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            LogEnded(logger, process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
        }
    }

    static bool IsSecret(string name) =>
        name is "DATABASE_URL" or "REDIS_URL" or "JWT_SECRET" || name.StartsWith("BREEZE_", StringComparison.Ordinal) || name.StartsWith("ConnectionStrings", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal);

    static async Task StopAsync(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            using var kill = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) } });
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A key for one use within minutes, unless the agent is enrolled.</summary>
    async Task<string?> CreateKeyAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var identity = Path.Combine(StateDirectory, "agent.json");
        if (File.Exists(identity))
        {
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(identity, cancellationToken));
            if (document.RootElement.TryGetProperty("agent_id", out var id) && id.TryGetGuid(out var deviceId)
                && await context.Devices.AnyAsync(d => d.Id == deviceId, cancellationToken))
            {
                return null;
            }
            // Another database than the one that it enrolled with.
            File.Delete(identity);
        }
        var site = await context.Sites.OrderBy(s => s.Id).Select(s => new { s.Id, s.PartnerId }).FirstOrDefaultAsync(cancellationToken);
        if (site is null)
        {
            return null;
        }
        var scope = new AccessScope { PartnerId = site.PartnerId, ActorName = "local agent" };
        return (await enrollment.CreateKeyAsync(scope, site.Id, "Local agent", 1, 1, requiresApproval: false, cancellationToken))?.Key;
    }

    [LoggerMessage(LogLevel.Warning, "The local agent is not in {Path}: build the solution, or set BREEZE_LOCAL_AGENT=false")]
    static partial void LogMissing(ILogger logger, string path);

    [LoggerMessage(LogLevel.Warning, "The local agent could not be started: {Error}")]
    static partial void LogFailed(ILogger logger, string error);

    [LoggerMessage(LogLevel.Warning, "The local agent ended with exit code {Code} and is started again")]
    static partial void LogEnded(ILogger logger, int code);

    /// <summary>A line is a time, a level and what happened.</summary>
    static bool IsTrouble(string line) => line.Split(' ', 3) is [_, "warn" or "error" or "fatal", _];

    [LoggerMessage(Message = "The local agent: {Line}")]
    static partial void LogLine(ILogger logger, LogLevel level, string line);
}
