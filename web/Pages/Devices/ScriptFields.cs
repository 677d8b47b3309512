namespace Breeze.Web.Pages;

/// <summary>The fields of a script form: which runtimes there are, what was typed, and a prefix that keeps ids apart.</summary>
public sealed record ScriptFields(IReadOnlyList<string> Runtimes, ScriptForm Script, string Prefix);
