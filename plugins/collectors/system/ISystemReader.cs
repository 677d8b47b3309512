namespace Breeze.Collectors.System;

/// <summary>Reads the figures of one operating system. Not thread-safe.</summary>
interface ISystemReader : IDisposable
{
    /// <summary>Fills in what this system offers and leaves the rest as <see cref="SystemReading.Clear"/> left it.</summary>
    void Read(SystemReading reading);
}
