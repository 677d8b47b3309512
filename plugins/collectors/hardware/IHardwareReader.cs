namespace Breeze.Collectors.Hardware;

/// <summary>Reads what only one operating system's own means tell; network interfaces are read the same way everywhere.</summary>
interface IHardwareReader
{
    ValueTask<HardwareDocument> ReadAsync(CancellationToken cancellationToken);
}
