namespace Breeze.Features.Alerting.Notifying;

/// <summary>Addresses of this install for whoever reads a message.</summary>
public interface IAlertLinks
{
    Uri Alert(Guid alertId);

    Uri Acknowledge(string token);
}
