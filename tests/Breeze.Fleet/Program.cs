using System.CommandLine;
using Breeze.Fleet;

var server = new Option<Uri>("--server")
{
    Description = "The server's address.",
    DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"),
    CustomParser = result =>
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address!.Scheme is "http" or "https")
        {
            return address;
        }
        result.AddError("--server takes an address such as http://127.0.0.1:5080.");
        return null;
    },
};
var key = new Option<string[]>("--key") { Description = "An enrolment key; with several, devices are spread over their sites.", AllowMultipleArgumentsPerToken = true };
var agents = new Option<int>("--agents") { Description = "How many devices.", DefaultValueFactory = _ => 100 };
var seed = new Option<int>("--seed") { Description = "The same seed makes the same fleet.", DefaultValueFactory = _ => 1 };
var interval = new Option<int>("--interval") { Description = "Seconds between heartbeats; the server's own when left out." };
var duration = new Option<int>("--seconds") { Description = "How long to run; until Ctrl-C when left out." };
var live = new Option<double>("--live") { Description = "The share of devices that keep the wake channel open.", DefaultValueFactory = _ => 1 };
var failing = new Option<double>("--failing") { Description = "The share of commands that fail.", DefaultValueFactory = _ => 0.02 };
var away = new Option<double>("--away") { Description = "The share of devices that are away at any time, for minutes on end.", DefaultValueFactory = _ => 0 };
var connections = new Option<int>("--connections") { Description = "Connections shared by the agents, besides those of the wake channels; 0 gives each its own, as real agents have.", DefaultValueFactory = _ => 0 };
var state = new Option<FileInfo>("--state") { Description = "Keeps the enrolments, so that the next run goes on with them." };
var demo = new Option<bool>("--demo") { Description = "A lively fleet to look at: some are away, some commands fail, inventory changes." };
var json = new Option<FileInfo>("--json") { Description = "Writes the figures of the run at its end." };

var noInventory = new Option<bool>("--no-inventory") { Description = "The server is taken to have every inventory already." };
var commandSeconds = new Option<int>("--command-seconds") { Description = "How long a command takes at least, at most twice as long; a fraction of a second when left out." };
var authority = new Option<FileInfo>("--ca") { Description = "A PEM file of the certificate authority that the server's certificate comes from." };
var acknowledged = new Option<FileInfo>("--acknowledged") { Description = "Writes at the end which readings the server has acknowledged: a line for each agent, its id and their times in Unix milliseconds." };
var control = new Option<bool>("--control") { Description = "Takes mark, figures and stop as lines on standard input and answers each with a line of JSON." };

var root = new RootCommand("Simulates whole agents over real HTTP and WebSocket, tens of thousands in one process.")
{
    server, key, agents, seed, interval, duration, live, failing, away, connections, state, demo, json, noInventory, commandSeconds, authority,
    acknowledged, control,
};
root.SetAction(async (parsed, cancellationToken) =>
{
    var options = new FleetOptions
    {
        Server = parsed.GetValue(server)!,
        Keys = parsed.GetValue(key) ?? [],
        Agents = parsed.GetValue(agents),
        Seed = parsed.GetValue(seed),
        IntervalSeconds = parsed.GetValue(interval) is > 0 and var given ? given : null,
        Duration = parsed.GetValue(duration) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
        LiveShare = parsed.GetValue(live),
        FailingShare = parsed.GetValue(failing),
        AwayShare = parsed.GetValue(demo) ? Math.Max(0.03, parsed.GetValue(away)) : parsed.GetValue(away),
        Connections = parsed.GetValue(connections),
        StatePath = parsed.GetValue(state)?.FullName,
        JsonPath = parsed.GetValue(json)?.FullName,
        InventoryChanges = parsed.GetValue(demo),
        Inventory = !parsed.GetValue(noInventory),
        CommandSeconds = parsed.GetValue(commandSeconds) is > 0 and var least ? least : null,
        AuthorityFile = parsed.GetValue(authority)?.FullName,
        AcknowledgedPath = parsed.GetValue(acknowledged)?.FullName,
        Control = parsed.GetValue(control),
    };
    return await FleetRun.RunAsync(options, cancellationToken);
});
return await root.Parse(args).InvokeAsync();
