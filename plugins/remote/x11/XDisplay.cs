namespace Breeze.X11;

/// <summary>A display of this machine, as :<paramref name="Number"/> names it.</summary>
/// <param name="Number">Of <c>:0</c>, zero.</param>
/// <param name="Authority">The file with its key.</param>
/// <param name="User">Whose it is; null when it was named in the settings.</param>
sealed record XDisplay(int Number, string? Authority, int? User);
