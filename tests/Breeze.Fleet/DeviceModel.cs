using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>One machine: what it is, and readings that wander as those of real ones do.</summary>
sealed class DeviceModel
{
    static readonly ConcurrentDictionary<(DeviceTemplate Template, int Cores), MetricLayout> Layouts = new();

    readonly Dice _origin;
    readonly double[] _disks;
    readonly long _bootedAtMs;
    Dice _dice;
    double _cpu;
    double _memory;
    double _received;
    double _sent;

    public DeviceModel(int seed, int index)
    {
        _dice = new Dice(seed, index);
        Template = DeviceTemplate.Of(ref _dice);
        Hostname = $"{Template.Prefix}-{index:00000}";
        MachineId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"breeze-fleet {seed} {index}")))[..32];
        Model = _dice.Pick(Template.Models);
        Cores = _dice.Pick(Template.Cores);
        MemoryBytes = (long)_dice.Pick(Template.MemoryGib) << 30;
        User = $"user{_dice.Next(40_000)}";
        Address = $"10.{_dice.Next(200)}.{_dice.Next(256)}.{1 + _dice.Next(254)}";
        _disks = [.. Template.Mounts.Select(_ => 0.2 + _dice.Next() * 0.75)];
        _cpu = Template.Load;
        _memory = 0.3 + _dice.Next() * 0.5;
        _bootedAtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - _dice.Next(40 * 86_400) * 1000L;
        Layout = LayoutOf(Template, Cores);
        _origin = _dice;
    }

    public DeviceTemplate Template { get; }
    public string Hostname { get; }
    public string MachineId { get; }
    public string Model { get; }
    public int Cores { get; }
    public long MemoryBytes { get; }
    public string User { get; }
    public string Address { get; }
    public MetricLayout Layout { get; }

    public bool Chance(double probability) => _dice.Chance(probability);

    public double Random() => _dice.Next();

    /// <summary>A reading of now, in the order of <see cref="Layout"/>.</summary>
    public void Read(long nowMs, List<double?> values)
    {
        values.Clear();
        _cpu = Math.Clamp(_cpu + (Template.Load - _cpu) * 0.1 + (_dice.Next() - 0.5) * 0.2 + (_dice.Chance(0.01) ? 0.6 : 0), 0.01, 1);
        _memory = Math.Clamp(_memory + (_dice.Next() - 0.5) * 0.02, 0.1, 0.98);
        _received += _dice.Next() * 4e6;
        _sent += _dice.Next() * 1e6;
        values.Add(Math.Round(_cpu, 4));
        for (var core = 0; core < Cores; core++)
        {
            values.Add(Math.Round(Math.Clamp(_cpu + (_dice.Next() - 0.5) * 0.3, 0, 1), 4));
        }
        values.Add(Math.Round(_memory * MemoryBytes));
        values.Add(Math.Round(_memory, 4));
        values.Add(MemoryBytes);
        values.Add(Math.Round(_cpu * Cores, 2));
        values.Add(120 + _dice.Next(80));
        values.Add((nowMs - _bootedAtMs) / 1000);
        for (var disk = 0; disk < _disks.Length; disk++)
        {
            _disks[disk] = Math.Clamp(_disks[disk] + (_dice.Next() - 0.495) * 0.0005, 0.05, 0.995);
            values.Add(Math.Round(_disks[disk] * 500e9));
            values.Add(Math.Round(_disks[disk], 4));
        }
        values.Add(Math.Round(_received));
        values.Add(Math.Round(_sent));
    }

    /// <summary>Machines of one kind share theirs: there are a few, and a hundred thousand devices.</summary>
    static MetricLayout LayoutOf(DeviceTemplate template, int cores) => Layouts.GetOrAdd((template, cores), static kind => MakeLayout(kind.Template, kind.Cores));

    static MetricLayout MakeLayout(DeviceTemplate template, int cores)
    {
        List<string> names = ["system.cpu.utilization"];
        for (var core = 0; core < cores; core++)
        {
            names.Add($"system.cpu.core.utilization{{core=\"{core}\"}}");
        }
        names.AddRange(["system.memory.usage", "system.memory.utilization", "system.memory.limit", "system.cpu.load_average.1m", "system.processes.count", "system.uptime"]);
        foreach (var mount in template.Mounts)
        {
            names.Add($"system.filesystem.usage{{mountpoint=\"{mount}\"}}");
            names.Add($"system.filesystem.utilization{{mountpoint=\"{mount}\"}}");
        }
        names.Add("system.network.io{interface=\"eth0\",direction=\"receive\"}");
        names.Add("system.network.io{interface=\"eth0\",direction=\"transmit\"}");
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)))[..8]), names);
    }

    /// <summary>The inventory documents, by kind.</summary>
    /// <param name="round">0 at first; each further one brings a newer version of something.</param>
    public IEnumerable<(string Kind, byte[] Document)> Inventory(int round)
    {
        var dice = _origin;
        yield return ("hardware", Write(json =>
        {
            json.WriteString("manufacturer", Model.Split(' ')[0]);
            json.WriteString("model", Model);
            json.WriteString("serial_number", MachineId[..10].ToUpperInvariant());
            json.WriteStartObject("cpu");
            json.WriteString("model", Template.Os.Arch == "arm64" ? "Apple M3" : "Intel Core i5-13500");
            json.WriteNumber("cores", Cores);
            json.WriteNumber("threads", Cores * 2);
            json.WriteEndObject();
            json.WriteNumber("memory_bytes", MemoryBytes);
            json.WriteStartArray("network_interfaces");
            json.WriteStartObject();
            json.WriteString("name", "eth0");
            json.WriteString("mac", string.Join(':', Enumerable.Range(0, 6).Select(i => MachineId.Substring(i * 2, 2))));
            json.WriteStartArray("addresses");
            json.WriteStringValue(Address);
            json.WriteEndArray();
            json.WriteString("state", "up");
            json.WriteEndObject();
            json.WriteEndArray();
        }));
        yield return ("software", Write(json =>
        {
            json.WriteStartArray("packages");
            foreach (var (name, version) in Template.Software)
            {
                if (dice.Chance(0.9))
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("version", round == 0 ? version : $"{version}.{round}");
                    json.WriteString("source", Template.Os.Family == "linux" ? "dpkg" : Template.Os.Family == "macos" ? "pkg" : "registry");
                    json.WriteEndObject();
                }
            }
            json.WriteEndArray();
        }));
        yield return ("services", Write(json =>
        {
            json.WriteStartArray("services");
            foreach (var name in Template.Services)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("state", dice.Chance(0.95) ? "running" : "stopped");
                json.WriteString("start_mode", "automatic");
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }));
        yield return ("sessions", Write(json =>
        {
            json.WriteStartArray("sessions");
            json.WriteStartObject();
            json.WriteString("session", "1");
            json.WriteString("user", User);
            json.WriteString("kind", "console");
            json.WriteString("state", "active");
            json.WriteEndObject();
            json.WriteEndArray();
        }));
    }

    static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
