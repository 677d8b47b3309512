using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A comparison of a number with those that a condition names. What was not measured meets none.</summary>
sealed class NumberTest(TestNode test)
{
    readonly Comparison _comparison = test.Comparison;
    readonly double[] _operands = [.. test.Operands.OfType<NumberOperand>().Select(o => o.Number)];

    public Comparison Comparison => _comparison;

    public bool Meets(double value) => !double.IsNaN(value) && _comparison switch
    {
        Comparison.Equal => value == _operands[0],
        Comparison.NotEqual => value != _operands[0],
        Comparison.Less => value < _operands[0],
        Comparison.LessOrEqual => value <= _operands[0],
        Comparison.Greater => value > _operands[0],
        Comparison.GreaterOrEqual => value >= _operands[0],
        Comparison.In => Array.IndexOf(_operands, value) >= 0,
        _ => false,
    };
}
