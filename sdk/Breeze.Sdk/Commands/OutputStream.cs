namespace Breeze.Sdk;

/// <summary>The two output streams of a command.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}
