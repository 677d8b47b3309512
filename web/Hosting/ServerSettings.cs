using System.Globalization;
using System.Net;
using Breeze.Core.Mail;
using Breeze.Core.Remote;
using Npgsql;

namespace Breeze.Web.Hosting;

/// <summary>The configuration of the process: the environment of SPEC, or the usual .NET keys, or the defaults of one machine.</summary>
public sealed record ServerSettings
{
    public required string DataDirectory { get; init; }

    /// <summary>A server of the operator's own; null for the embedded one.</summary>
    public string? DatabaseConnection { get; init; }

    /// <summary>A server of the operator's own; null for the embedded one.</summary>
    public string? RedisConnection { get; init; }

    public string? JwtSecret { get; init; }

    /// <summary>What encrypts the secrets of the install; null for the key in the data directory.</summary>
    public string? MasterKey { get; init; }

    public string? AdminEmail { get; init; }

    public string? AdminPassword { get; init; }

    /// <summary>Whether to run an agent of this machine beside the server.</summary>
    public bool LocalAgent { get; init; } = true;

    public int HeartbeatIntervalSeconds { get; init; } = 60;

    /// <summary>How old an agent's token gets before the next one is offered.</summary>
    public int AgentTokenDays { get; init; } = 30;

    /// <summary>The mail server; null when nobody is written to.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>What remote sessions find each other by; empty where the two sides reach each other or the server relays.</summary>
    public IceServers IceServers { get; init; } = new([], null);

    /// <summary>Where people reach this install, such as <c>https://breeze.example.com</c>; null for the address that it listens on.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The networks beside the internet that plugins may connect to.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>The PostgreSQL that came with the build.</summary>
    public string PostgresBinaries => Path.Combine(AppContext.BaseDirectory, "postgres");

