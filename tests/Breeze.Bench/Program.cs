using Breeze.Bench;
using Breeze.Bench.Floor;
using Breeze.Bench.Load;
using Breeze.Bench.Pages;
using Breeze.Bench.Report;

const string Usage =
    """
    usage: Breeze.Bench heartbeats|commands|mass|reload|agent|rollups|pages [--quick] [--json FILE] [--data DIRECTORY] [--only PART,PART]
    Each figure stands beside a floor that is measured in the same run: what the machine takes for the least that the work needs.
    """;

if (args.Length == 0)
{
    Console.Error.WriteLine(Usage);
    return 1;
}

// Parts that must not share a process with what is measured.
switch (args[0])
{
    case "part-load":
        return await LoadClient.RunAsync(args[1..]);
    case "part-http-floor":
        return await HttpFloor.RunAsync(args[1..]);
    case "part-presence-floor":
        return await PresenceFloor.RunAsync(args[1..]);
    case "part-copy-floor":
        return await CopyFloor.RunAsync(args[1..]);
    case "part-mass":
        return await MassAgents.RunAsync(args[1..]);
    case "part-sleep":
        await Task.Delay(Timeout.Infinite);
        return 0;
}

var options = new BenchOptions(args.Contains("--quick"));
var report = new FigureReport();
switch (args[0])
{
    case "heartbeats":
        await HeartbeatBench.RunAsync(options, report);
        break;
    case "commands":
        await CommandBench.RunAsync(options, report);
        break;
    case "mass":
        await MassBench.RunAsync(options, report);
        break;
    case "reload":
        await ReloadBench.RunAsync(options, report);
        break;
    case "rollups":
        await RollupBench.RunAsync(options, report);
        break;
    case "pages":
        // A directory of its own keeps the fleet for the next run.
        await PagesBench.RunAsync(options, report, After("--data"), After("--only")?.Split(',') ?? []);
        break;
    case "agent":
        await AgentBench.RunAsync(options, report);
        break;
    default:
        Console.Error.WriteLine(Usage);
        return 1;
}

if (After("--json") is { } file)
{
    report.WriteJson(file);
}

return 0;

string? After(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
