namespace Breeze.Remote.Terminal;

/// <summary>In characters.</summary>
readonly record struct TerminalSize(int Columns, int Rows)
{
    const int Largest = 1000;

    public bool IsValid => Columns is >= 1 and <= Largest && Rows is >= 1 and <= Largest;
}
