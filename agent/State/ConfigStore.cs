using Breeze.Protocol;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.State;

/// <summary>The configuration in force. It outlives restarts, so that an agent works before it reaches its server.</summary>
sealed partial class ConfigStore
{
    readonly string _file;
    readonly ILogger _logger;
    volatile AgentConfig _current;

    public ConfigStore(string file, ILogger logger)
    {
        _file = file;
        _logger = logger;
        var stored = StateDirectory.Read(file, ProtocolJson.Default.AgentConfig, out var damage);
        if (damage is not null)
        {
            LogDamaged(file, damage);
        }

        // Without a version the server sends the whole configuration again in answer to the first heartbeat.
        _current = Normalize(stored ?? new AgentConfig());
    }

    public event Action? Changed;

    public AgentConfig Current => _current;

    public TimeSpan Interval => TimeSpan.FromSeconds(_current.HeartbeatIntervalSeconds);

    public void Update(AgentConfig config)
    {
        _current = Normalize(config);
        try
        {
            Save(_file, config);
        }
        catch (IOException error)
        {
            LogNotStored(error.Message);
        }

        Changed?.Invoke();
    }

    public static void Save(string file, AgentConfig config) =>
        StateDirectory.Write(file, Normalize(config), ProtocolJson.Default.AgentConfig);

    /// <summary>The keys are pinned at enrolment and live elsewhere: nothing that comes later may pass for them.</summary>
    static AgentConfig Normalize(AgentConfig config) => config with
    {
        ConfigVersion = config.ConfigVersion ?? "",
        HeartbeatIntervalSeconds = Math.Clamp(config.HeartbeatIntervalSeconds, 5, 3600),
        Plugins = config.Plugins ?? [],
        TrustedKeys = [],
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} cannot be read ({Damage}); the server will be asked for it again")]
    private partial void LogDamaged(string file, string damage);

    [LoggerMessage(Level = LogLevel.Error, Message = "The new configuration is in force but could not be stored: {Reason}")]
    private partial void LogNotStored(string reason);
}
