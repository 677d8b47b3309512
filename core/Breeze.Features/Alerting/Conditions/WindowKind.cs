namespace Breeze.Features.Alerting.Conditions;

/// <summary>What is asked of a stretch of stored readings.</summary>
enum WindowKind
{
    Average,
    Least,
    Greatest,
    Rate,
    Forecast,
    Baseline,
}
