using Breeze.Bench;
using Breeze.Bench.Alerts;
using Breeze.Bench.Bytes;
using Breeze.Bench.Fleet;
using Breeze.Bench.Floor;
using Breeze.Bench.Load;
using Breeze.Bench.Pages;
using Breeze.Bench.Remote;
using Breeze.Bench.Report;
using Breeze.Testing;

const string Usage =
    """
    usage: Breeze.Bench heartbeats|fleet|herd|bytes|commands|mass|reload|agent|rollups|alerts|pages|remote [--quick] [--json FILE]
      heartbeats [--tls]
      fleet [--agents N] [--interval SECONDS] [--minutes M] [--tls]
      herd [--agents N] [--interval SECONDS] [--down-minutes M] [--tls]
      pages [--data DIRECTORY] [--only PART,PART]
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
    case "part-new-connections":
        return await NewConnections.RunAsync(args[1..]);
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

var arguments = new BenchArguments(args);
var options = new BenchOptions(arguments.Has("--quick"));
var report = new FigureReport();
switch (args[0])
{
    case "heartbeats":
        using (var certificate = arguments.Has("--tls") ? new TestCertificate() : null)
        {
            await HeartbeatBench.RunAsync(options, report, certificate);
        }
        break;
    case "bytes":
        await BytesBench.RunAsync(options, report);
        break;
    case "fleet":
        await FleetBench.RunAsync(options, arguments, report);
        break;
    case "herd":
        await HerdBench.RunAsync(options, arguments, report);
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
    case "alerts":
        await AlertBench.RunAsync(options, report);
        break;
    case "pages":
        // A directory of its own keeps the fleet for the next run.
        await PagesBench.RunAsync(options, report, arguments.Text("--data"), arguments.Text("--only")?.Split(',') ?? []);
        break;
    case "remote":
        await FilesBench.RunAsync(options, report);
        await DesktopBench.RunAsync(options, report);
        break;
    case "agent":
        await AgentBench.RunAsync(options, report);
        break;
    default:
        Console.Error.WriteLine(Usage);
        return 1;
}

if (arguments.Text("--json") is { } json)
{
    report.WriteJson(json);
}

return 0;
