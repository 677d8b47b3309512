namespace Breeze.Remote.Files.Wire;

/// <summary>The first thing that is said: what device this is.</summary>
/// <param name="Escapes">Whether names have <c>\xNN</c> for bytes that are no text.</param>
sealed record FilesHello(string User, string Home, IReadOnlyList<string> Roots, string Separator, bool Modes, bool Escapes, bool ViewOnly)
{
    public string Event { get; } = "hello";
}
