namespace Breeze.Sdk.Testing;

/// <summary>What became of a command or a script.</summary>
/// <param name="Outcome">As the plugin reported it.</param>
/// <param name="Stdout">Everything written to standard output.</param>
/// <param name="Stderr">Everything written to standard error.</param>
public sealed record CommandRun(CommandOutcome Outcome, string Stdout, string Stderr);
