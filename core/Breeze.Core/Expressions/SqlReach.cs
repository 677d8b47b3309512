namespace Breeze.Core.Expressions;

/// <summary>How many devices a condition is asked about; it is the same condition either way.</summary>
public enum SqlReach
{
    /// <summary>About all: indexes find the matches where they can.</summary>
    All,

    /// <summary>About some hundred, one after the other: nothing reads a table whole beforehand.</summary>
    Each,
}
