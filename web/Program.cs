using Breeze.Web.Hosting;

// Everything that a person at the console must know is a plain line; the log is for what goes wrong later.
try
{
    return args is [VerifyAuditCommand.Name, .. var rest] ? await VerifyAuditCommand.RunAsync(rest) : await BreezeServer.RunAsync(args);
}
catch (StartupException e)
{
    await Console.Error.WriteLineAsync($"Breeze cannot start: {e.Message}");
    return 1;
}
catch (Breeze.Embedded.EmbeddedServerException e)
{
    await Console.Error.WriteLineAsync($"Breeze cannot start: {e.Message}");
    return 1;
}
