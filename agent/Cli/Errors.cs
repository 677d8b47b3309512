namespace Breeze.Agent.Cli;

static class Errors
{
    public static int Say(string message, int exitCode = ExitCodes.Failed)
    {
        Console.Error.WriteLine($"breeze-agent: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
