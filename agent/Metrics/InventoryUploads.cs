using System.Security.Cryptography;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Metrics;

/// <summary>Sends inventory documents when they differ from what the server accepted last, across restarts too.</summary>
sealed partial class InventoryUploads : IDisposable
{
    readonly Lock _gate = new();
    readonly SemaphoreSlim _sending = new(1);
    readonly Dictionary<string, byte[]> _waiting = [];
    readonly Dictionary<string, string> _refused = [];
    readonly Dictionary<string, string> _accepted;
    readonly string _file;
    readonly ServerClient _server;
    readonly ILogger _logger;

    public InventoryUploads(string file, ServerClient server, ILogger logger)
    {
        _file = file;
        _server = server;
        _logger = logger;
        // A damaged file costs one upload of each document.
        _accepted = StateDirectory.Read(file, StateJson.Default.DictionaryStringString, out _) ?? [];
    }

    public bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    public void Add(string kind, byte[] document)
    {
        var hash = Hash(document);
        lock (_gate)
        {
            if (_accepted.GetValueOrDefault(kind) == hash || _refused.GetValueOrDefault(kind) == hash)
            {
                _waiting.Remove(kind);
            }
            else
            {
                _waiting[kind] = document;
            }
        }
    }

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            KeyValuePair<string, byte[]>[] documents;
            lock (_gate)
            {
                documents = [.. _waiting];
            }

            foreach (var (kind, document) in documents)
            {
                var answer = await _server.InventoryAsync(kind, document, cancellationToken);
                if (answer is { IsSuccess: false, IsContentError: false })
                {
                    // With the next heartbeat again.
                    LogFailed(kind, answer.Error!);
                    break;
                }

                Settle(kind, document, answer.Error);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose() => _sending.Dispose();

    void Settle(string kind, byte[] document, string? refusal)
    {
        lock (_gate)
        {
            if (_waiting.GetValueOrDefault(kind) == document)
            {
                _waiting.Remove(kind);
            }

            if (refusal is not null)
            {
                LogRefused(kind, refusal);
                _refused[kind] = Hash(document);
                return;
            }

            _accepted[kind] = Hash(document);
            try
            {
                StateDirectory.Write(_file, _accepted, StateJson.Default.DictionaryStringString, durable: false);
            }
            catch (IOException error)
            {
                LogNotNoted(error.Message);
            }
        }
    }

    static string Hash(byte[] document) => Convert.ToHexStringLower(SHA256.HashData(document));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The inventory '{Kind}' could not be sent: {Reason}")]
    private partial void LogFailed(string kind, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server refused the inventory '{Kind}': {Reason}")]
    private partial void LogRefused(string kind, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Inventory will be sent again after a restart: {Reason}")]
    private partial void LogNotNoted(string reason);
}
