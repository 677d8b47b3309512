using Breeze.Features.Policies;

namespace Breeze.Web.Pages.Policies;

/// <summary>A policy as the list shows it.</summary>
public sealed record PolicyRow(Policy Policy, string Place, PolicyCounts Counts);
