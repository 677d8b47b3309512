namespace Breeze.Sdk;

/// <summary>For whom and for what a fragment is rendered.</summary>
/// <param name="DeviceId">The device, in device slots; the host has checked that the viewer may see it.</param>
/// <param name="OrganizationId">The organization in view, when one is chosen.</param>
public sealed record FragmentRequest(Guid? DeviceId, Guid? OrganizationId);
