using System.Text.Json;
using Breeze.Sdk;

namespace HelloServer;

/// <summary>The card on the dashboard.</summary>
sealed class HelloCard(HelloState state) : IUiFragment
{
    public string Name => "hello";

    public string Slot => UiSlots.DashboardCard;

    public string Title => "Hello";

    public string Permission => "plugins:read";

    public ValueTask<FragmentContent> RenderAsync(FragmentRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(FragmentContent.FromTemplate(
            "templates/card.html", JsonSerializer.SerializeToElement(state.Describe(), HelloJson.Default.HelloStatus)));
}
