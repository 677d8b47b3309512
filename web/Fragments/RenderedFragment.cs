using Breeze.Sdk;

namespace Breeze.Web.Fragments;

/// <summary>A fragment ready for the page: encoded HTML, a table of plain text, or why there is neither.</summary>
sealed record RenderedFragment(string PluginId, string Name, string Title, string? Html, FragmentTable? Table, string? Error);
