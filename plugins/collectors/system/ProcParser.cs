namespace Breeze.Collectors.System;

/// <summary>Reads the formats of /proc, which proc(5) describes.</summary>
static class ProcParser
{
    public const int MostDevices = 64;
    const int SectorSize = 512;
    const int MostCores = 4096;

    /// <summary>/proc/stat: the lines <c>cpu</c> and <c>cpuN</c>. Waiting for a disk is not working; guest time is in user time already.</summary>
    public static void Stat(ReadOnlySpan<byte> content, SystemReading reading)
    {
        var text = new ProcText(content);
        while (text.TryLine(out var line))
        {
            var name = line.Word();
            if (!name.StartsWith("cpu"u8))
                continue;
            double user = line.Number(), nice = line.Number(), system = line.Number(), idle = line.Number(), wait = line.Number();
            double irq = line.Number(), softIrq = line.Number(), steal = line.Number();
            var busy = user + nice + system + irq + softIrq + steal;
            var times = new CpuTimes(busy, busy + idle + wait);
            if (name.Length == 3)
                reading.Cpu = times;
            else if (new ProcText(name[3..]).Number() is var core and < MostCores)
                SetCore(reading.Cores, (int)core, times);
        }
    }

    public static void Memory(ReadOnlySpan<byte> content, SystemReading reading)
    {
        double total = 0, free = 0, available = -1, buffers = 0, cached = 0, reclaimable = 0, swap = 0, swapFree = 0;
        var text = new ProcText(content);
        while (text.TryLine(out var line))
        {
            var name = line.UntilColon();
            if (name.SequenceEqual("MemTotal"u8)) total = line.Number() * 1024;
            else if (name.SequenceEqual("MemFree"u8)) free = line.Number() * 1024;
            else if (name.SequenceEqual("MemAvailable"u8)) available = line.Number() * 1024;
            else if (name.SequenceEqual("Buffers"u8)) buffers = line.Number() * 1024;
            else if (name.SequenceEqual("Cached"u8)) cached = line.Number() * 1024;
            else if (name.SequenceEqual("SReclaimable"u8)) reclaimable = line.Number() * 1024;
            else if (name.SequenceEqual("SwapTotal"u8)) swap = line.Number() * 1024;
            else if (name.SequenceEqual("SwapFree"u8)) swapFree = line.Number() * 1024;
        }
        // Containers may hide MemAvailable.
        reading.Memory = new MemoryFigures(total, available >= 0 ? available : free + buffers + cached, free, cached + reclaimable, buffers);
        reading.Paging = new PagingFigures(swap, Math.Max(0, swap - swapFree));
    }

    public static void Load(ReadOnlySpan<byte> content, SystemReading reading)
    {
        var text = new ProcText(content);
        if (!content.IsEmpty)
            reading.Load = new LoadAverage(text.Number(), text.Number(), text.Number());
    }

    public static void Uptime(ReadOnlySpan<byte> content, SystemReading reading)
    {
        if (!content.IsEmpty)
            reading.UptimeSeconds = new ProcText(content).Number();
    }

    /// <summary>/proc/diskstats. <paramref name="isDisk"/> tells whole disks from partitions and from layers over other disks.</summary>
    public static void Disks(ReadOnlySpan<byte> content, NameCache names, Func<string, bool> isDisk, SystemReading reading)
    {
        var text = new ProcText(content);
        while (reading.Disks.Count < MostDevices && text.TryLine(out var line))
        {
            line.Word();
            line.Word();
            var word = line.Word();
            if (word.IsEmpty || names.Get(word) is var name && !isDisk(name))
                continue;
            var reads = line.Number();
            line.Word();
            var sectorsRead = line.Number();
            line.Word();
            var writes = line.Number();
            line.Word();
            var sectorsWritten = line.Number();
            reading.Disks.Add(new DiskFigures(name, sectorsRead * SectorSize, sectorsWritten * SectorSize, reads, writes));
        }
    }

    /// <summary>/proc/net/dev. The loopback and the host's ends of containers' pairs say nothing about the network.</summary>
    public static void Networks(ReadOnlySpan<byte> content, NameCache names, SystemReading reading)
    {
        var text = new ProcText(content);
        while (reading.Networks.Count < MostDevices && text.TryLine(out var line))
        {
            var name = line.UntilColon();
            if (name.IsEmpty || name.SequenceEqual("lo"u8) || name.StartsWith("veth"u8))
                continue;
            var received = line.Number();
            line.Word();
            var receiveErrors = line.Number();
            for (var skipped = 0; skipped < 5; skipped++)
                line.Word();
            var sent = line.Number();
            line.Word();
            reading.Networks.Add(new NetworkFigures(names.Get(name), received, sent, receiveErrors, line.Number()));
        }
    }

    static void SetCore(List<CpuTimes> cores, int core, CpuTimes times)
    {
        while (cores.Count <= core)
            cores.Add(default);
        cores[core] = times;
    }
}
