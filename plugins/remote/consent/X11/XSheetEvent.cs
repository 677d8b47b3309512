namespace Breeze.Remote.Consent.X11;

/// <summary>What happens to a window: where it was pressed, in its own coordinates.</summary>
readonly record struct XSheetEvent(XSheetEventKind Kind, int X, int Y);

enum XSheetEventKind
{
    Pressed,

    /// <summary>It has to be drawn.</summary>
    Exposed,

    /// <summary>Something lies before it.</summary>
    Covered,
}
