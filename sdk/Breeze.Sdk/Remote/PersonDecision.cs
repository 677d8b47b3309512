namespace Breeze.Sdk;

/// <summary>Whether a session may begin. Whatever is none of these counts as <see cref="Denied"/>.</summary>
public enum PersonDecision
{
    /// <summary>Somebody said no.</summary>
    Denied,

    /// <summary>Somebody said yes.</summary>
    Allowed,

    /// <summary>Somebody was asked and did not answer in time.</summary>
    TimedOut,

    /// <summary>There is nobody who could be asked.</summary>
    Nobody,
}
