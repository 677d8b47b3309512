using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>Gets each agent its token, and keeps them in a file for the next run: a line for each, with index, id and token.</summary>
sealed class Enrolments(FleetOptions options, HttpClient client)
{
    const int AtOnce = 16;
    readonly Lock _gate = new();

    public async Task<IReadOnlyList<SimulatedAgent>> EnrolAsync(Func<DeviceModel, Guid, string, int, SimulatedAgent> make, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(cancellationToken);
        var agents = new SimulatedAgent[options.Agents];
        var missing = Enumerable.Range(0, options.Agents).Where(i => !known.ContainsKey(i)).ToList();
        if (missing.Count > 0 && options.Keys.Count == 0)
        {
            throw new FleetException($"{missing.Count} devices are not enrolled yet. Give --key, an enrolment key from Breeze's page “Enrolment”.");
        }
        await using var file = options.StatePath is null ? null : new StreamWriter(options.StatePath, append: true, Encoding.ASCII);
        var done = 0;
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (index, token) =>
        {
            var enrolled = await EnrolAsync(new DeviceModel(options.Seed, index), index, token);
            lock (_gate)
            {
                known[index] = enrolled;
                file?.WriteLine($"{index} {enrolled.Id} {enrolled.Token}");
                if (++done % 1000 == 0 || done == missing.Count)
                {
                    Console.WriteLine($"{done} of {missing.Count} enrolled");
                }
            }
        });
        for (var i = 0; i < agents.Length; i++)
        {
            agents[i] = make(new DeviceModel(options.Seed, i), known[i].Id, known[i].Token, i);
        }
        return agents;
    }

    async Task<Dictionary<int, (Guid Id, string Token)>> ReadAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<int, (Guid, string)>();
        if (options.StatePath is not null && File.Exists(options.StatePath))
        {
            foreach (var fields in (await File.ReadAllLinesAsync(options.StatePath, cancellationToken)).Select(line => line.Split(' ')).Where(f => f.Length == 3))
            {
                known[int.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture)] = (Guid.Parse(fields[1]), fields[2]);
            }
        }
        return known;
    }

    async Task<(Guid Id, string Token)> EnrolAsync(DeviceModel model, int index, CancellationToken cancellationToken)
    {
        var request = new EnrollRequest(options.Keys[index % options.Keys.Count], model.Hostname, model.MachineId, model.Template.Os, "1.0.0");
        for (var attempt = 0; ; attempt++)
        {
            using var response = await client.PostAsJsonAsync("api/v1/agents/enroll", request, ProtocolJson.Default.EnrollRequest, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var answer = (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.EnrollResponse, cancellationToken))!;
                return (answer.AgentId, answer.AuthToken);
            }
            if ((int)response.StatusCode is not (429 or 503) || attempt == 20)
            {
                var problem = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new FleetException($"The server refused to enrol {model.Hostname} ({(int)response.StatusCode}): {Detail(problem)}");
            }
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    static string Detail(string problem)
    {
        try
        {
            return JsonSerializer.Deserialize(problem, ProtocolJson.Default.Problem)?.Detail ?? problem;
        }
        catch (JsonException)
        {
            return problem;
        }
    }
}
