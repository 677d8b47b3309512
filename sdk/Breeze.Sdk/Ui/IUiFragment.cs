namespace Breeze.Sdk;

/// <summary>Fills a slot of the web UI. The host owns the page, the authorization, the tenant scope and the layout around the fragment.</summary>
public interface IUiFragment
{
    /// <summary>Unique within the plugin; lower case; part of the address of a tab.</summary>
    string Name { get; }

    /// <summary>Where it appears; one of <see cref="UiSlots"/>.</summary>
    string Slot { get; }

    /// <summary>The heading of the card or tab; plain text.</summary>
    string Title { get; }

    /// <summary>Position among the fragments of a slot; lower comes first. First-party fragments use multiples of 100.</summary>
    int Order => 1000;

    /// <summary>The permission a viewer needs, as <c>resource:action</c>.</summary>
    string Permission { get; }

    /// <summary>Renders for one viewer, within 200 ms. Called concurrently. An exception shows an error card in place of the fragment.</summary>
    ValueTask<FragmentContent> RenderAsync(FragmentRequest request, CancellationToken cancellationToken);
}
