namespace Breeze.Runtimes;

/// <summary>A script as it is written to disk.</summary>
/// <param name="Name">The file's name, with the extension that the interpreter expects.</param>
/// <param name="Content">The text.</param>
/// <param name="Environment">Variables that the interpreter itself wants; parameters of the same name win.</param>
sealed record ScriptFile(string Name, string Content, IReadOnlyDictionary<string, string> Environment);
