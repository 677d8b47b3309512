using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Remote.Files;
using Breeze.Remote.Files.Unix;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>A session of files with somebody at the other end who asks, and reads only while waiting for an answer.</summary>
sealed class FilesPeer : IAsyncDisposable, IRemoteActivityLog
{
    readonly CancellationTokenSource _host = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    readonly Dictionary<uint, List<JsonElement>> _parts = [];
    readonly Dictionary<uint, JsonElement> _last = [];
    readonly Dictionary<uint, MemoryStream> _bytes = [];
    readonly FilesSession _session;
    readonly Task _running;
    uint _next;

    FilesPeer(bool viewOnly, IFileSystem system)
    {
        var request = new RemoteSessionRequest(Guid.NewGuid(), "Somebody", JsonElement.Parse("{}")) { ViewOnly = viewOnly, ActivityLog = this };
        _session = new FilesSession(system, Channel, request, _host.Token);
        _running = _session.RunAsync();
    }

    public FakeRemoteChannel Channel { get; } = new();

    public JsonElement Hello { get; private set; }

    public List<RemoteActivity> Activities { get; } = [];

    /// <summary>The numbers of the pieces in the order in which they came.</summary>
    public List<uint> Order { get; } = [];

    /// <summary>Counts what comes and keeps none of it.</summary>
    public bool IsForgetful { get; init; }

    public long Received { get; private set; }

    public static async Task<FilesPeer> StartAsync(bool viewOnly = false, IFileSystem? system = null, bool forgetful = false)
    {
        var peer = new FilesPeer(viewOnly, system ?? new UnixFileSystem()) { IsForgetful = forgetful };
        var first = await peer.Channel.NextAsync(peer._host.Token);
        first[0].ShouldBe((byte)1);
        peer.Hello = JsonElement.Parse(first.AsSpan(1));
        return peer;
    }

    public uint Begin(string op, object body)
    {
        var id = ++_next;
        var request = JsonSerializer.SerializeToNode(body)!.AsObject();
        request["op"] = op;
        request["id"] = id;
        Tell(request);
        return id;
    }

    public void Tell(object request) => Channel.Send([1, .. JsonSerializer.SerializeToUtf8Bytes(request)]);

    public void SendChunk(uint id, long offset, ReadOnlySpan<byte> bytes)
    {
        var message = new byte[13 + bytes.Length];
        message[0] = 2;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), id);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(5), (ulong)offset);
        bytes.CopyTo(message.AsSpan(13));
        Channel.Send(message);
    }

    public Task<JsonElement> AskAsync(string op, object body) => LastAsync(Begin(op, body));

    /// <summary>The code that it was refused with.</summary>
    public async Task<string> RefusedAsync(string op, object body) => CodeOf(await AskAsync(op, body));

    /// <summary>Does it, and expects that it can be done.</summary>
    public async Task<JsonElement> DoAsync(string op, object body)
    {
        var answer = await AskAsync(op, body);
        answer.TryGetProperty("error", out var error).ShouldBeFalse(error.ToString());
        return answer;
    }

    public static string CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString()!;

    public IReadOnlyList<JsonElement> PartsOf(uint id) => _parts.GetValueOrDefault(id) ?? [];

    public byte[] BytesOf(uint id) => _bytes.TryGetValue(id, out var bytes) ? bytes.ToArray() : [];

    public async Task<Dictionary<string, JsonElement>> ListAsync(string path)
    {
        var id = Begin("list", new { path });
        var last = await LastAsync(id);
        last.TryGetProperty("error", out var error).ShouldBeFalse(error.ToString());
        return PartsOf(id).Where(part => part.TryGetProperty("entries", out _)).SelectMany(part => part.GetProperty("entries").EnumerateArray())
            .ToDictionary(entry => entry.GetProperty("name").GetString()!);
    }

    /// <summary>Reads until the last answer of a request.</summary>
    public async Task<JsonElement> LastAsync(uint id)
    {
        while (!_last.ContainsKey(id))
            await ReadAsync();
        return _last[id];
    }

    /// <summary>Reads until an answer that is not the last one has a member.</summary>
    public async Task<JsonElement> PartAsync(uint id, string member, Func<JsonElement, bool>? which = null)
    {
        while (true)
        {
            foreach (var part in PartsOf(id))
            {
                if (part.TryGetProperty(member, out var value) && which?.Invoke(value) is not false)
                    return part;
            }
            if (_last.TryGetValue(id, out var last))
                throw new InvalidOperationException($"It ended with {last}.");
            await ReadAsync();
        }
    }

    /// <summary>As a page does: from where the device says, never more under way than it allows.</summary>
    public async Task<JsonElement> UploadAsync(string path, byte[] content, bool replace = false, string? sha256 = null)
    {
        var id = Begin("upload", new { path, size = content.Length, replace });
        while (!_last.ContainsKey(id) && !PartsOf(id).Any(part => part.TryGetProperty("offset", out _)))
            await ReadAsync();
        if (_last.TryGetValue(id, out var refused))
            return refused;
        var begin = PartsOf(id).First(part => part.TryGetProperty("offset", out _));
        long at = begin.GetProperty("offset").GetInt64(), window = begin.GetProperty("window").GetInt64(), taken = at;
        while (at < content.Length)
        {
            var count = (int)Math.Min(60 << 10, content.Length - at);
            while (at + count - taken > window)
            {
                if (_last.TryGetValue(id, out var ended))
                    return ended;
                await ReadAsync();
                taken = PartsOf(id).Where(part => part.TryGetProperty("taken", out _)).Select(part => part.GetProperty("taken").GetInt64()).LastOrDefault(taken);
            }
            SendChunk(id, at, content.AsSpan((int)at, count));
            at += count;
        }
        Finish(id, content, sha256);
        return await LastAsync(id);
    }

    public void Finish(uint id, byte[] content, string? sha256 = null, bool replace = false) =>
        Tell(new { id, op = "finish", sha256 = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(content)), replace });

    ValueTask IRemoteActivityLog.WriteAsync(RemoteActivity activity, CancellationToken cancellationToken)
    {
        lock (Activities)
            Activities.Add(activity);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Leave();
        await _host.CancelAsync();
        await _running;
        await _session.DisposeAsync();
        _host.Dispose();
    }

    public async Task ReadAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_host.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var message = await Channel.NextAsync(limit.Token);
        message.Length.ShouldBeLessThanOrEqualTo(Channel.MaxMessageSize);
        if (message[0] == 2)
        {
            var id = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1));
            Received += message.Length - 13;
            if (IsForgetful)
                return;
            Order.Add(id);
            if (!_bytes.TryGetValue(id, out var bytes))
                _bytes[id] = bytes = new MemoryStream();
            bytes.Write(message.AsSpan(13));
            return;
        }
        var answer = JsonElement.Parse(message.AsSpan(1));
        var of = answer.GetProperty("id").GetUInt32();
        if (answer.TryGetProperty("done", out _) || (answer.TryGetProperty("error", out _) && !answer.TryGetProperty("more", out _)))
            _last[of] = answer;
        else if (_parts.TryGetValue(of, out var parts))
            parts.Add(answer);
        else
            _parts[of] = [answer];
    }
}
