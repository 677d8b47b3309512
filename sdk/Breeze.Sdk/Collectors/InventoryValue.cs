namespace Breeze.Sdk;

/// <summary>What a member of an inventory document holds, as JSON writes it. A value of another shape counts as missing.</summary>
public enum InventoryValue
{
    /// <summary>A string; its first 1,000 characters count. A number or a boolean is taken as it is written.</summary>
    Text,

    /// <summary>A number of at most 15 digits before and after the point.</summary>
    Number,

    /// <summary>A number of bytes, at most 15 digits.</summary>
    Size,

    /// <summary>A version as a string (<c>3.0.15-rc1</c>) or a number. Versions compare as package managers compare them.</summary>
    Version,

    /// <summary>
    /// A moment as a string in ISO 8601: <c>2026-01-31T18:00:00Z</c>, with a zone and at most six digits of a second, or a day
    /// (<c>2026-01-31</c>), which begins in UTC. From 1900 to 2199.
    /// </summary>
    Time,

    /// <summary><c>true</c>; everything else is <c>false</c>. Never a list.</summary>
    Flag,
}
