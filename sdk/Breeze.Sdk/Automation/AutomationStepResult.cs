using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>What became of a step.</summary>
/// <param name="IsSuccess">Whether the automation goes on to the next step.</param>
/// <param name="Retryable">When it failed: whether trying again later can help.</param>
/// <param name="Message">For a person: what happened.</param>
/// <param name="Outputs">Values for later steps; an object, or undefined for none.</param>
public sealed record AutomationStepResult(bool IsSuccess, bool Retryable = false, string? Message = null, JsonElement Outputs = default);
