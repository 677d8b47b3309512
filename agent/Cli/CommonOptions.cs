using System.CommandLine;
using Breeze.Agent.State;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Cli;

/// <summary>The options that several verbs share.</summary>
static class CommonOptions
{
    public static Option<string> State() => new("--state")
    {
        Description = "The directory that holds everything the agent keeps.",
        HelpName = "DIR",
        DefaultValueFactory = _ => StateDirectory.DefaultPath(),
    };

    public static Option<string?> Server(bool required) => new("--server")
    {
        Description = "The address of the server, such as https://breeze.example.com.",
        HelpName = "URL",
        Required = required,
    };

    public static Option<string?> Key(bool required) => new("--key")
    {
        Description = "The enrolment key that the server gave out; BREEZE_ENROLLMENT_KEY in the environment does the same.",
        HelpName = "KEY",
        Required = required && Environment.GetEnvironmentVariable(KeyVariable) is null,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(KeyVariable),
    };

    public static Option<string?> Authority() => new("--ca")
    {
        Description = "A PEM file of the certificate authority that the server's certificate comes from, in place of the system's.",
        HelpName = "FILE",
    };

    public static Option<bool> InsecureHttp() => new("--insecure-http")
    {
        Description = "Allow a plain http:// address other than this machine's own.",
    };

    public static Option<LogLevel> LogLevel() => new("--log-level")
    {
        Description = "The least level to log.",
        DefaultValueFactory = _ => Microsoft.Extensions.Logging.LogLevel.Information,
    };

    const string KeyVariable = "BREEZE_ENROLLMENT_KEY";
}
