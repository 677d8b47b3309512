namespace Breeze.Web.Frame;

/// <summary>Devices and how many there may be: “12 of 50 devices”.</summary>
public static class Limits
{
    public static string Of(long count, int? maximum) =>
        maximum is { } most ? $"{Units.Count(count)} of {Units.Of(most, "device", "devices")}" : Units.Of(count, "device", "devices");
}
