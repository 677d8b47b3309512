namespace Breeze.Runtimes;

/// <summary>An interpreter on this device.</summary>
/// <param name="Executable">Its full path.</param>
/// <param name="Arguments">What stands before the script's path.</param>
sealed record Interpreter(string Executable, IReadOnlyList<string> Arguments);
