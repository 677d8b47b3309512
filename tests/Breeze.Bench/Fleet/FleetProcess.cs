using System.Globalization;
using Breeze.Testing;

namespace Breeze.Bench.Fleet;

/// <summary>breeze-fleet as a process beside the server, driven over its standard input.</summary>
sealed class FleetProcess : IDisposable
{
    readonly Part _part;

    FleetProcess(Part part) => _part = part;

    public int Id => _part.Id;

    /// <param name="server">The server's address.</param>
    /// <param name="shape">How many agents, and how they connect.</param>
    /// <param name="state">The file of enrolments.</param>
    /// <param name="certificate">Of a server over https; null for plain HTTP.</param>
    /// <param name="more">Further options.</param>
    public static async Task<FleetProcess> StartAsync(Uri server, FleetShape shape, string state, TestCertificate? certificate, params string[] more)
    {
        var program = Path.Combine(RepositoryPaths.Output("Breeze.Fleet"), "breeze-fleet");
        var fleet = new FleetProcess(Part.StartProgram(program,
        [
            "--control", "--no-inventory", "--server", server.ToString(), "--state", state, "--agents", Text(shape.Agents), "--interval", Text(shape.IntervalSeconds),
            "--connections", Text(shape.Connections), "--failing", "0",
            .. certificate is null ? (string[])[] : ["--ca", certificate.CertificateFile], .. more,
        ]));
        await fleet._part.ReadAsync();
        return fleet;
    }

    /// <summary>The enrolments as the simulator keeps them.</summary>
    public static Task WriteStateAsync(string path, IEnumerable<(Guid Id, string Token)> agents) =>
        File.WriteAllLinesAsync(path, agents.Select((agent, index) => $"{index} {agent.Id} {agent.Token}"));

    public Task MarkAsync() => AskAsync("mark");

    public Task<FleetFigures> FiguresAsync() => AskAsync("figures");

    /// <summary>Ends the run; what was acknowledged is on disk then.</summary>
    public Task<FleetFigures> StopAsync() => AskAsync("stop");

    public void Dispose() => _part.Dispose();

    async Task<FleetFigures> AskAsync(string word)
    {
        await _part.SayAsync(word);
        return new FleetFigures(await _part.ReadAsync());
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
