namespace Breeze.Web.Pages;

/// <summary>The fields of a script form: which runtimes there are, what was typed, and a prefix that keeps ids apart.</summary>
public sealed record ScriptFields(IReadOnlyList<string> Runtimes, ScriptForm Script, string Prefix)
{
    /// <summary>A runtime as people call it.</summary>
    public static string Label(string runtime) => runtime switch { "bash" => "Bash", "python" => "Python", "powershell" => "PowerShell", "cmd" => "CMD", _ => runtime };
}
