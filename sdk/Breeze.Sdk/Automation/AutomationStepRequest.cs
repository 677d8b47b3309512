using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>One execution of a step.</summary>
/// <param name="RunId">The automation run.</param>
/// <param name="StepId">The step's id in the definition.</param>
/// <param name="Inputs">Valid by the step's schema, with templates rendered.</param>
/// <param name="DeviceIds">The devices that the run targets; empty for a step that needs none.</param>
public sealed record AutomationStepRequest(Guid RunId, string StepId, JsonElement Inputs, IReadOnlyList<Guid> DeviceIds);