    public static ServerSettings Read(IConfiguration configuration)
    {
        var interval = 60;
        if ((Text("BREEZE_HEARTBEAT_SECONDS") ?? Text("Breeze:HeartbeatIntervalSeconds")) is { } seconds
            && (!int.TryParse(seconds, CultureInfo.InvariantCulture, out interval) || interval is < 5 or > 3600))
        {
            throw new StartupException($"BREEZE_HEARTBEAT_SECONDS is {seconds}; it must be a number between 5 and 3600.");
        }
        var tokenDays = 30;
        if ((Text("BREEZE_AGENT_TOKEN_DAYS") ?? Text("Breeze:AgentTokenDays")) is { } days
            && (!int.TryParse(days, CultureInfo.InvariantCulture, out tokenDays) || tokenDays is < 1 or > 3650))
        {
            throw new StartupException($"BREEZE_AGENT_TOKEN_DAYS is {days}; it must be a number between 1 and 3650.");
        }
        var localAgent = true;
        if ((Text("BREEZE_LOCAL_AGENT") ?? Text("Breeze:LocalAgent")) is { } agent && !bool.TryParse(agent, out localAgent))
        {
            throw new StartupException($"BREEZE_LOCAL_AGENT is {agent}; it must be true or false.");
        }
        var settings = new ServerSettings
        {
            DataDirectory = Path.GetFullPath(Text("BREEZE_DATA") ?? Text("Breeze:Data") ?? DefaultDataDirectory()),
            DatabaseConnection = (Text("DATABASE_URL") ?? configuration.GetConnectionString("Database")) is { } database ? ParseDatabase(database) : null,
            RedisConnection = (Text("REDIS_URL") ?? configuration.GetConnectionString("Redis")) is { } redis ? ParseRedis(redis) : null,
            JwtSecret = Text("JWT_SECRET"),
            MasterKey = Text("BREEZE_MASTER_KEY"),
            AdminEmail = Text("BREEZE_ADMIN_EMAIL"),
            AdminPassword = Text("BREEZE_ADMIN_PASSWORD"),
            LocalAgent = localAgent,
            HeartbeatIntervalSeconds = interval,
            AgentTokenDays = tokenDays,
            Smtp = Text("SMTP_URL") is { } smtp ? SmtpSettings.Parse(smtp) ?? throw new StartupException($"SMTP_URL is not of the form {SmtpSettings.Form}; special characters in it are percent-encoded.") : null,
            IceServers = ParseIceServers(Text("ICE_URLS"), Text("TURN_SECRET")),
            PublicUrl = Text("BREEZE_PUBLIC_URL") is { } address ? ParsePublicUrl(address) : null,
            AllowedNetworks = ParseNetworks(configuration.GetSection(Breeze.Core.Outgoing.AllowedNetworks.Setting)),
        };
        if ((settings.AdminEmail is null) != (settings.AdminPassword is null))
        {
            throw new StartupException("BREEZE_ADMIN_EMAIL and BREEZE_ADMIN_PASSWORD belong together: set both, or neither.");
        }
        if (settings.JwtSecret is { Length: < 32 })
        {
            throw new StartupException("JWT_SECRET is shorter than 32 characters. Make one with 'openssl rand -base64 48'.");
        }
        return settings;

        string? Text(string key) => string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];
    }

    static IceServers ParseIceServers(string? urls, string? secret)
    {
        var list = (urls ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (list.FirstOrDefault(u => !u.StartsWith("stun:", StringComparison.Ordinal) && !u.StartsWith("turn:", StringComparison.Ordinal) && !u.StartsWith("turns:", StringComparison.Ordinal)) is { } wrong)
        {
            throw new StartupException($"ICE_URLS holds {wrong}; write stun:host:port, turn:host:port?transport=udp and the like, with commas between them.");
        }
        if (secret is null && list.Any(u => u.StartsWith("turn", StringComparison.Ordinal)))
        {
            throw new StartupException("ICE_URLS names a TURN server, and TURN_SECRET is not set: it is the secret that the server shares with it (static-auth-secret of coturn).");
        }
        return new(list, secret);
    }

    /// <summary>One setting with commas between the networks, or a list.</summary>
    static IReadOnlyList<IPNetwork> ParseNetworks(IConfigurationSection section)
    {
        var texts = section.GetChildren().Select(c => c.Value).Append(section.Value).SelectMany(v => (v ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries));
        var (networks, wrong) = Breeze.Core.Outgoing.AllowedNetworks.Parse(texts);
        return wrong is null ? networks : throw new StartupException($"{section.Path} holds {wrong}; write networks such as 10.1.0.0/16 or fd00::/8, or single addresses, with commas between them.");
    }

    static string ParsePublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") && url is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            ? url.GetLeftPart(UriPartial.Authority)
            : throw new StartupException("BREEZE_PUBLIC_URL is not of the form https://breeze.example.com: a scheme, a host, perhaps a port, and nothing more.");

    static string DefaultDataDirectory() => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
        ? "/var/lib/breeze"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "breeze");

    /// <summary>Takes a URL, as hosting platforms give it, or Npgsql's own form.</summary>
    static string ParseDatabase(string text)
    {
        if (!text.StartsWith("postgres://", StringComparison.Ordinal) && !text.StartsWith("postgresql://", StringComparison.Ordinal))
        {
            return Checked(() => text);
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.AbsolutePath.Length < 2)
        {
            throw NoDatabase();
        }
        return Checked(() => FromUrl(url));
    }

    static StartupException NoDatabase() => new("DATABASE_URL is not of the form postgres://user:password@host:5432/database, nor a connection string of Npgsql.");

    static string Checked(Func<string> read)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(read()) is { Host.Length: > 0 } builder ? builder.ConnectionString : throw NoDatabase();
        }
        catch (ArgumentException)
        {
            throw NoDatabase();
        }
    }

    static string FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Database = Uri.UnescapeDataString(url.AbsolutePath[1..]),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts is ["sslmode", var mode])
            {
                builder["SSL Mode"] = mode.Replace("-", "", StringComparison.Ordinal);
            }
        }
        return builder.ConnectionString;
    }

    /// <summary>Takes a URL or StackExchange.Redis's own form.</summary>
    static string ParseRedis(string text)
    {
        var tls = text.StartsWith("rediss://", StringComparison.Ordinal);
        if (!tls && !text.StartsWith("redis://", StringComparison.Ordinal))
        {
            return text;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            throw new StartupException("REDIS_URL is not of the form redis://user:password@host:6379.");
        }
        var user = url.UserInfo.Split(':', 2);
        var options = new StackExchange.Redis.ConfigurationOptions
        {
            EndPoints = { { url.Host, url.Port > 0 ? url.Port : 6379 } },
            Ssl = tls,
            AbortOnConnectFail = false,
            User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        return options.ToString(includePassword: true);
    }
}
