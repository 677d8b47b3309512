using Breeze.Features.Alerting.Notifying;

namespace Breeze.Web.Hosting;

/// <inheritdoc cref="IAlertLinks"/>
sealed class AlertLinks(PublicLinks links) : IAlertLinks
{
    public Uri Alert(Guid alertId) => new(links.ForMail($"/alerts/{alertId}"));

    public Uri Acknowledge(string token) => new(links.ForMail($"/alerts/ack/{token}"));
}
