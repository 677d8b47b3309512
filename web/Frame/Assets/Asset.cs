namespace Breeze.Web.Frame;

/// <summary>A bundled file that pages name, with the hash by which a browser checks it.</summary>
public sealed record Asset(string File, string Integrity, IReadOnlyList<string>? Names);
